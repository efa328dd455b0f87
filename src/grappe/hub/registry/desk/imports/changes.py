"""The fourth step: what the list changes, by kind of row, with counts that open the rows; then confirm."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from grappe.hub.registry.actions.imports import confirm_import
from grappe.hub.registry.desk.imports.shell import ImportView
from grappe.hub.registry.desk.imports.wording import (
    kind_labels,
    kind_notes,
    reason_text,
    recognised_text,
)
from grappe.hub.registry.importing.files import plan_of, rows_of
from grappe.hub.registry.models import Organisation, Source
from grappe.hub.registry.queries import all_codes, desk_sources, twin_of, visible_organisations
from grappe.hub.registry.wording import name_of, property_label, qualifier_labels, value_labels
from grappe.statements.vocabulary import properties

PAGE_LENGTH = 50
_MOST_VALUES = 2_000
#: Kind → which rows of the comparison it opens.
_WHERE = {
    **{kind: f"kind = '{kind}'" for kind in ("new", "changed", "gone", "same", "moved")},
    "conflicting": "conflicts > 0",
    "founded": "kind <> 'moved' AND link = 'founded'",
    "joined": "kind <> 'moved' AND link = 'joined'",
    "recognised": "recognised IS NOT NULL",
}
_ORDER = "position NULLS LAST, entity"


class ChangesView(ImportView):
    """Counts that open rows, fifty a page. Five queries."""

    template_name = "hub/desk/imports/changes.html"
    step = "changes"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; elsewhere while nothing was compared."""
        if not self.brought.digest or self.brought.state in ("uploaded", "columns", "reading", "refused"):
            return self.forward()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The counts, and the rows of the one that is open."""
        counts, labels, notes = self.brought.counts, kind_labels(), kind_notes()
        asked = self.request.GET.get("show", "")
        first = next((kind for kind in labels if counts.get(kind)), "same")
        kind = asked if asked in labels else first
        page = _page_in(self.request)
        total = counts.get(kind, 0)
        context = {
            "kinds": [
                {"code": code, "label": label, "count": counts.get(code, 0), "is_open": code == kind}
                for code, label in labels.items()
            ],
            "kind": kind,
            "kind_label": labels[kind],
            "note": notes[kind],
            "rows": self._rows(kind, page),
            "page": page,
            "last_page": max(1, -(-total // PAGE_LENGTH)),
            "former": page - 1 if page > 1 else None,
            "next": page + 1 if page * PAGE_LENGTH < total else None,
            "is_empty": not counts.get("written"),
            "twin": twin_of(self.request.user, self.brought),
        }
        return super().get_context_data(**context, **kwargs)

    def _rows(self, kind: str, page: int) -> list[dict[str, Any]]:
        folder = plan_of(self.brought)
        start = (page - 1) * PAGE_LENGTH
        rows = rows_of(
            folder / "rows.parquet", _WHERE[kind], [], order=_ORDER, offset=start, limit=PAGE_LENGTH
        )
        entities = [row["entity"] for row in rows]
        values = _of_entities(folder / "changes.parquet", entities)
        rivals = _of_entities(folder / "conflicts.parquet", entities)
        ids = {row[name] for row in rows for name in ("organisation", "before") if row[name]}
        found = visible_organisations(self.request.user).in_bulk(list(ids))
        wording = _Wording(found, _sources(self.request.user, rivals))
        return [wording.row(row, values, rivals) for row in rows]


class ConfirmView(ImportView):
    """Lets the changes shown be stored."""

    needs = ("confirm", "import")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the changes."""
        return redirect("desk_import_changes", self.brought.pk)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Give them to the background task that stores them."""
        confirm_import(
            brought=self.brought,
            digest=request.POST.get("digest", ""),
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        return self.forward()


class _Wording:
    """Rows of the comparison in the reader's words: codes by their labels, organisations by their names."""

    def __init__(self, organisations: dict[str, Organisation], sources: dict[str, Source]) -> None:
        self.organisations = organisations
        self.sources = sources
        codes = all_codes()
        self.labels = {code: value_labels(prop, codes) for code, prop in properties().items()}
        self.qualifiers = {code: qualifier_labels(prop) for code, prop in properties().items()}

    def row(
        self, row: dict[str, Any], values: list[dict[str, Any]], rivals: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """One row with its values, and beside each what contradicts it."""
        own = [each for each in rivals if each["entity"] == row["entity"]]
        changed = [self._value(each, own) for each in values if each["entity"] == row["entity"]]
        told = {(each["property"], each["language"], each["value"]) for each in changed}
        changed += [
            self._value({**each, "former": None, "qualifier": "", "locator": ""}, own)
            for each in own
            if (each["property"], each["language"], each["value"]) not in told
        ]
        return {
            **row,
            "values": changed,
            "found": self._organisation(row["organisation"]),
            "left": self._organisation(row["before"]) if row["before"] != row["organisation"] else None,
            "reason": reason_text(row["rule"], row["why"]),
            "how": recognised_text(row["recognised"], row["detail"]),
        }

    def _organisation(self, key: str | None) -> dict[str, str] | None:
        known = self.organisations.get(key or "")
        return {"id": known.pk, "name": name_of(known)} if known else None

    def _value(self, value: dict[str, Any], rivals: list[dict[str, Any]]) -> dict[str, Any]:
        code = value["property"]
        labels = self.labels.get(code, {})
        return {
            **value,
            "label": property_label(code),
            "kind_of": self.qualifiers.get(code, {}).get(value["qualifier"], ""),
            "now": labels.get(value["value"] or "", value["value"]),
            "was": labels.get(value["former"] or "", value["former"]),
            "rivals": [
                {
                    "value": labels.get(rival["rival"], rival["rival"]),
                    "source": self._source(rival),
                    "is_curated": rival["is_curated"],
                }
                for rival in rivals
                if (rival["property"], rival["language"], rival["value"])
                == (code, value["language"], value["value"])
            ],
        }

    def _source(self, rival: dict[str, Any]) -> str:
        known = self.sources.get(rival["source"])
        return rival["asserted_by"] or (known.title if known else rival["source"])


def _of_entities(path: Any, entities: list[str]) -> list[dict[str, Any]]:
    where = f"entity IN ({', '.join('?' * len(entities))})" if entities else "false"
    return rows_of(path, where, list(entities), order="entity, property, value", offset=0, limit=_MOST_VALUES)


def _sources(user: Any, rivals: list[dict[str, Any]]) -> dict[str, Source]:
    return desk_sources(user).in_bulk({rival["source"] for rival in rivals})


def _page_in(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
