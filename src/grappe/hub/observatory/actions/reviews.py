"""Reviews of figures: accepted, fixed, rejected, disputed; taken back, the figure is exactly as it was."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.deriving import derive
from grappe.hub.observatory.loading import sector_names
from grappe.hub.observatory.models import Figure, FigureReview
from grappe.hub.observatory.queries import may_check, standing_reviews
from grappe.hub.people.models import User
from grappe.hub.registry.access import require
from grappe.statements.figure_reviews import FIXABLE

_Verdict = FigureReview.Verdict


class NotLast(Exception):  # noqa: N818
    """Somebody reviewed the same figure since: that comes first."""


class NotReadable(Exception):  # noqa: N818
    """What is typed is no value of its field."""


def accept_figure(*, figure: Figure, why: str = "", actor: User, at: datetime) -> FigureReview:
    """Say that *figure* is what its document says. Raises NotAllowed."""
    return _review(figure, _Verdict.ACCEPT, "accept_figure", {}, why, actor, at)


def fix_figure(
    *, figure: Figure, changes: Mapping[str, str], why: str = "", actor: User, at: datetime
) -> FigureReview:
    """Say what *figure* should have been read as: field → text. It is then checked.

    Raises NotAllowed, NotReadable.
    """
    return _review(figure, _Verdict.FIX, "fix_figure", changes, why, actor, at)


def reject_figure(*, figure: Figure, why: str = "", actor: User, at: datetime) -> FigureReview:
    """Say that *figure* is no key figure, or that its document doesn't say it. Raises NotAllowed."""
    return _review(figure, _Verdict.REJECT, "reject_figure", {}, why, actor, at)


def dispute_figure(*, figure: Figure, why: str, actor: User, at: datetime) -> FigureReview:
    """Say that the document says *figure*, but that it can't be relied on, and *why*. Raises NotAllowed."""
    return _review(figure, _Verdict.DISPUTE, "dispute_figure", {}, why, actor, at)


@transaction.atomic
def undo_review(*, review: FigureReview, actor: User, at: datetime) -> Figure:
    """Take *review* back: its figure is exactly as before; returns it. Raises NotAllowed, NotLast."""
    figure = Figure.objects.select_for_update().get(pk=review.figure_id)
    require(may_check(actor, figure))
    if standing_reviews(figure).last() != review:
        raise NotLast
    review.undone_at, review.undone_by = at, actor.get_username()
    review.save(update_fields=["undone_at", "undone_by"])
    _derive(figure)
    data = {"review": review.pk, "verdict": review.verdict}
    record(actor=actor, at=at, verb="undo_review", object_kind="figure", object_id=figure.pk, data=data)
    return figure


@transaction.atomic
def _review(
    figure: Figure, verdict: str, verb: str, changes: Mapping[str, str], why: str, actor: User, at: datetime
) -> FigureReview:
    figure = Figure.objects.select_for_update().get(pk=figure.pk)
    require(may_check(actor, figure))
    if set(changes) - set(FIXABLE):
        raise NotReadable
    review = FigureReview.objects.create(
        figure=figure,
        verdict=verdict,
        changes=[[name, value] for name, value in changes.items()],
        why=why,
        who=actor.get_username(),
        actor=actor,
        at=at,
    )
    _derive(figure)
    data = {"changes": dict(changes), "why": why}
    record(actor=actor, at=at, verb=verb, object_kind="figure", object_id=figure.pk, data=data)
    return review


def _derive(figure: Figure) -> None:
    try:
        derive(figure, standing_reviews(figure), sectors=sector_names())
    except (TypeError, ValueError) as error:
        raise NotReadable from error
    figure.save()
