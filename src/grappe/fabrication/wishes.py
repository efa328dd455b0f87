"""A wish in words, French or English: « graver 300 nm de LNOI sur des tranches de 100 mm »."""

import re
from collections.abc import Iterator

from grappe.fabrication.matching import Wish, needed, nominal_diameter
from grappe.fabrication.quantities import Found, Range, quantities_in
from grappe.fabrication.taxonomy import Named, fold, is_a, terms_in

_WAFER = r"wafers?|tranches?|plaquettes?|galettes?|substrats?|substrates?|diameters?|diametres?"
#: Words that say which property a quantity is about, near it.
_PROPERTIES = {
    "feature": r"features?|critical dimension|cd|line ?widths?|motifs?|traits?|lignes?|resolution|gap",
    "alignment": r"align\w*|overlay|superposition",
    "depth": r"deep|depth|profond\w*",
    "thickness": r"thick\w*|epais\w*|films?|couches?|layers?",
}
_AT_MOST = r"at most|max\w*|up to|below|under|less than|au plus|jusqu.?a|moins de|sous|inferieur\w*"
_AT_LEAST = r"at least|min\w*|above|over|more than|au moins|plus de|superieur\w*"
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of on in for with at to by and or i we want need most least up more less than un une des"
        " de du d la le les l sur en pour avec par et ou au aux je nous voulons besoin veux plus moins",
    )
)
_LARGEST_FILM_NM = 1e6


def parse_wish(text: str) -> Wish:
    """What *text* asks: process, materials, wafer diameter, limits, number of wafers.

    Words that said nothing are in ``unread``. A number without its unit says nothing, but for ``25 wafers``.
    """
    processes = list(terms_in("processes", text))
    taken = [(one.start, one.end) for one in processes]
    materials = [one for one in terms_in("materials", text) if not _inside(one, taken)]
    taken += [(one.start, one.end) for one in materials]
    limits: dict[str, Range] = {}
    wafer: Range | None = None
    for one in quantities_in(text):
        taken.append((one.start, one.end))
        about = _about(text, one, processes)
        wanted = _bounded(text, one)
        if about == "wafer":
            wafer = nominal_diameter(wanted)
        elif about:
            limits[about] = needed(about, wanted)
    count = re.search(rf"\b(\d+)\s+(?:{_WAFER})\b", fold(text))
    return Wish(
        process=_most_precise(processes),
        materials=tuple(dict.fromkeys(one.code for one in materials)),
        wafer_mm=wafer,
        limits=limits,
        quantity=int(count[1]) if count else 1,
        text=text,
        unread=tuple(_unread(text, taken)),
    )


def _inside(one: Named, spans: list[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in spans)


def _most_precise(found: list[Named]) -> str | None:
    """The first process named, or a narrower one that is named too."""
    if not found:
        return None
    best = found[0].code
    for one in found[1:]:
        if is_a("processes", one.code, best):
            best = one.code
    return best


def _about(text: str, one: Found, processes: list[Named]) -> str | None:
    """Which property a quantity is about, from its unit and the words around it; None when unknown."""
    if one.range.quantity in ("temperature", "pressure"):
        return one.range.quantity
    if one.range.quantity != "length":
        return None
    after = fold(text[one.end : one.end + 24])
    before = fold(text[max(0, one.start - 28) : one.start])
    end = one.range.high if one.range.high is not None else one.range.low
    # « RIE 300 nm, tranches de 100 mm »: no wafer is 300 nm wide.
    wide = end is not None and end > _LARGEST_FILM_NM
    beside = re.match(rf"[\s-]*(?:{_WAFER})\b", after)
    if wide and (beside or re.search(rf"(?:{_WAFER})\W+(?:\w+\W+){{0,2}}$", before)):
        return "wafer"
    for name, words in _PROPERTIES.items():
        if re.match(rf"[\s-]*(?:of\s+|de\s+)?(?:{words})\b", after):
            return name
    for name, words in _PROPERTIES.items():
        if re.search(rf"\b(?:{words})\b\W*(?:\w+\W+){{0,3}}$", before):
            return name
    if wide:
        return "wafer"
    lithography = any(is_a("processes", each.code, "lithography") for each in processes)
    return "feature" if lithography else "thickness"


def _bounded(text: str, one: Found) -> Range:
    """The range that the words before a quantity make of it: at most, at least."""
    low, high = one.range.low, one.range.high
    before = fold(text[max(0, one.start - 16) : one.start])
    about_size = one.range.quantity
    if low == high and re.search(rf"(?:{_AT_MOST})\W*$", before):
        return Range(None, high, about_size)
    if low == high and re.search(rf"(?:{_AT_LEAST})\W*$", before):
        return Range(low, None, about_size)
    return one.range


def _unread(text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
    known = re.compile(rf"(?:{_WAFER}|{'|'.join(_PROPERTIES.values())}|{_AT_MOST}|{_AT_LEAST})")
    for match in re.finditer(r"[^\W_]+", text):
        word = fold(match[0])
        inside = any(start < match.end() and match.start() < end for start, end in taken)
        if not inside and word not in _SMALL_WORDS and not known.fullmatch(word) and not word.isdigit():
            yield match[0]
