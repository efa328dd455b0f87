"""The catalogues kept beside a workspace → the hub, as ``grappe demo`` and ``grappe equipment load`` ask."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from grappe.fabrication.catalogues import read_json
from grappe.hub.equipment.actions.catalogues import SiteTerms, store_catalogue, store_recognition
from grappe.hub.equipment.actions.flows import write_flow
from grappe.hub.equipment.planning import read_flow
from grappe.hub.registry.models import Record
from grappe.statements.problems import GrappeError, Problem


@transaction.atomic
def load_catalogues(*, path: Path, at: datetime) -> list[str]:
    """Store the catalogues and the example flows that *path* (``equipment.toml``) names, beside it; returns
    the sites that changed.

    Raises GrappeError naming the file and the place; nothing is stored then.
    """
    content = tomllib.loads(path.read_text("utf-8"))
    changed: list[str] = []
    for entry in content.get("catalogue", ()):
        terms = {code: _terms(told, path) for code, told in entry.get("facility", {}).items()}
        rows = read_json(path.parent / entry["file"])
        changed += store_catalogue(rows=rows, terms=terms, actor=None, at=at)
    for told in content.get("recognition", ()):
        for code in told["codes"]:
            store_recognition(site=told["site"], other=told["other"], code=code, at=at)
    for name in content.get("flows", ()):
        flow = read_json(path.parent / name)
        read_flow(flow, name)
        write_flow(flow=flow, organisation="", actor=None, at=at)
    return changed


def _terms(told: Mapping[str, Any], path: Path) -> SiteTerms:
    organisation, entity = "", told.get("record")
    if entity:
        found = Record.objects.filter(entity=entity).first()
        if found is None:
            raise GrappeError(Problem("bad_value", file=path.name, found=entity, expected="record"))
        organisation = found.organisation_id or ""
    return SiteTerms(
        organisation, told.get("cluster", ""), bool(told.get("fictional")), told.get("source", ""),
        told.get("rules", {}),
    )  # fmt: skip
