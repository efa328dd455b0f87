"""What the checks found: the arithmetic, the figures, and why it is no matter, when somebody says so."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.observatory.actions.findings import reopen_finding, resolve_finding
from grappe.hub.observatory.queries import (
    Found,
    finding_key,
    open_and_resolved,
    seen_findings,
    standing_resolutions,
    with_figures,
)
from grappe.hub.people.queries import may
from grappe.hub.people.shell import DeskView

PAGE_LENGTH = 25
#: What can't be true comes first, then what a person must say, then what is only told.
_ORDER = {"error": 0, "question": 1, "information": 2}
#: Many, and each said on its figure: after what compares figures.
_LAST = ("stale", "period_unknown", "forecast_past", "review_due")


class FindingsView(DeskView):
    """The findings that nobody resolved, or those that somebody did. Four queries at most."""

    needs = ("consult", "figure")
    template_name = "hub/desk/findings.html"
    header_icon = "warning"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("What the checks found")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of findings, those that compare figures first, and how many there are of each kind."""
        user, said = self.request.user, standing_resolutions()
        is_resolved = self.request.GET.get("resolved") == "1"
        code = self.request.GET.get("code", "")
        waiting, resolved = open_and_resolved(seen_findings(user, timezone.localdate()), said)
        shown = resolved if is_resolved else waiting
        counts = Counter(each.code for each in shown)
        chosen = [each for each in shown if not code or each.code == code]
        # Of one severity they keep the order in which they are found.
        chosen.sort(key=lambda each: (each.code in _LAST, _ORDER[each.severity]))
        page = Paginator(chosen, PAGE_LENGTH).get_page(self.request.GET.get("page"))
        context = {
            "page_of": page,
            "found": with_figures(user, page, said),
            "counts": sorted(counts.items()),
            "code": code,
            "is_resolved": is_resolved,
            "resolved": len(resolved),
            "may_check": may(user, "check", "figure"),
        }
        return super().get_context_data(**context, **kwargs)


class ResolveView(DeskView):
    """Stores why a finding is no matter, or opens it again."""

    needs = ("check", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_findings")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Resolve or reopen; a finding that changed meanwhile is left as it is."""
        found = self._found(request.POST.get("finding", ""))
        why = request.POST.get("why", "").strip()[:500]
        if found is None:
            self.warn(gettext("The figures changed meanwhile: this finding is no more."))
        elif "reopen" in request.POST:
            reopen_finding(found=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
            self.tell(gettext("The finding is open again."))
        elif not why:
            self.warn(gettext("Say why it is no matter: others will read it."))
        else:
            resolve_finding(found=found, why=why, actor=request.user, at=self.now())  # type: ignore[arg-type]
            self.tell(gettext("The finding is resolved. It comes back if the figures change."))
        return redirect("desk_findings")

    def _found(self, key: str) -> Found | None:
        user = self.request.user
        same = [each for each in seen_findings(user, timezone.localdate()) if finding_key(each) == key]
        return with_figures(user, same, standing_resolutions())[0] if same else None
