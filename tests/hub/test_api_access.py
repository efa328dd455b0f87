"""The matrix executed: every operation of the API × every role and a stranger."""

import pytest

from grappe.hub.api.urls import api
from grappe.hub.equipment.models import Reservation
from grappe.hub.people import matrix
from grappe.hub.people.models import RoleName, User
from grappe.hub.registry.models import Organisation, Statement
from hub.api_fixtures import NEW_LIST, Api, bring_one, caller
from hub.desk_fixtures import person
from hub.equipment_fixtures import site as facility
from hub.equipment_fixtures import tool

pytestmark = pytest.mark.django_db
PUBLIC = ("read", "page")
#: Every operation: what it needs of the matrix.
NEEDS = {
    "list_organisations": PUBLIC,
    "get_organisation": PUBLIC,
    "list_statements_of": PUBLIC,
    "add_statement": ("edit", "organisation"),
    "list_statements": PUBLIC,
    "get_statement": PUBLIC,
    "list_sources": PUBLIC,
    "get_source": PUBLIC,
    "list_imports": ("consult", "import"),
    "bring_list": ("prepare", "import"),
    "get_import": ("consult", "import"),
    "list_mistakes": ("consult", "import"),
    "read_import": ("prepare", "import"),
    "confirm": ("confirm", "import"),
    "cancel": ("prepare", "import"),
    "undo": ("confirm", "import"),
    "count_facets": PUBLIC,
    "complete": PUBLIC,
    "list_clusters": PUBLIC,
    "get_cluster": PUBLIC,
    "list_sectors": PUBLIC,
    "get_sector": PUBLIC,
    "list_stages": PUBLIC,
    "get_me": PUBLIC,
    "export_graph": PUBLIC,
    "export_all": PUBLIC,
    "export_licences": PUBLIC,
    "export_attribution": PUBLIC,
    "export_table": PUBLIC,
    "export_catalogue": PUBLIC,
    "list_facilities": PUBLIC,
    "get_facility": PUBLIC,
    "list_equipment": PUBLIC,
    "get_equipment": PUBLIC,
    "get_busy": PUBLIC,
    "list_capabilities": PUBLIC,
    "find_capability": PUBLIC,
    "plan_flow": ("make", "request"),
    "list_reservations": ("make", "booking"),
    "get_reservation": ("make", "booking"),
    "reserve": ("make", "booking"),
    "confirm_hold": ("make", "booking"),
    "cancel_all": ("make", "booking"),
}
#: Those who hold no token read as they do in their browser.
WITHOUT_TOKEN = {role for role, cell in matrix.cells()["hold", "token"].items() if cell == "no"}
#: What the operations that take something are sent.
SAID = {
    "add_statement": {"property": "employees", "value": "1", "reason": "essai"},
    "read_import": {},
    "confirm": {"digest": "0"},
    "plan_flow": {"flow": {}},
    "reserve": {"title": "essai", "bookings": [{"start": "", "end": ""}]},
    "cancel_all": {},
}


def operations():
    """Name → (method, path with its keys) of every operation of the API."""
    return {
        operation.view_func.__name__: (operation.methods[0].lower(), f"{router.prefix}{path}".strip("/"))
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
    }


def asker(noon, role):
    """The API as *role* asks it: with a token where it may hold one, else with its session."""
    if role not in WITHOUT_TOKEN:
        return caller(noon, role)
    found = Api()
    if role != matrix.VISITOR:
        found.client.force_login(person(noon, role))
    return found


def reserved_by(role, noon):
    """A reservation that whoever holds *role* made, with nothing in it."""
    maker = (
        User.objects.filter(username__in=(f"api-{role}-", f"{role}-partout")).first() or User.objects.first()
    )
    return Reservation.objects.create(title="essai", user=maker, state="held", tier="", made_at=noon).pk


def test_every_operation_is_in_the_matrix():
    assert set(operations()) == set(NEEDS)


@pytest.mark.parametrize("role", [*RoleName.values, matrix.VISITOR])
def test_every_operation_answers_as_the_matrix_says(registry, noon, role):
    institute, found = Organisation.objects.get(acronym="IFO"), asker(noon, role)
    public = Statement.objects.filter(visibility="public")[0].pk
    keys = {"canonical_id": institute.pk, "statement_id": public, "source_id": "membres"}
    keys |= {"table": "statements", "ending": "csv"}
    keys["import_id"] = bring_one(noon).pk
    keys["equipment_id"] = tool(facility(noon)).pk
    for name, (method, path) in operations().items():
        keys["code"] = "laser" if "sector" in name else "nord" if "facility" in name else "aero"
        keys["reservation_id"] = reserved_by(role, noon)
        if name == "bring_list":
            answer = found.send("imports", NEW_LIST, file=b"Nom;Ville\nCuirs Fictifs;Laval\n")
        else:
            content = SAID.get(name) if method == "post" else None
            more = "?q=gravure" if name == "find_capability" else ""
            answer = found.ask(method, path.format(**keys) + more, content, **{"If-Match": "*"})
        allowed = matrix.cells()[NEEDS[name]][role] != "no"
        # What takes a token is closed to those who hold none, whatever they may do on the pages.
        allowed = allowed and not (method == "post" and role in WITHOUT_TOKEN)
        # An import that waits to be opened is not there yet to be read, confirmed or undone: 409, not 403.
        assert (answer.status_code in (200, 201, 202, 409, 422)) == allowed, (name, answer.content)
        assert allowed or answer.status_code in (401, 403), name
