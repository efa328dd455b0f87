"""The journal in Wagtail's shell: who did what, to what, when; and the same as a file."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from grappe.hub.journal.models import Entry
from grappe.hub.operations.queries import (
    PAGE_LENGTH,
    asked_in,
    asked_lines,
    every_line,
    verbs_and_kinds,
)
from grappe.hub.operations.wording import kind_labels, told_of, verb_labels
from grappe.hub.people.queries import may
from grappe.hub.people.shell import DeskView
from grappe.statements.export import defuse_formula
from grappe.statements.text import fold

_COLUMNS = ("at", "who", "verb", "kind", "key", "data")


class JournalView(DeskView):
    """The journal, filtered, page after page. Three queries for it."""

    needs = ("read", "journal")
    template_name = "hub/desk/journal.html"
    header_icon = "history"

    def get_page_title(self) -> str:
        """The title of the page."""
        return gettext("Journal")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lines of the page and what may be asked."""
        user, asked = self.request.user, asked_in(self.request.GET)
        found = list(asked_lines(user, asked)[: PAGE_LENGTH + 1])
        (verbs, kinds), names = verbs_and_kinds(user), kind_labels()
        context = {
            "asked": asked,
            "rows": [
                (entry, told_of(entry), names.get(entry.object_kind, entry.object_kind))
                for entry in found[:PAGE_LENGTH]
            ],
            "verbs": _choices(verbs, verb_labels()),
            "kinds": _choices(kinds, names),
            "next": asked.after(found[PAGE_LENGTH - 1].pk) if len(found) > PAGE_LENGTH else None,
        }
        return super().get_context_data(**context, **kwargs)


def _choices(codes: list[str], labels: dict[str, str]) -> list[tuple[str, str]]:
    """(code, words) of each, by their words; a code without words is shown as it is."""
    return sorted(((code, labels.get(code, code)) for code in codes), key=lambda choice: fold(choice[1]))


class JournalFileView(DeskView):
    """The lines that are chosen, as CSV or JSON Lines, streamed."""

    needs = ("read", "journal")

    def get(self, request: HttpRequest, ending: str) -> StreamingHttpResponse:  # type: ignore[override]
        """The file."""
        batches = every_line(request.user, asked_in(request.GET))
        write, media_type = {"csv": (_csv, "text/csv"), "jsonl": (_json_lines, "application/jsonl")}[ending]
        answer = StreamingHttpResponse(write(batches), content_type=f"{media_type}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="journal.{ending}"'
        return answer


def _row(entry: Entry) -> dict[str, Any]:
    at = entry.at.isoformat(timespec="seconds")
    values = (at, entry.actor_label, entry.verb, entry.object_kind, entry.object_id, entry.data)
    return dict(zip(_COLUMNS, values, strict=True))


def _csv(batches: Iterator[list[Entry]]) -> Iterator[str]:
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(_COLUMNS)
    yield "\ufeff"
    for batch in batches:
        for entry in batch:
            *cells, data = _row(entry).values()
            sheet.writerow([*map(defuse_formula, cells), json.dumps(data, ensure_ascii=False)])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _json_lines(batches: Iterator[list[Entry]]) -> Iterator[str]:
    for batch in batches:
        yield "".join(f"{json.dumps(_row(entry), ensure_ascii=False)}\n" for entry in batch)


class _JournalItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person reads the journal."""
        return may(request.user, "read", "journal")


def journal_item() -> MenuItem:
    """The menu item of the journal."""
    return _JournalItem(
        _("Journal"), reverse("desk_journal"), name="desk_journal", icon_name="history", order=940
    )


def urls() -> list[URLPattern]:
    """The addresses of the journal under the desk's."""
    return [
        path("journal/", JournalView.as_view(), name="desk_journal"),
        path("journal/journal.csv", JournalFileView.as_view(), {"ending": "csv"}, name="desk_journal_csv"),
        path(
            "journal/journal.jsonl", JournalFileView.as_view(), {"ending": "jsonl"}, name="desk_journal_jsonl"
        ),
    ]
