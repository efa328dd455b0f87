"""Counts of facets, completion, the lists of codes, and who asks."""

from django.http import HttpRequest
from ninja import Query, Router

from grappe.hub.api import rendering, shapes
from grappe.hub.api.models import SCOPES
from grappe.hub.api.problems import Refused
from grappe.hub.api.views.asked import Key, Search, Words
from grappe.hub.people.queries import roles_of
from grappe.hub.registry import search
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.queries import all_codes, codes_of, organisations_in_order, visibilities_of

router = Router()
_MOST_COMPLETIONS = 8


@router.get("/facets", response=shapes.Facets, tags=["search"], summary="Count facets")
def count_facets(request: HttpRequest, asked: Query[Search]) -> shapes.Json:
    """How many organisations choosing each code would leave; a facet ignores its own choices."""
    codes, counts = all_codes(), search.count_facets(asked.words, asked.filters)
    labels = {
        facet: {language: labels_of(facet, codes, language) for language in ("fr", "en")} for facet in counts
    }
    return {
        "facets": {
            facet: [
                {
                    "code": code,
                    "label_fr": labels[facet]["fr"].get(code, code),
                    "label_en": labels[facet]["en"].get(code, code),
                    "count": count,
                }
                for code, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            ]
            for facet, found in counts.items()
        }
    }


@router.get("/complete", response=shapes.Completions, tags=["search"], summary="Complete a name")
def complete(request: HttpRequest, asked: Query[Words]) -> shapes.Json:
    """The organisations whose names go on from the words `q`, eight at most."""
    ids = search.complete(asked.words, limit=_MOST_COMPLETIONS) if asked.words else ()
    return {
        "items": [
            {
                "id": each.pk,
                "url": rendering.url_of("organisations", each.pk),
                "name_fr": each.name_fr or None,
                "name_en": each.name_en or None,
                "municipality": each.municipality or None,
            }
            for each in organisations_in_order(request.user, ids)
        ]
    }


def _list_of(kind: str) -> shapes.Json:
    counts = search.count_within({})[kind]
    items = [rendering.code(each, counts.get(each.code, 0)) for each in codes_of(kind).values()]
    return {"items": items}


def _one_of(kind: str, code: str) -> shapes.Json:
    found = codes_of(kind).get(code)
    if found is None:
        raise Refused("not-found")
    return rendering.code(found, search.count_within({kind: (code,)})[kind].get(code, 0))


@router.get("/clusters", response=shapes.Codes, tags=["codes"], summary="List clusters")
def list_clusters(request: HttpRequest) -> shapes.Json:
    """The clusters, in the workspace’s order."""
    return _list_of("cluster")


@router.get("/clusters/{code}", response=shapes.Code, tags=["codes"], summary="One cluster")
def get_cluster(request: HttpRequest, code: str = Key) -> shapes.Json:
    """One cluster."""
    return _one_of("cluster", code)


@router.get("/sectors", response=shapes.Codes, tags=["codes"], summary="List sectors")
def list_sectors(request: HttpRequest) -> shapes.Json:
    """The sectors of activity, in the workspace’s order."""
    return _list_of("sector")


@router.get("/sectors/{code}", response=shapes.Code, tags=["codes"], summary="One sector")
def get_sector(request: HttpRequest, code: str = Key) -> shapes.Json:
    """One sector of activity."""
    return _one_of("sector", code)


@router.get("/stages", response=shapes.Codes, tags=["codes"], summary="List stages")
def list_stages(request: HttpRequest) -> shapes.Json:
    """The value-chain stages, in the workspace’s order."""
    return _list_of("stage")


@router.get("/me", response=shapes.Me, tags=["you"], summary="On whose behalf you ask")
def get_me(request: HttpRequest) -> shapes.Json:
    """Your roles, what the token reaches, which statements you may read."""
    user, token = request.user, getattr(request, "token", None)
    known = [scope for scope, _ in SCOPES]
    return {
        "username": user.get_username() or None,
        "roles": [{"role": role.name, "cluster": role.cluster or None} for role in roles_of(user)],
        "scopes": [scope for scope in known if scope in token.scopes] if token else ["read"],
        "visibilities": visibilities_of(user),
    }
