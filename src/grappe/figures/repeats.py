"""A page says its figures again (title, list, summary): each is proposed once, where it stands first."""

from collections.abc import Iterable

from grappe.statements.figures import Figure
from grappe.statements.text import words


def without_repeats(figures: Iterable[tuple[Figure, bool]]) -> list[Figure]:
    """*figures* in order, less those that say again the number, unit, kind and subject of an earlier one.

    Each comes with whether it stands in a heading: a title's figure is said again by the text under it.
    """
    kept: list[Figure] = []
    seen: dict[tuple[object, ...], list[tuple[Figure, bool]]] = {}
    for figure, in_heading in figures:
        key = (
            figure.value,
            figure.lower,
            figure.upper,
            figure.unit,
            figure.currency,
            figure.kind,
            _part(figure),
        )
        earlier = seen.setdefault(key, [])
        if not any(_same(figure, other, titled) for other, titled in earlier):
            earlier.append((figure, in_heading))
            kept.append(figure)
    return kept


def _same(one: Figure, other: Figure, titled: bool) -> bool:
    if _thing(one) != _thing(other):
        return False
    if titled:
        return True
    if one.qualifier != other.qualifier or (one.period and other.period and one.period != other.period):
        return False
    if one.kind in ("share", "growth", "rate", "comparison", "rank"):
        return (
            one.indicator == other.indicator
            and _alike(one.share_of, other.share_of)
            and _alike(one.subject, other.subject)
        )
    return _alike(one.subject, other.subject) and (
        one.place == other.place or not (one.place and other.place)
    )


def _part(figure: Figure) -> str | None:
    return figure.member if figure.unit == "percent" else None


def _thing(figure: Figure) -> str:
    """The last word of a count's excerpt: SMEs are not businesses, whatever the unit."""
    if figure.kind not in ("level", "forecast", "cumulative"):
        return ""
    told = (figure.excerpt or "").split()
    return told[-1].casefold() if told else ""


def _alike(one: str | None, other: str | None) -> bool:
    mine, theirs = set(words(one or "")), set(words(other or ""))
    small = {"the", "of", "de", "la", "le", "l", "d", "du", "des", "et", "and", "in", "en", "a"}
    mine, theirs = mine - small, theirs - small
    return mine == theirs or (bool(mine & theirs) and len(mine & theirs) >= 0.5 * min(len(mine), len(theirs)))
