"""Fact sheets: chosen figures published together, refused while one can't be defended."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from grappe.figures.sheet import Sheet, make_sheet
from grappe.hub.journal.actions import record
from grappe.hub.observatory.models import FactSheet, Figure
from grappe.hub.observatory.queries import may_publish, visible_figures
from grappe.hub.people.models import User
from grappe.hub.registry.access import require
from grappe.statements.figures import figure_row


@transaction.atomic
def publish_sheet(
    *,
    figures: Sequence[Figure],
    titles: tuple[str, str],
    reasons: tuple[str, str],
    cluster: str,
    as_of: date,
    actor: User,
    at: datetime,
) -> FactSheet:
    """Publish *figures* under *titles* (French, English), checked against the ledger of the day *as_of*.

    *reasons*, in both languages, say why despite reservations. Raises NotAllowed; GrappeError
    ``figure_unfit`` for each figure that is unchecked, stale or contradicted when no reason is given, or that
    may not be shown at all.
    """
    require(may_publish(actor, cluster))
    ledger = visible_figures(actor).exclude(status=Figure.Status.WITHDRAWN)
    sheet: Sheet = make_sheet(
        [figure.core for figure in figures],
        [figure.core for figure in ledger],
        titles=titles,
        as_of=as_of,
        reason=reasons[0] or None,
    )
    made = FactSheet.objects.create(
        title_fr=titles[0],
        title_en=titles[1],
        as_of=as_of,
        reason_fr=reasons[0] if sheet.reason else "",
        reason_en=reasons[1] if sheet.reason else "",
        figures=[[figure.pk, figure_row(figure.core)] for figure in figures],
        cluster=cluster,
        made_by=actor.get_username(),
        made_at=at,
    )
    data = {"title": made.title_fr, "figures": [figure.pk for figure in figures], "why": made.reason_fr}
    record(actor=actor, at=at, verb="publish_sheet", object_kind="sheet", object_id=made.pk, data=data)
    return made


@transaction.atomic
def withdraw_sheet(*, sheet: FactSheet, actor: User, at: datetime) -> None:
    """Take *sheet* off the site. Raises NotAllowed."""
    require(may_publish(actor, sheet.cluster))
    if FactSheet.objects.filter(pk=sheet.pk, withdrawn_at=None).update(withdrawn_at=at):
        record(actor=actor, at=at, verb="withdraw_sheet", object_kind="sheet", object_id=sheet.pk)
