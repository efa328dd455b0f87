"""The review of figures: the document at left, what was read in it at right, one key a verdict."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.observatory.actions.reviews import (
    NotLast,
    NotReadable,
    accept_figure,
    dispute_figure,
    fix_figure,
    reject_figure,
    undo_review,
)
from grappe.hub.observatory.forms import FixForm
from grappe.hub.observatory.models import Figure
from grappe.hub.observatory.queries import (
    count_statuses,
    last_review,
    may_check,
    next_to_check,
    seen_findings,
    standing_resolutions,
    visible_figures,
    visible_reviews,
    with_figures,
)
from grappe.hub.observatory.reading import read_around
from grappe.hub.observatory.wording import FIELD_LABELS, printed_field, title_of
from grappe.hub.people.shell import DeskView

_SHOWN = ("indicator", "subject", "place", "period", "source", "share_of", "member", "review_by", "note")
#: Neighbours of a figure in its document that are listed beside it.
_LISTED = 200


class FigureView(DeskView):
    """One figure beside its document, with what people said of it. Nine queries at most."""

    needs = ("consult", "figure")
    template_name = "hub/desk/figure.html"
    header_icon = "table"
    figure: Figure

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Which figure, if this person may see it."""
        super().setup(request, *args, **kwargs)
        self.key = kwargs["figure"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; the ledger when there is no such figure."""
        found = visible_figures(request.user).filter(pk=self.key).first()
        if found is None:
            return redirect("desk_figures")
        self.figure = found
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        """What the figure says."""
        return title_of(self.figure.core)

    def trail(self) -> list[tuple[str, str]]:
        """The ledger."""
        return [(reverse("desk_figures"), gettext("Key figures"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The text with its marks, the figure field by field, its history, its findings."""
        user, figure = self.request.user, self.figure
        visible = visible_figures(user)
        beside = visible.filter(document=figure.document, is_proposed=True)
        if figure.result:
            beside = visible.filter(measurement=figure.measurement_id, table=figure.table_id).exclude(
                result=""
            )
        neighbours = list(beside[:_LISTED])
        core = figure.core
        findings = [
            each for each in seen_findings(user, timezone.localdate()) if figure.record_id in each.figures
        ]
        context = {
            "figure": figure,
            "core": core,
            "facts": [(FIELD_LABELS[name], printed_field(core, name), name) for name in _SHOWN],
            "implied": set(core.implied_fields),
            "reading": read_around(user, figure, neighbours),
            "neighbours": [(each, each.core) for each in neighbours],
            "reviews": [(each, _changes(each.changes)) for each in figure.reviews.all()],
            "found": with_figures(user, findings, standing_resolutions()) if findings else [],
            "may_check": may_check(user, figure),
            "last": last_review(user),  # type: ignore[arg-type]
            "waiting": count_statuses(user).get("draft", 0),
            "form": kwargs.pop("form", None) or FixForm(figure=core),
        }
        return super().get_context_data(**context, **kwargs)


def _changes(changes: list[list[str]]) -> list[tuple[Any, str]]:
    return [(FIELD_LABELS.get(name, name), value) for name, value in changes]


class ReviewView(FigureView):
    """Takes a verdict, and goes on to the next figure that waits."""

    needs = ("check", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """To the figure."""
        return redirect("desk_figure", self.key)

    def post(self, request: HttpRequest, figure: str) -> HttpResponse:
        """Store the verdict. Raises Http404 for a figure that may not be seen."""
        found = visible_figures(request.user).filter(pk=figure).first()
        if found is None:
            return redirect("desk_figures")
        self.figure = found
        verdict = request.POST.get("verdict", "")
        words: dict[str, Any] = {"figure": found, "actor": request.user, "at": self.now()}
        why = request.POST.get("why", "").strip()[:500]
        if verdict == "accept":
            accept_figure(why=why, **words)
        elif verdict == "reject":
            reject_figure(why=why, **words)
        elif verdict in ("fix", "dispute"):
            return self._mend(verdict, why, words)
        else:
            return redirect("desk_figure", figure)
        return self._go_on(found)

    def _mend(self, verdict: str, why: str, words: dict[str, Any]) -> HttpResponse:
        form = FixForm(self.request.POST, figure=self.figure.core)
        if verdict == "dispute":
            if not why:
                self.warn(gettext("Say why the figure can’t be relied on: others will read it."))
                return redirect("desk_figure", self.key)
            dispute_figure(why=why, **words)
            return self._go_on(self.figure)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            fix_figure(changes=form.changes(), why=why, **words)
        except NotReadable:
            form.add_error(None, gettext("A number, a date or a choice can’t be read: check what you typed."))
            return self.render_to_response(self.get_context_data(form=form))
        return self._go_on(self.figure)

    def _go_on(self, done: Figure) -> HttpResponse:
        following = next_to_check(self.request.user, done)
        if following is None:
            self.tell(gettext("Every figure is reviewed."))
            return redirect("desk_figure", done.pk)
        return redirect("desk_figure", following.pk)


class NextView(DeskView):
    """Leads to the next figure that waits, after the one named."""

    needs = ("consult", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """To the figure, or to the ledger when none waits."""
        after = visible_figures(request.user).filter(pk=request.GET.get("after", "")).first()
        following = next_to_check(request.user, after)
        if following is None:
            self.tell(gettext("Every figure is reviewed."))
            return redirect("desk_figures")
        return redirect("desk_figure", following.pk)


class UndoView(DeskView):
    """Takes back this person's last review."""

    needs = ("check", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the ledger."""
        return redirect("desk_figures")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Undo, and show the figure again."""
        key = request.POST.get("review", "")
        last = last_review(request.user)  # type: ignore[arg-type]
        if key.isascii() and key.isdigit():
            last = get_object_or_404(visible_reviews(request.user), pk=key)
        if last is None:
            self.warn(gettext("There is no review of yours to undo."))
            return redirect("desk_figures")
        try:
            undo_review(review=last, actor=request.user, at=self.now())  # type: ignore[arg-type]
        except NotLast:
            self.warn(gettext("Somebody reviewed this figure since: undo that first."))
        else:
            self.tell(gettext("The review is undone: here is the figure again."))
        return redirect("desk_figure", last.figure_id)
