"""Press releases: who issues one, and when; it is the source of what nobody else is named for."""

import re

from grappe.figures.outline import Outline
from grappe.statements.records import Document

_LABEL = re.compile(
    r"(?:press|news|media) release|communiqué(?: de presse)?|for immediate release|pour diffusion immédiate"
    r"|/CNW|CNW Telbec",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    # On one line: a year that ends a heading above a list dates no release.
    r"(?:\b(?:19|20)\d\d[^\S\n]*(?:/[^/]{2,30}/)?[^\S\n]*[-–—:][^\S\n]*)(?:Le |La |L['’]|Les "
    r"|The )?((?:[A-ZÀ-Þ][\w’'&.]*)(?:\s+(?:[A-ZÀ-Þ][\w’'&.]*|de|du|des|d['’][A-ZÀ-Þ]\w*|of|and|et)){0,5})"
)


def release_source(document: Document, plan: Outline) -> str | None:
    """« INO press release, 2023-09-07 » for a press release whose dateline names its issuer; None
    otherwise."""
    opening = plan.text[:3_000]
    if not _LABEL.search(opening):
        return None
    match = _ISSUER.search(opening)
    if not match:
        return None
    name = re.sub(r"\s+(?:de|du|des|of|and|et)$", "", match[1]).strip()
    dated = f", {document.published}" if document.published else ""
    of = "d’" if name[0] in "AEIOUYÉÈÊÎÔH" else "de "
    return f"communiqué {of}{name}{dated}" if document.language == "fr" else f"{name} press release{dated}"
