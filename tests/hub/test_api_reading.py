"""What the API gives to whom: shapes, pages, ETags, languages, and no trace of what one may not see."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from grappe.hub.api.actions import create_token, revoke_token, write_last_uses
from grappe.hub.api.models import Token
from grappe.hub.registry.models import Organisation, Redirect, Source, Statement
from hub.api_fixtures import ALL, MEMBERS_VALUE, PRIVATE_VALUE, Api, caller
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db
STAFF = ("administrator", "manager", "editor", "viewer")


def every_answer(api: Api, institute: str) -> dict[str, str]:
    """Address → all that it answers (body and headers but the date), for every kind of reading."""
    member = Statement.objects.get(property="employees", value=MEMBERS_VALUE)
    private = Statement.objects.get(value=PRIVATE_VALUE)
    paths = [
        *("organisations", "organisations?q=optique", f"organisations?q={PRIVATE_VALUE}"),
        *("organisations?cluster=aero", f"organisations/{institute}"),
        f"organisations/{institute}/statements",
        *("statements", "statements?source=repertoire", f"statements?entity={member.entity}"),
        *(f"statements/{member.pk}", f"statements/{private.pk}", "sources", "sources/repertoire"),
        *("sources/grappe-desk", "facets", "facets?q=optique", "complete?q=insti"),
        *("clusters", "clusters/aero", "sectors", "sectors/laser", "stages", "me"),
    ]
    return {path: answer_to(api, path) for path in paths}


def answer_to(api: Api, path: str) -> str:
    """Status, headers (but the request's id) and body of the answer to a GET."""
    answer = api.get(path)
    assert answer.status_code in (200, 404), (path, answer.content)
    headers = sorted(pair for pair in answer.headers.items() if pair[0] != "X-Request-ID")
    return f"{answer.status_code} {headers} {answer.content.decode()}"


def test_a_visitor_finds_no_trace_of_what_is_not_public(institute):
    with_them = every_answer(Api(), institute.pk)
    said = "".join(with_them.values())
    assert f'"{MEMBERS_VALUE}"' not in said
    assert "Répertoire" not in said
    assert PRIVATE_VALUE not in said.replace(f"q={PRIVATE_VALUE}", "")
    hidden = Statement.objects.exclude(visibility="public")
    told = hidden.filter(value__in=[MEMBERS_VALUE, PRIVATE_VALUE]).values_list("pk", flat=True)
    assert [with_them[f"statements/{key}"][:3] for key in told] == ["404", "404"]
    # The registry without them answers the same, byte for byte: counts, orders, ETags and refusals too.
    assert hidden.count() > 2
    hidden.delete()
    Source.objects.filter(pk="repertoire").delete()
    again = {path: answer_to(Api(), path) for path in with_them}
    assert {path for path in again if again[path] != with_them[path]} == set()


@pytest.mark.parametrize(
    ("role", "members", "private"),
    [
        ("administrator", True, True),
        ("manager", True, True),
        ("editor", True, True),
        ("viewer", True, False),
    ],
)
def test_a_token_reads_what_its_owner_may_read(institute, noon, role, members, private):
    said = "".join(every_answer(caller(noon, role), institute.pk).values())
    assert (f'"{MEMBERS_VALUE}"' in said, f'"{PRIVATE_VALUE}"' in said) == (members, private)


def test_an_organisation_is_told_with_its_values_sources_and_rivals(institute, noon):
    found = caller(noon, "manager").json(f"organisations/{institute.pk}")
    (employees,) = [each for each in found["properties"] if each["property"] == "employees"]
    told = [(v["value"], v["is_rival"], v["statements"][0]["source"]["id"]) for v in employees["values"]]
    assert told == [("120", False, "membres"), ("150", True, "repertoire")]
    assert (employees["label_fr"], employees["has_rivals"]) == ("Effectif", True)
    (phone,) = [each for each in found["properties"] if each["property"] == "phone"]
    assert [s["rank_reason"] for v in phone["values"] for s in v["statements"]] == ["appel"]
    assert found["name_en"] == "Fictional Optics Institute"
    assert found["place"]["municipality"] == "Québec"
    assert found["page"] == f"http://localhost:8000/fr/organisations/{institute.pk}/"
    public = Api().json(f"organisations/{institute.pk}")
    assert [e for e in public["entities"] if e.startswith("repertoire")] == []
    assert public["clusters"] == ["optonique"]


def test_a_merged_id_leads_to_the_one_that_replaces_it(institute):
    Redirect.objects.create(former="GR00000000000099", current=institute.pk)
    answer = Api().get("organisations/GR00000000000099?a=1")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"/api/v1/organisations/{institute.pk}?a=1"


def pages_of(api, path):
    """Each page of a list, following ``next``."""
    pages = []
    address = f"http://localhost:8000/api/v1/{path}"
    while address:
        page = api.json(address.removeprefix("http://localhost:8000"))
        pages.append([item["id"] for item in page["items"]])
        address = page["next"]
    return pages


LISTS = ("organisations?", "organisations?cluster=optonique&cluster=aero&", "organisations?q=fictif&")


def test_the_pages_of_a_list_are_the_list(registry):
    for path in (*LISTS, "statements?", "sources?"):
        (whole,) = pages_of(Api(), path)
        for limit in (1, 3):
            cut = pages_of(Api(), f"{path}limit={limit}")
            assert [item for page in cut for item in page] == whole, path
            assert {len(page) for page in cut[:-1]} <= {limit}, path


def test_pages_stay_stable_while_organisations_come_and_go(registry):
    first = Api().json("organisations?limit=2")
    Organisation.objects.filter(pk=first["items"][0]["id"]).update(sort_name="zzz")
    Organisation.objects.create(pk="GRA", sort_name="0", name_fr="0")
    second = Api().json(first["next"].removeprefix("http://localhost:8000"))
    assert first["items"][1]["id"] not in [each["id"] for each in second["items"]]
    assert len(second["items"]) == 2


def test_a_cursor_that_no_answer_gave_is_refused(registry):
    for cursor in ("%00", "a", "W10", "WzFd", "WyIiLCJcdTAwMDAiXQ", "WyJcdWQ4MDAiLCJhIl0", "é"):
        answer = Api().get(f"organisations?cursor={cursor}")
        assert answer.status_code == 422, cursor
        assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


def test_the_facets_and_counts_are_those_of_public_statements(registry):
    found = Api().json("clusters")["items"]
    codes = [(each["code"], each["name_fr"], each["organisation_count"]) for each in found]
    assert codes == [
        ("optonique", "Grappe fictive de photonique", 2),
        ("aero", "Grappe fictive d’aérospatiale", 2),
    ]
    assert Api().json("clusters/aero")["organisation_count"] == 2
    counts = Api().json("facets")["facets"]["cluster"]
    assert {each["code"]: each["count"] for each in counts} == {"optonique": 2, "aero": 2}
    completed = Api().json("complete?q=instit")["items"]
    assert [each["name_fr"] for each in completed] == ["Institut fictif d'optique"]


def test_what_did_not_change_is_not_sent_again(institute):
    path = f"organisations/{institute.pk}"
    first = Api().get(path)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = Api().get(path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Statement.objects.filter(property="website", entity__startswith="membres").update(
        value="https://x.example"
    )
    assert Api().get(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    for listed in ("organisations", "statements", "sources", "clusters"):
        answer = Api().get(listed)
        assert Api().get(listed, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_what_a_token_reads_is_kept_by_nobody(institute, noon):
    answer = caller(noon, "viewer").get(f"organisations/{institute.pk}")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


COSTS = {
    "organisations?limit={}": 2,
    "organisations?q=fictif&limit={}": 1,
    "statements?limit={}": 2,
    "sources?limit={}": 2,
    "clusters": 1,
    "facets": 1,
    "complete?q=fi": 1,
}


def test_a_list_costs_a_fixed_number_of_queries(registry, django_assert_num_queries):
    for path, queries in COSTS.items():
        for length in (1, 3):
            with django_assert_num_queries(queries):
                Api().json(path.format(length))


def test_one_organisation_costs_a_fixed_number_of_queries(institute, django_assert_num_queries):
    with django_assert_num_queries(3):
        Api().json(f"organisations/{institute.pk}")


def test_a_refusal_is_a_problem_in_the_language_asked(registry):
    answer = Api().get("organisations/GR0", **{"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "http://localhost:8000/api/problems/not-found",
        "title": "Rien ne se trouve là",
        "status": 404,
        "detail": "Cherchez dans la liste\u00a0; ce que vous ne pouvez voir n’y est pas.",
        "instance": "/api/v1/organisations/GR0",
    }
    assert Api().get("organisations/GR0", **{"Accept-Language": "en"}).json()["title"] == "Nothing is there"
    explained = Api().get("/api/problems/not-found").json()
    assert (explained["title_fr"], explained["title_en"]) == ("Rien ne se trouve là", "Nothing is there")


REFUSALS = [
    ("get", "nothing", 404),
    ("get", "/api/nothing/", 404),
    ("put", "organisations", 405),
    ("post", "/api/openapi.json", 405),
    ("get", "organisations?limit=0", 422),
    ("get", "organisations?limit=many", 422),
    ("get", "organisations?q=%00", 422),
    ("get", "organisations/%00", 422),
    ("get", "statements/%00", 422),
    ("get", "sectors/none", 404),
    ("get", "/api/problems/none", 404),
]


def test_every_refusal_is_a_problem(registry):
    for method, path, status in REFUSALS:
        answer = Api().ask(method, path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), (
            path
        )
        assert answer.json()["status"] == status


def test_a_search_without_index_is_unavailable_and_says_when_to_come_back(registry, settings, tmp_path):
    settings.GRAPPE_HOME = tmp_path / "empty"
    answer = Api().get("organisations?q=laser")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


# ── Tokens ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_ends_when_revoked_expired_or_its_owner_leaves(registry, noon):
    user = person(noon, "viewer")
    now = timezone.now()

    def made(expires_at=None):
        return create_token(name="x", scopes=["read"], expires_at=expires_at, actor=user, at=now)

    assert Api(made()[1]).json("me")["username"] == user.username
    assert Api(made(now - timedelta(seconds=1))[1]).get("me").status_code == 401
    token, secret = made()
    revoke_token(token=token, actor=user, at=now)
    assert Api(secret).get("me").status_code == 401
    _, secret = made()
    user.is_active = False
    user.save()
    answer = Api(secret).get("me")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="grappe", error="invalid_token"',
    )


def test_a_token_is_kept_by_its_hash_only_and_its_last_use_is_written_down(registry, noon):
    user = person(noon, "viewer")
    token, secret = create_token(name="carnet", scopes=["read"], expires_at=None, actor=user, at=noon)
    stored = json.dumps(list(Token.objects.values()), default=str)
    assert secret not in stored
    assert secret.startswith(token.prefix)
    Api(secret).json("me")
    assert write_last_uses() == 1
    token.refresh_from_db()
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)
    assert write_last_uses() == 0


def test_what_is_no_token_is_refused_not_taken_for_a_visitor(registry):
    for header in ("Bearer", "Bearer x", "Basic abc", "bearer  ", "Token é", "Bearer " + "a" * 5000):
        assert Api().get("organisations", Authorization=header).status_code == 401, header


def test_a_scope_that_is_missing_is_named(registry, noon):
    answer = caller(noon, "manager", scopes=["import"]).get("organisations")
    assert (answer.status_code, answer.json()["type"]) == (403, "http://localhost:8000/api/problems/scope")
    assert 'scope="read"' in answer.headers["WWW-Authenticate"]


def test_whoever_may_not_hold_a_token_makes_none(registry, noon):
    from grappe.hub.registry.access import NotAllowed

    for role in ("representative", "funder"):
        with pytest.raises(NotAllowed):
            create_token(name="x", scopes=["read"], expires_at=None, actor=person(noon, role), at=noon)
    with pytest.raises(ValueError, match="write:all"):
        create_token(name="x", scopes=["write:all"], expires_at=None, actor=person(noon, "viewer"), at=noon)


def test_a_visitor_who_asks_too_much_waits_and_a_token_goes_on(registry, settings, noon):
    settings.API_VISITOR_RATE = 3
    api = Api()
    statuses = [api.get("clusters").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = api.get("clusters")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["title"] == "Trop de requêtes"
    assert caller(noon, "viewer").get("clusters").status_code == 200


def test_an_export_counts_as_many_calls(registry, settings):
    settings.API_VISITOR_RATE = 45
    statuses = [Api().get("exports/sources.csv").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_session_reads_as_its_owner(institute, noon):
    api = Api()
    api.client.force_login(person(noon, "viewer"))
    assert api.json("me")["username"] == "viewer-partout"
    assert f'"{MEMBERS_VALUE}"' in api.get(f"organisations/{institute.pk}").content.decode()


def test_scopes_of_tokens_are_those_of_the_reference():
    from grappe.hub.api.models import SCOPES

    assert tuple(scope for scope, _ in SCOPES) == ALL
    assert set(STAFF) == {"administrator", "manager", "editor", "viewer"}
