"""What goes with exported data: its licences, the lines they ask for, what is left out, the data package."""

from collections.abc import Iterator, Mapping
from typing import Any

from grappe.hub.registry.exporting.rows import Export
from grappe.hub.registry.exporting.tables import EXPORTED
from grappe.hub.registry.models import Source
from grappe.statements.licences import licence_of


def licences_text(export: Export) -> str:
    """``LICENCES.md``: each licence met, where it is written, and the sources under it, in both languages."""
    by_licence: dict[str, list[Source]] = {}
    for source in export.sources.values():
        by_licence.setdefault(source.licence, []).append(source)
    lines = ["# Licences", "", *_bilingual(_FILE_FR, _FILE_EN)]
    for code, sources in sorted(by_licence.items()):
        licence = licence_of(code)
        lines += ["", f"## {code}", "", f"{licence.fr} · {licence.en}", ""]
        lines += [f"<{licence.url}>", ""] if licence.url else []
        lines += [f"- `{source.pk}` {source.title} ({source.publisher})" for source in sources]
    return "\n".join([*lines, *_left_out(export)]) + "\n"


def attribution_text(export: Export, title: Mapping[str, str], address: str) -> str:
    """``ATTRIBUTION.md``: one line a source, as its licence asks."""
    lines = [f"# {title['fr']} · {title['en']}", "", f"<{address}>", ""]
    for source in export.sources.values():
        said = source.attribution or f"{source.publisher}: {source.title}"
        dated = f", {source.published}" if source.published else ""
        where = f" <{source.url}>" if source.url else ""
        lines.append(f"- `{source.pk}` {said}{dated} ({source.licence}){where}")
    return "\n".join([*lines, *_left_out(export)]) + "\n"


def data_package(
    export: Export, title: Mapping[str, str], address: str, ending: str, media_type: str
) -> dict[str, Any]:
    """``datapackage.json`` (Data Package 2.0) of the tables in the format *ending*."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "grappe",
        "title": title["en"],
        "description": f"{title['fr']} · {title['en']}",
        "homepage": address,
        "licenses": [_package_licence(code) for code in sorted({s.licence for s in export.sources.values()})],
        "sources": [_package_source(source) for source in export.sources.values()],
        "resources": [_resource(table, ending, media_type) for table in EXPORTED],
        "leftOut": [
            {"name": source.pk, "title": source.title, "license": source.licence}
            for source in export.withheld
        ],
    }


_FILE_FR = "Chaque énoncé porte sa licence ; celle de sa source vaut s’il n’en dit rien."
_FILE_EN = "Each statement carries its licence; its source’s holds when it says nothing."
_OUT_FR = "Laissés de côté : leur licence ne permet pas de les redonner à tous."
_OUT_EN = "Left out: their licence does not let them be given to everybody."


def _bilingual(french: str, english: str) -> list[str]:
    return [french.replace(" ;", "\u202f;").replace(" :", "\u00a0:"), "", english]


def _left_out(export: Export) -> Iterator[str]:
    if export.withheld:
        yield from ("", "## —", "", *_bilingual(_OUT_FR, _OUT_EN), "")
        yield from (f"- `{each.pk}` {each.title} ({each.licence})" for each in export.withheld)


def _package_licence(code: str) -> dict[str, str]:
    licence = licence_of(code)
    return {"name": code, "title": licence.en, **({"path": licence.url} if licence.url else {})}


def _package_source(source: Source) -> dict[str, str]:
    return {"title": source.title, **({"path": source.url} if source.url else {})}


def _resource(table: str, ending: str, media_type: str) -> dict[str, Any]:
    fields = [
        {
            "name": name,
            "type": "string" if kind == "list" and ending != "jsonl" else kind,
            "description": said,
        }
        for name, (kind, said) in EXPORTED[table].items()
    ]
    return {
        "name": table,
        "path": f"{table}.{ending}",
        "mediatype": media_type.partition(";")[0],
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": ["id"]},
    }
