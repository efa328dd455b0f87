"""The review queue at the desk: one pair at a time, one key a verdict; the obvious ones many at once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.actions.judgements import NotObeyed, NotOurs
from grappe.hub.registry.actions.pairs import hold_pair, judge_pair, judge_pairs, take_back_verdict
from grappe.hub.registry.models import Pair
from grappe.hub.registry.pairing import LEAST_PRECISION, nearly_sure_from, quality_of_linkage
from grappe.hub.registry.queries import all_codes
from grappe.hub.registry.reviewing import (
    Compared,
    compare,
    count_states,
    last_judged,
    obvious_pairs,
    pair_names,
    visible_pairs,
    waiting_pairs,
)
from grappe.hub.registry.wording import property_label, relation_labels, value_labels

#: Key → the verdict that it gives.
KEYS = {
    "s": "same_as",
    "d": "different",
    "u": "unsure",
    "b": "branch_of",
    "r": "renamed_to",
    "t": "trade_name_of",
    "g": "member_of_group",
}
_MOST_TRIED = 20
_MOST_AT_ONCE = 50


class QueueView(DeskView):
    """The next pair for this reviewer: nobody else is shown it meanwhile."""

    needs = ("judge", "organisation")
    template_name = "hub/desk/queue.html"
    header_icon = "tasks"

    def get_page_title(self) -> str:
        """The title of the queue."""
        return gettext("The same organisation?")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pair, both sides, the keys, and how many wait."""
        user, skipped = self.request.user, self._skipped()
        compared = self._next(skipped)
        if compared is None and skipped:
            # Everything else is judged: those that were passed over come back.
            self.request.session["skipped_pairs"] = []
            compared = self._next([])
        counts = count_states(user)
        context: dict[str, Any] = {
            "waiting": counts.get("waiting", 0),
            "judged": sum(n for state, n in counts.items() if state not in ("waiting", "gone")),
            "last": last_judged(user),  # type: ignore[arg-type]
            "verdicts": [(key, code, relation_labels()[code]) for key, code in KEYS.items()],
            "obvious": obvious_pairs(user, self.now(), nearly_sure_from()).count(),  # type: ignore[arg-type]
        }
        if compared is not None:
            context |= {"compared": compared, "pair": compared.pair, "rows": _rows(compared)}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store a verdict, undo the last one, or pass to the next pair."""
        if "undo" in request.POST:
            return self._undo()
        found = get_object_or_404(visible_pairs(request.user), pk=request.POST.get("pair") or 0)
        if "skip" in request.POST:
            request.session["skipped_pairs"] = [*self._skipped(), found.pk][-500:]
            return redirect("desk_queue")
        verdict = request.POST.get("verdict", "")
        if verdict in KEYS.values():
            self._judge(found, verdict)
        return redirect("desk_queue")

    def _judge(self, found: Pair, verdict: str) -> None:
        why = self.request.POST.get("why", "").strip()[:500] or gettext("compared side by side")
        try:
            judged = judge_pair(
                pair=found,
                relation=verdict,
                why=why,
                actor=self.request.user,  # type: ignore[arg-type]
                at=self.now(),
            )
        except NotObeyed:
            self.warn(gettext("They are kept apart by the workspace: that is taken back there."))
            return
        if judged.judged_by != self.request.user:
            self.warn(gettext("Somebody else judged this pair meanwhile: their verdict stands."))

    def _undo(self) -> HttpResponse:
        last = last_judged(self.request.user)  # type: ignore[arg-type]
        if last is None:
            self.warn(gettext("There is no verdict of yours to undo."))
            return redirect("desk_queue")
        try:
            take_back_verdict(pair=last, actor=self.request.user, at=self.now())  # type: ignore[arg-type]
        except NotOurs:
            self.warn(gettext("This judgement comes with the workspace: it is taken back there."))
        else:
            self.request.session["next_pair"] = last.pk
            self.tell(gettext("The verdict is undone: here is the pair again."))
        return redirect("desk_queue")

    def _skipped(self) -> list[int]:
        return list(self.request.session.get("skipped_pairs", []))

    def _next(self, skipped: list[int]) -> Compared | None:
        """The first pair that can still be held: another reviewer may be quicker."""
        user, at = self.request.user, self.now()
        asked = self.request.session.pop("next_pair", None)
        waiting = waiting_pairs(user, at).exclude(pk__in=skipped)  # type: ignore[arg-type]
        first = list(waiting.filter(pk=asked)) if asked else []
        for pair in [*first, *waiting[:_MOST_TRIED]]:
            compared = compare(user, pair)
            if compared and hold_pair(pair=pair, actor=user, at=at):  # type: ignore[arg-type]
                return compared
        return None


class ObviousView(DeskView):
    """The pairs that linkage is nearly sure of: ticked, then judged together."""

    needs = ("judge", "organisation")
    template_name = "hub/desk/obvious.html"
    header_icon = "tasks"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Nearly sure pairs")

    def trail(self) -> list[tuple[str, str]]:
        """The queue."""
        return [(reverse("desk_queue"), gettext("The same organisation?"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The likeliest pairs, with the names and towns of both sides. Three queries."""
        user = self.request.user
        pairs = list(obvious_pairs(user, self.now(), nearly_sure_from())[:_MOST_AT_ONCE])  # type: ignore[arg-type]
        names = pair_names(pairs)
        lines = [(pair, names.get(pair.left), names.get(pair.right)) for pair in pairs]
        context = {"lines": [line for line in lines if line[1] and line[2] and line[1] != line[2]]}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Judge those ticked to be the same."""
        ticked = request.POST.getlist("pair")[:_MOST_AT_ONCE]
        chosen = list(visible_pairs(request.user).filter(pk__in=ticked, state=Pair.State.WAITING))
        try:
            judge_pairs(
                pairs=chosen,
                relation="same_as",
                why=gettext("nearly sure, compared in the list"),
                actor=request.user,  # type: ignore[arg-type]
                at=self.now(),
            )
        except NotObeyed:
            self.warn(gettext("One of them is kept apart by the workspace: none is judged."))
        else:
            said = ngettext("%s pair is judged.", "%s pairs are judged.", len(chosen))
            self.tell(said % len(chosen))
        return redirect("desk_obvious")


class LinkageView(DeskView):
    """How good linkage is on this registry now, from what people judged; proposes again when asked."""

    needs = ("judge", "organisation")
    template_name = "hub/desk/linkage.html"
    header_icon = "info-circle"

    def get_page_title(self) -> str:
        """What is asked."""
        return gettext("How good is linkage here?")

    def trail(self) -> list[tuple[str, str]]:
        """The queue."""
        return [(reverse("desk_queue"), gettext("The same organisation?"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Precision and recall with their intervals, and the threshold that would be safe."""
        context = {"quality": quality_of_linkage(), "least": LEAST_PRECISION}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Propose again, in the background."""
        enqueue_on_commit("grappe.hub.registry.jobs.fill_queue")
        self.tell(gettext("Pairs are proposed again: the queue follows in a moment."))
        return redirect("desk_linkage")


def _rows(compared: Compared) -> list[dict[str, Any]]:
    """One line a property: what both sides say, names first, then what agrees."""
    codes = all_codes()
    rows = []
    for each in compared.rows:
        labels = value_labels(each.definition, codes)
        rows.append(
            {
                "code": each.definition.code,
                "label": property_label(each.definition.code),
                "agrees": each.agrees,
                "left": [(v, labels.get(v.value, v.value)) for v in each.left],
                "right": [(v, labels.get(v.value, v.value)) for v in each.right],
            }
        )
    order = {True: 0, False: 1, None: 2}
    return sorted(rows, key=lambda row: (row["code"] != "name", order[row["agrees"]]))
