"""A language model proposes what a figure leaves unknown; only what stands in the text is kept.

Off unless a deployment gives an address. Nothing here reaches the network: *ask* does, and it is handed in.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grappe.statements import Document
from grappe.statements.figures import Figure

#: What may be proposed: each is a stretch of the text.
FIELDS = ("subject", "place", "period", "source", "share_of")
#: Characters of the text shown about a figure.
_AROUND = 1_500
_LONGEST = 200
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TASK = (
    "For the figure between ⟦ and ⟧, say which stretch of the text gives each field that is asked. Quote it "
    "exactly, with the offset of its first character in the text. Leave out what the text does not say."
)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["found"],
    "properties": {
        "found": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["field", "quote", "start"],
                "properties": {
                    "field": {"type": "string", "enum": list(FIELDS)},
                    "quote": {"type": "string"},
                    "start": {"type": "integer"},
                },
            },
        }
    },
}
Ask = Callable[[dict[str, Any]], Mapping[str, Any]]


def assist(figures: Sequence[Figure], document: Document, ask: Ask, *, model: str) -> list[Figure]:
    """*figures* of *document*, each with what *model* proposes for its unknown fields and the text confirms.

    *ask* sends one request of the Chat Completions form and returns the answer. What is proposed is named in
    ``implied_fields`` and the model in ``note``; a proposal whose quote does not stand at its offset is left
    out, as is an answer that is not of the schema. Figures without offsets are returned as they are.
    """
    return [_assisted(figure, document.text, ask, model) for figure in figures]


def request_of(figure: Figure, text: str, model: str) -> dict[str, Any]:
    """What is asked about *figure*: the text about it, its number marked, the fields that are unknown."""
    first, shown = _shown(figure, text)
    at, end = (figure.surface_start or 0) - first, (figure.surface_end or 0) - first
    asked = {
        "text": shown,
        "figure": f"⟦{shown[at:end]}⟧",
        "figure_start": at,
        "indicator": figure.indicator,
        "fields": list(_unknown(figure)),
    }
    return {
        "model": model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": _TASK},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "attachments", "strict": True, "schema": dict(SCHEMA)},
        },
    }


def proposed(figure: Figure, text: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """Field → what *answer* says, where *text* says the same at the same place and the field is unknown."""
    _, shown = _shown(figure, text)
    kept: dict[str, str] = {}
    for each in _found(answer):
        name, quote, start = each.get("field"), each.get("quote"), each.get("start")
        if name not in _unknown(figure) or not isinstance(quote, str) or type(start) is not int:
            continue
        quote_stands = start >= 0 and shown[start : start + len(quote)] == quote
        if quote.strip() and len(quote) <= _LONGEST and quote_stands:
            kept.setdefault(str(name), quote.strip())
    return kept


def _assisted(figure: Figure, text: str, ask: Ask, model: str) -> Figure:
    if figure.surface_start is None or not _unknown(figure):
        return figure
    found = proposed(figure, text, ask(request_of(figure, text, model)))
    changes: dict[str, Any] = {name: told for name, told in found.items() if name != "period"}
    years = _YEAR.findall(found.get("period", ""))
    if years:
        changes |= {"period_start": min(years), "period_end": max(years)}
    if not changes:
        return figure
    names = {"period" if name.startswith("period_") else name for name in changes}
    implied = tuple(sorted({*figure.implied_fields, *names}))
    note = f"proposed by {model}: {', '.join(sorted(names))}"
    return figure.with_changes(**changes, implied_fields=implied, note=note)


def _unknown(figure: Figure) -> tuple[str, ...]:
    names = FIELDS if figure.kind == "share" else FIELDS[:-1]
    return tuple(name for name in names if getattr(figure, name) is None)


def _shown(figure: Figure, text: str) -> tuple[int, str]:
    first = max(0, (figure.surface_start or 0) - _AROUND)
    return first, text[first : (figure.surface_end or 0) + _AROUND]


def _found(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the answer of a Chat Completions service holds; nothing when it is of another form."""
    try:
        told = json.loads(answer["choices"][0]["message"]["content"])["found"]
    except (KeyError, IndexError, TypeError, ValueError):
        return []
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
