"""The third step: every mistake, where it is and what to do; mended in the file, or here cell by cell."""

import csv
import io
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from grappe.hub.registry.actions.imports import amend_list, read_again, take_amendment_back
from grappe.hub.registry.desk.imports.shell import ImportView
from grappe.hub.registry.importing.mistakes import problems_of
from grappe.hub.registry.wording import language
from grappe.statements import Problem
from grappe.statements.export import defuse_formula

PAGE_LENGTH = 100
_MOST_IN_A_FILE = 100_000


class MistakesView(ImportView):
    """Errors first, then warnings, in the order of the list."""

    template_name = "hub/desk/imports/mistakes.html"
    step = "mistakes"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; elsewhere while the list was not read."""
        if self.brought.is_working or "errors" not in self.brought.counts:
            return self.forward()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of problems, each with the field that mends it."""
        counts = self.brought.counts
        total = counts.get("errors", 0) + counts.get("warnings", 0)
        page = _page_in(self.request)
        problems = self._problems(page)
        can_amend = self.brought.is_open and bool(self.brought.mapping)
        context = {
            "problems": [
                {**_shown(problem), "can_amend": can_amend and is_mendable(problem)} for problem in problems
            ],
            "amendments": self.brought.amendments,
            "errors": counts.get("errors", 0),
            "warnings": counts.get("warnings", 0),
            "page": page,
            "former": page - 1 if page > 1 else None,
            "next": page + 1 if page * PAGE_LENGTH < total else None,
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Keep the cells said anew and the rows left out on this page, then read the list again."""
        cells: dict[tuple[str, int, str], tuple[str, int, str, str, str]] = {}
        rows: set[tuple[str, int]] = set()
        for problem in filter(is_mendable, self._problems(_page_in(request))):
            sheet, row, letters = problem.sheet or "", problem.row or 0, letters_of(problem)
            if request.POST.get(f"out-{sheet}!{row}"):
                rows.add((sheet, row))
            elif letters and (text := request.POST.get(f"cell-{sheet}!{letters}{row}", "").strip()):
                cells[sheet, row, letters] = (sheet, row, letters, text, problem.found or "")
        act: dict[str, Any] = {"actor": request.user, "at": self.now()}
        if cells or rows:
            amend_list(brought=self.brought, cells=cells.values(), rows=sorted(rows), **act)
        read_again(brought=self.brought, **act)
        return self.forward()

    def _problems(self, page: int) -> list[Problem]:
        return problems_of(self.brought, offset=(page - 1) * PAGE_LENGTH, limit=PAGE_LENGTH)


class MistakesFileView(ImportView):
    """All of them as a file, to be mended beside the list."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A CSV in UTF-8 with its mark; no cell runs as a formula."""
        if "errors" not in self.brought.counts:
            raise Http404
        lines = io.StringIO()
        writer = csv.writer(lines)
        where = (gettext("Sheet"), gettext("Row"), gettext("Column"))
        writer.writerow([gettext("Severity"), *where, gettext("Found"), gettext("What to do")])
        for problem in problems_of(self.brought, offset=0, limit=_MOST_IN_A_FILE):
            shown = _shown(problem)
            cells = [
                shown["severity"],
                problem.sheet,
                problem.row,
                problem.column,
                problem.found,
                shown["text"],
            ]
            writer.writerow([defuse_formula(cell) if isinstance(cell, str) else cell for cell in cells])
        answer = HttpResponse("\ufeff" + lines.getvalue(), content_type="text/csv; charset=utf-8")
        name = gettext("Mistakes in %s.csv") % self.brought.file_name
        answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return answer


class TakeBackView(ImportView):
    """Reads a cell or a row as it stands in the file again."""

    needs = ("prepare", "import")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the mistakes."""
        return redirect("desk_import_mistakes", self.brought.pk)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Take it back, and read the list again."""
        row = request.POST.get("row", "")
        if not (row.isascii() and row.isdigit() and len(row) < 9):
            return self.forward()
        act: dict[str, Any] = {"actor": request.user, "at": self.now()}
        sheet, column = request.POST.get("sheet", ""), request.POST.get("column", "")
        take_amendment_back(brought=self.brought, sheet=sheet, row=int(row), column=column, **act)
        read_again(brought=self.brought, **act)
        return self.forward()


def letters_of(problem: Problem) -> str:
    """The letters of the column that a problem names: « B (Ville) » → B."""
    return (problem.column or "").partition(" ")[0]


def is_mendable(problem: Problem) -> bool:
    """Whether a person can mend it cell by cell: an error that stands in one row."""
    return problem.severity == "error" and problem.sheet is not None and problem.row is not None


def _shown(problem: Problem) -> dict[str, Any]:
    severities = {"error": gettext("error"), "warning": gettext("warning")}
    bare = replace(problem, file=None, sheet=None, row=None, column=None, page=None)
    text = bare.describe(language())
    return {
        "problem": problem,
        "letters": letters_of(problem),
        "severity": severities[problem.severity],
        "text": text[:1].upper() + text[1:],
    }


def _page_in(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
