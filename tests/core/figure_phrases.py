"""Our own corpus of sentences with the figures a reader sees in them, and how well the grammar reads it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grappe.figures.extraction import extract_figures
from grappe.statements.figures import Figure
from grappe.statements.records import Document, Passage
from grappe.statements.text import words

SAMPLES = Path(__file__).parent / "samples" / "figures"
FIELDS = ("qualifier", "unit", "kind", "period", "place", "subject")
#: Words that say the same, and headcounts that a label may name either way.
SAME = {"researchers": "people", "students": "people", "facilities": "establishments", "employees": "workers"}
PLACES = {
    "monde": "world",
    "region metropolitaine": "grand montreal",
    "metropolitan region": "greater montreal",
}


@dataclass(frozen=True)
class Gold:
    """One labelled figure of a sentence; fields are texts, « - » for nothing, « ? » for not judged."""

    surface: str
    value: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Phrase:
    """A sentence, its language, and its figures; *seen* when the grammar was made with it in view."""

    text: str
    language: str
    golds: tuple[Gold, ...]
    seen: bool


def phrases(language: str) -> list[Phrase]:
    """The corpus of *language*, in order: what was looked at (``phrases``), then what was not (``fresh``)."""
    return [phrase for name in ("phrases", "fresh") for phrase in _file(name, language)]


def _file(name: str, language: str) -> Iterator[Phrase]:
    blocks = (SAMPLES / f"{name}.{language}.txt").read_text("utf-8").split("\n= ")[1:]
    for block in blocks:
        text, *lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        golds = []
        for line in lines:
            surface, value, *told = line.split("|")
            golds.append(Gold(surface, value, tuple(told)))
        yield Phrase(text, language, tuple(golds), name == "phrases")


def read(text: str, language: str) -> list[Figure]:
    """The figures of one paragraph."""
    document = Document("d", "s", None, language, None, text)
    return extract_figures(document, [Passage("d", 0, "paragraph", 0, len(text))])


def score(corpus: list[Phrase]) -> tuple[dict[str, float], list[str]]:
    """Recall, precision, value recall and the accuracy of each field; and what was wrong, a line each."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for phrase in corpus:
        figures = read(phrase.text, phrase.language)
        left = list(figures)
        for gold in phrase.golds:
            counts["gold"] += 1
            match = next((one for one in left if _overlaps(phrase.text, gold, one)), None)
            if match is None:
                wrong.append(f"missed {gold.surface!r} in {phrase.text!r}")
                continue
            left.remove(match)
            counts["hits"] += 1
            _judge(gold, match, counts, wrong, phrase.text)
        counts["found"] += len(figures)
        wrong += [f"false {one.surface!r} in {phrase.text!r}" for one in left]
    rates = {"recall": counts["hits"] / counts["gold"], "precision": counts["hits"] / max(1, counts["found"])}
    rates["value"] = counts["value"] / counts["gold"]
    rates |= {name: counts[f"{name} right"] / max(1, counts[f"{name} judged"]) for name in FIELDS}
    return rates, wrong


def _overlaps(text: str, gold: Gold, figure: Figure) -> bool:
    start = text.find(gold.surface)
    assert start >= 0, f"{gold.surface!r} is not in {text!r}"
    return figure.surface_start < start + len(gold.surface) and start < figure.surface_end


def _judge(gold: Gold, figure: Figure, counts: Counter[str], wrong: list[str], text: str) -> None:
    if gold.value == "?" or _same_value(gold.value, figure):
        counts["value"] += 1
    else:
        wrong.append(f"value {figure.value} {figure.lower}..{figure.upper} for {gold.value} in {text!r}")
    for name, told in zip(FIELDS, gold.told, strict=True):
        if told == "?":
            continue
        counts[f"{name} judged"] += 1
        value = getattr(figure, name)
        if _same_field(name, told, value):
            counts[f"{name} right"] += 1
        else:
            wrong.append(f"{name} {value!r} for {told!r}: {figure.surface!r} in {text!r}")


def _same_value(told: str, figure: Figure) -> bool:
    if ".." in told:
        low, high = told.split("..")
        return (figure.value, figure.lower, figure.upper) == (None, float(low), float(high))
    return figure.value is not None and abs(figure.value - float(told)) <= 1e-5 * abs(float(told))


def _same_field(name: str, told: str, value: str | None) -> bool:
    if told == "-":
        return value is None or name == "subject"
    if value is None:
        return False
    if name == "unit":
        return SAME.get(told, told) == SAME.get(value, value)
    if name == "place":
        mine, theirs = (" ".join(words(one)) for one in (told, value))
        return PLACES.get(mine, mine) == PLACES.get(theirs, theirs) or mine in theirs or theirs in mine
    if name == "subject":
        mine, theirs = set(words(told)), set(words(value))
        return len(mine & theirs) >= 0.5 * min(len(mine), len(theirs))
    return told == value
