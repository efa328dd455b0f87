"""Statements: the list, and one."""

from django.http import HttpRequest
from ninja import Query, Router

from grappe.hub.api import rendering, shapes
from grappe.hub.api.paging import next_url, page_of
from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import listed_statements, organisations_of
from grappe.hub.api.views.asked import Key, Paging, StatementSearch

router = Router(tags=["statements"])


@router.get("", response=shapes.Statements, summary="List statements")
def list_statements(
    request: HttpRequest, asked: Query[StatementSearch], paging: Query[Paging]
) -> shapes.Json:
    """The statements that you may read and that still stand, in a fixed order."""
    rows = listed_statements(request.user, source=asked.source, property=asked.property, entity=asked.entity)
    items, cursor = page_of(rows, ("pk",), paging.cursor, paging.limit)
    owners = organisations_of({each.entity for each in items})
    shown = rendering.statements(items, owners, request.user)
    return {"items": shown, "next": next_url(request, cursor)}


@router.get("/{statement_id}", response=shapes.Statement, summary="One statement")
def get_statement(request: HttpRequest, statement_id: str = Key) -> shapes.Json:
    """One statement. What you may not read answers as what is not there."""
    found = listed_statements(request.user).filter(pk=statement_id).first()
    if found is None:
        raise Refused("not-found")
    return rendering.statements([found], organisations_of([found.entity]), request.user)[0]
