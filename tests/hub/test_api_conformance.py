"""The whole API asked by Schemathesis as each role: no failure, and every answer as it is described."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from grappe.hub.api.caller import LIMIT
from grappe.hub.equipment.models import Equipment, Reservation
from grappe.hub.registry.models import Import, Organisation, Statement
from hub.api_fixtures import bring_one, caller
from hub.equipment_fixtures import booked, member, monday, site, tool

pytestmark = pytest.mark.django_db
ROLES = ("", "administrator", "manager", "editor", "viewer")
MODES = {"what it accepts": GenerationMode.POSITIVE, "what it refuses": GenerationMode.NEGATIVE}


def ask_all(application, role, noon, examples):
    """Ask every operation *examples* times with made-up data of each mode, as who holds *role*."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    secret = caller(noon, role).secret
    headers = {"Accept-Encoding": "identity"}
    headers |= {"Authorization": f"Bearer {secret}"} if secret else {}
    bring_one(noon)
    reserve_one(noon)
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        takes_something = any((*operation.iter_parameters(), *operation.body))
        for mode in MODES.values() if takes_something else [GenerationMode.POSITIVE]:
            count += ask_one(operation, mode, headers, examples)
    return count


def reserve_one(noon):
    """A site, its machine, and somebody's reservation of it."""
    machine = tool(site(noon, "aero"))
    booked(machine, monday(9), monday(10), member(noon), noon)


def _ask_about_what_is_there(case, known):
    """Made-up ids find nothing: put real ones in their place."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known[name]
    if case.method == "POST":
        case.headers["If-Match"] = "*"


def ask_one(operation, mode, headers, examples):
    """Ask one operation; returns how many times."""
    from hypothesis import given

    institute = Organisation.objects.get(acronym="IFO")
    known = {"canonical_id": institute.pk, "source_id": "membres", "code": "aero"}
    known |= {"table": "statements", "ending": "csv"}
    known["equipment_id"] = Equipment.objects.get().pk
    known["reservation_id"] = Reservation.objects.get().pk
    known["import_id"] = Import.objects.order_by("pk")[0].pk
    known["statement_id"] = Statement.objects.filter(visibility="public")[0].pk
    asked = []
    bounds = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @bounds
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        LIMIT.forget()
        if len(asked) % 2:
            _ask_about_what_is_there(case, known)
        answer = case.call(headers=headers)
        asked.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return len(asked)


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_described(registry, noon, application, role):
    before = Statement.objects.filter(origin="hub").count()
    assert ask_all(application, role, noon, examples=4) > 90
    if role in ("", "viewer"):
        assert Statement.objects.filter(origin="hub").count() == before


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_described_at_length(registry, noon, application, role):
    assert ask_all(application, role, noon, examples=int(os.environ.get("GRAPPE_EXAMPLES", "150"))) > 2_500
