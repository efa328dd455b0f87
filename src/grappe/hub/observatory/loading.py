"""The figures of an ecosystem folder → the ledger: one transaction, twice the same changes nothing.

What people checked stays, also when no document says it any more; a proposal that is gone and that nobody
spoke of goes. What is computed here is left alone. Reviews recorded beside the workspace are people's like
any other, under the names they give.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.deriving import WRITTEN, SectorNames, derive
from grappe.hub.observatory.models import Figure, FigureReview
from grappe.hub.people.models import User
from grappe.hub.registry.models import Document
from grappe.hub.registry.queries import codes_of
from grappe.statements import figure_reviews as core
from grappe.statements.figures import figure_row, read_figures

_BATCH = 500


@transaction.atomic
def load_figures(*, folder: Path, actor: User | None, at: datetime) -> dict[str, int]:
    """Make the ledger hold the figures that *folder* proposes and the reviews recorded with it.

    Returns how many figures are new, changed or gone; empty when nothing is. Called after
    ``load_ecosystem``, by ``grappe load`` and ``grappe demo``.
    """
    known = {figure.pk: figure for figure in Figure.objects.filter(result="")}
    touched = _take_proposals(folder, known)
    gone = _let_go({key for key in known if key not in touched["proposed"]}, known)
    reviewed = _take_reviews(folder, set(known) - gone, at)
    changed = touched["new"] | touched["changed"] | reviewed
    _derive(changed)
    counts = {"new": len(touched["new"]), "changed": len(changed - touched["new"]), "gone": len(gone)}
    if not any(counts.values()):
        return {}
    record(actor=actor, at=at, verb="load_figures", object_kind="ledger", object_id="load", data=counts)
    return counts


def _take_proposals(folder: Path, known: dict[str, Figure]) -> dict[str, set[str]]:
    sources = dict(Document.objects.values_list("id", "source"))
    clusters = dict(Document.objects.values_list("source", "source__cluster"))
    fresh, changed, proposed = [], [], set()
    for figure in read_figures(folder):
        source = sources.get(figure.document or "")
        if source is None:
            continue
        row = figure_row(figure)
        proposed.add(figure.id)
        former = known.get(figure.id)
        if former is None:
            brought = Figure(id=figure.id, source_id=source, document=figure.document or "", proposed=row)
            brought.record, brought.cluster = row, clusters[source]
            fresh.append(brought)
            known[figure.id] = brought
        elif former.proposed != row or not former.is_proposed or former.source_id != source:
            former.proposed, former.is_proposed, former.source_id = row, True, source
            changed.append(former)
    Figure.objects.bulk_create(fresh, batch_size=_BATCH)
    Figure.objects.bulk_update(changed, ["proposed", "is_proposed", "source"], batch_size=_BATCH)
    return {"new": {f.pk for f in fresh}, "changed": {f.pk for f in changed}, "proposed": proposed}


def _let_go(absent: set[str], known: Mapping[str, Figure]) -> set[str]:
    """Of the proposals that are gone, those that people spoke of stay, and say so."""
    spoken_of = set(FigureReview.objects.filter(figure__in=absent).values_list("figure", flat=True))
    newly = {key for key in spoken_of if known[key].is_proposed}
    Figure.objects.filter(pk__in=newly).update(is_proposed=False)
    gone = absent - spoken_of
    Figure.objects.filter(pk__in=gone).delete()
    return gone


def _take_reviews(folder: Path, known: set[str], at: datetime) -> set[str]:
    """Add the recorded reviews that are new, take back those no longer recorded; the figures concerned."""
    loaded = FigureReview.objects.filter(origin="load")
    former = {each.recorded: each for each in loaded}
    touched: set[str] = set()
    for review in core.recorded_reviews(folder):
        if former.pop(review.id, None) is None and review.figure in known:
            FigureReview.objects.create(**_review_columns(review))
            touched.add(review.figure)
    for each in former.values():
        if each.undone_at is None:
            each.undone_at, each.undone_by = at, "load"
            each.save(update_fields=["undone_at", "undone_by"])
            touched.add(each.figure_id)
    return touched


def _review_columns(review: core.FigureReview) -> dict[str, Any]:
    moment = datetime.fromisoformat(review.at)
    return {
        "figure_id": review.figure,
        "verdict": review.verdict,
        "changes": [list(change) for change in review.changes],
        "why": review.why,
        "who": review.who,
        "at": moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        "origin": "load",
        "recorded": review.id,
    }


def _derive(keys: set[str]) -> None:
    figures = list(Figure.objects.filter(pk__in=keys).prefetch_related("reviews"))
    sectors = sector_names()
    for figure in figures:
        standing = [review for review in figure.reviews.all() if review.undone_at is None]
        derive(figure, standing, sectors=sectors)
    Figure.objects.bulk_update(figures, WRITTEN, batch_size=_BATCH)


def sector_names() -> SectorNames:
    """Sector → its names in both languages: one query."""
    return {code: (each.name_fr, each.name_en) for code, each in codes_of("sector").items()}
