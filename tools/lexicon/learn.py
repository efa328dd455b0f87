"""The lexicon and the word weights of ``grappe.linkage``, learnt again from CC0 registers.

``python tools/lexicon/learn.py ROR.parquet GLEIF.csv`` writes ``lexicon.tsv`` and ``words.tsv`` in the package. ROR.parquet
has the columns name, country, labels (list of {value, lang}) and aliases; GLEIF.csv has Entity.LegalName.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import grappe.linkage
from grappe.linkage.lexicon import learn_lexicon, write_lexicon
from grappe.linkage.weights import count_words
from grappe.statements.text import words

ENGLISH, FRENCH = {"of", "the", "and", "for"}, {"de", "du", "des", "et", "la", "le", "les"}
LEXICON = (
    "# Words of organisation names in French and other languages, and in English, "
    "learnt from the labels of the Research Organization Registry (ROR, CC0)."
)
WEIGHTS = (
    "# How many ROR and GLEIF (both CC0) names hold each word; the first row is how many names were read."
)
FRENCH_SPEAKING = {"FR", "CA", "BE", "CH", "LU", "MA", "TN", "DZ", "SN"}


def names_by_language(record: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The French and the English names of a record: as labelled, else by their link words."""
    labels = record["labels"] or ()
    named = [(label["value"], label["lang"]) for label in labels]
    named += [(alias, None) for alias in record["aliases"] or ()] + [(record["name"], None)]
    has_french = any(label["lang"] == "fr" for label in labels)
    french, english = set(), set()
    for name, language in named:
        held = set(words(name))
        looks_french = held & FRENCH and not held & ENGLISH and record["country"] in FRENCH_SPEAKING
        looks_english = held & ENGLISH and not held & FRENCH
        if language == "fr" or (language is None and looks_french):
            french.add(name)
        elif language == "en" or (language is None and (looks_english or (has_french and not held & FRENCH))):
            english.add(name)
    return french, english


def pairs_of(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every French name of a record beside every English one, in a fixed order."""
    for record in records:
        french, english = names_by_language(record)
        yield from ((left, right) for left in sorted(french) for right in sorted(english - french))


#: Other languages whose names are learnt beside English, and where a name without a language is taken for one of them.
OTHERS = {"de", "es", "it", "nl", "pt", "ca", "sv"}
OTHER_COUNTRIES = {"DE", "AT", "ES", "MX", "AR", "CL", "CO", "PE", "IT", "NL", "PT", "BR", "SE", "CH", "BE"}


def other_pairs_of(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every name of a record in another language beside every English label, in a fixed order."""
    for record in records:
        labels = record["labels"] or ()
        english = {label["value"] for label in labels if label["lang"] == "en"}
        other = {label["value"] for label in labels if label["lang"] in OTHERS}
        if english and record["country"] in OTHER_COUNTRIES and not set(words(record["name"])) & ENGLISH:
            other.add(record["name"])
        yield from ((left, right) for left in sorted(other - english) for right in sorted(english))


def lexicon_of(records: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The words of French and of the other languages beside the English ones, learnt from *records*."""
    lexicon = learn_lexicon(list(pairs_of(records)), least=0.1, least_pairs=1)
    for word, row in learn_lexicon(list(other_pairs_of(records)), least=0.15, least_pairs=2).items():
        known = lexicon.setdefault(word, {})
        for other, probability in row.items():
            known[other] = max(known.get(other, 0.0), probability)
    return lexicon


def main() -> None:
    """Learn and write."""
    ror, gleif = map(Path, sys.argv[1:3])
    package = Path(grappe.linkage.__file__).parent
    records = pq.read_table(ror).to_pylist()
    names = [name for r in records for name in (r["name"], *(label["value"] for label in r["labels"] or ()))]
    with gleif.open(encoding="utf-8", newline="") as stream:
        names += [row["Entity.LegalName"] for row in csv.DictReader(stream)]
    lexicon = lexicon_of(records)
    (package / "lexicon.tsv").write_text(f"{LEXICON}\n{write_lexicon(lexicon)}", "utf-8")
    (package / "words.tsv").write_text(f"{WEIGHTS}\n{count_words(names)}", "utf-8")


if __name__ == "__main__":
    main()
