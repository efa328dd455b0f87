"""Official registers by recipe → statements about ``<scheme>:<key>``, streamed.

What a register promises (``[assert]``) is checked while reading and at its end: a register that does not
keep it raises, and the pipeline, which writes each source apart, keeps nothing of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from grappe.intake import Record
from grappe.intake.recipes import Assertions, ColumnMap, Entry, Fact, Recipe, load_recipe
from grappe.intake.register_files import RegisterFiles
from grappe.intake.values import UnreadableValue, read_value
from grappe.statements import GrappeError, Problem, Source, Statement
from grappe.statements.text import words
from grappe.statements.vocabulary import Property, properties


def read_register(path: Path, source: Source, recipe: Recipe | str) -> Iterator[Record]:
    """The statements of a register file, and a problem for each value or row that can't be read.

    *path* is the official file, a ``.zip`` of it or its folder. Memory is constant, but for unique keys:
    some 70 MB a million. Raises :class:`GrappeError` when the file can't be read or an assertion fails.
    """
    recipe = load_recipe(recipe) if isinstance(recipe, str) else recipe
    files = RegisterFiles(path, recipe.encodings, recipe.delimiter, recipe.member)
    tally = _Tally(recipe.assertions, path.name)
    reader = recipe.reader() or _READERS[recipe.format]
    for entry in reader(files, recipe):
        yield from _flush(files, tally)
        yield from _state(entry, source, recipe, tally)
    yield from _flush(files, tally)
    tally.check()


def _flush(files: RegisterFiles, tally: "_Tally") -> Iterator[Problem]:
    if files.problems:
        tally.refused += len(files.problems)
        yield from files.problems
        files.problems.clear()


def _state(entry: Entry, source: Source, recipe: Recipe, tally: "_Tally") -> Iterator[Record]:
    tally.open(entry)
    entity = f"{recipe.scheme}:{entry.key}"
    facts = _gather(entry, tally.file)
    if recipe.key_property and entry.main:
        facts.insert(0, Fact(recipe.key_property, entry.key))
    said = set()
    for fact in facts:
        prop = properties()[fact.property]
        try:
            value = _read(prop, fact.text, fact.language or source.language)
        except UnreadableValue as refusal:
            tally.refused += 1
            yield _refused(entry, fact, refusal.expected, tally.file)
            continue
        said.add(fact.property)
        yield Statement(
            entity,
            fact.property,
            value,
            source.id,
            qualifier=fact.qualifier,
            language=fact.language if prop.language else None,
            original_value=fact.text if fact.text != value else None,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            locator=entry.locator + fact.at,
            extractor=f"register/{recipe.name}",
            extractor_version=recipe.version,
            licence=source.licence,
            visibility=source.visibility,
        )
    tally.facts += len(facts)
    if entry.main:
        tally.filled.update(said)


def _gather(entry: Entry, file: str) -> list[Fact]:
    try:
        return list(entry.facts)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        found = f"{entry.locator}: {type(error).__name__} {error}"
        raise GrappeError(Problem("damaged_file", file=file, found=found)) from error


def _refused(entry: Entry, fact: Fact, expected: str, file: str) -> Problem:
    row = re.search(r"row (\d+)$", entry.locator)
    column = fact.property if row else f"{entry.locator}{fact.at}"
    return Problem(
        "bad_value",
        file=file,
        row=int(row.group(1)) if row else None,
        column=column,
        found=fact.text,
        expected=expected,
    )


def _read(prop: Property, text: str, language: str | None) -> str:
    if prop.type == "entity":
        return text
    return _read_code(prop.code, text) if prop.type == "code" else read_value(prop, text, language=language)


@lru_cache(maxsize=4096)
def _read_code(code: str, text: str) -> str:
    return read_value(properties()[code], text, language=None)


class _Tally:
    """What has been read so far, held against the recipe's assertions."""

    def __init__(self, promised: Assertions, file: str) -> None:
        self.promised = promised
        self.file = file
        self.rows = self.facts = self.refused = 0
        self.filled: Counter[str] = Counter()
        self._keys: set[int] = set()

    def open(self, entry: Entry) -> None:
        """Count *entry*; a key seen before, or one row too many, raises at once."""
        if not entry.main:
            return
        self.rows += 1
        if self.promised.max_rows is not None and self.rows > self.promised.max_rows:
            self._fail(f"rows > {self.promised.max_rows}", f"max_rows = {self.promised.max_rows}")
        if self.promised.unique_key:
            digest = int.from_bytes(blake2b(entry.key.encode(), digest_size=8).digest(), "big")
            if digest in self._keys:
                self._fail(f"{entry.key} ({entry.locator})", "unique_key = true")
            self._keys.add(digest)

    def check(self) -> None:
        """Raise unless the whole register keeps its promises."""
        if self.rows < self.promised.min_rows:
            self._fail(f"rows = {self.rows}", f"min_rows = {self.promised.min_rows}")
        for code, least in self.promised.min_filled.items():
            share = self.filled[code] / self.rows if self.rows else 0.0
            if share < least:
                self._fail(f"{code} = {share:.3f}", f"min_filled.{code} = {least}")
        refused = self.refused / max(self.facts, 1)
        if refused > self.promised.max_refused:
            self._fail(f"refused = {refused:.3f}", f"max_refused = {self.promised.max_refused}")

    def _fail(self, found: str, expected: str) -> None:
        raise GrappeError(Problem("assertion_failed", file=self.file, found=found, expected=expected))


def _read_csv(files: RegisterFiles, recipe: Recipe) -> Iterator[Entry]:
    required = [recipe.key, *recipe.where]
    required += [column for mapped in recipe.columns if not mapped.optional for column in mapped.source]
    allowed = recipe.assertions.allowed
    for number, row in files.rows(required=list(dict.fromkeys(required))):
        if any(row[column] not in wanted for column, wanted in recipe.where.items()):
            continue
        _refuse_unforeseen(row, allowed, number, files)
        key = _key(row[recipe.key].strip(), recipe)
        if not key:
            files.problems.append(
                Problem(
                    "missing_value", file=files.path.name, row=number, column=recipe.key, expected=recipe.key
                )
            )
            continue
        yield Entry(key, f"row {number}", _facts_of_row(row, recipe))


def _refuse_unforeseen(
    row: Mapping[str, str], allowed: Mapping[str, tuple[str, ...]], number: int, files: RegisterFiles
) -> None:
    for column, values in allowed.items():
        if row.get(column, "") not in values:
            found = f"{column} = {row.get(column)} (row {number})"
            raise GrappeError(
                Problem("assertion_failed", file=files.path.name, found=found, expected=", ".join(values))
            )


def _key(text: str, recipe: Recipe) -> str:
    return "-".join(words(text)) if recipe.key_form == "slug" else text


def _facts_of_row(row: Mapping[str, str], recipe: Recipe) -> Iterator[Fact]:
    for mapped in recipe.columns:
        texts = [row.get(column, "").strip() for column in mapped.source]
        if len(texts) == 1:
            text = "" if texts[0] in recipe.empty else texts[0]
        elif mapped.property == "coordinates" and any(part in recipe.empty for part in texts):
            text = ""
        else:
            text = mapped.join.join(part for part in texts if part not in recipe.empty)
        if text:
            language = row.get(mapped.language_from or "", "").strip() or None
            kind = row.get(mapped.qualifier_from or "", "").strip()
            yield from _mapped_facts(text, mapped, language, kind)


def _mapped_facts(
    text: str, mapped: ColumnMap, language: str | None = None, kind: str = "", at: str = ""
) -> Iterator[Fact]:
    qualifier = mapped.qualifier
    if mapped.qualifiers is not None:
        qualifier = mapped.qualifiers.get(kind, qualifier)
    for part in text.split(mapped.split) if mapped.split else (text,):
        value = _mapped(part.strip(), mapped)
        if value:
            yield Fact(mapped.property, value, qualifier, _language(language) or mapped.language, at=at)


def _mapped(text: str, mapped: ColumnMap) -> str:
    if mapped.matching and not re.fullmatch(mapped.matching, text):
        return ""
    if mapped.values is None:
        return text
    return mapped.values.get(text, "" if mapped.others == "skip" else text)


def _language(tag: str | None) -> str | None:
    bare = (tag or "").lower().split("-")[0]
    return bare if re.fullmatch("[a-z]{2}", bare) else None


def _read_json(files: RegisterFiles, recipe: Recipe) -> Iterator[Entry]:
    for index, item in files.items():
        if any(str(item.get(field)) not in wanted for field, wanted in recipe.where.items()):
            continue
        key = _key(str(item.get(recipe.key) or ""), recipe)
        if not key:
            files.problems.append(
                Problem(
                    "missing_value",
                    file=files.path.name,
                    column=f"$[{index}].{recipe.key}",
                    expected=recipe.key,
                )
            )
            continue
        yield Entry(key, f"$[{index}]", _facts_of_item(item, recipe))


def _facts_of_item(item: Mapping[str, Any], recipe: Recipe) -> Iterator[Fact]:
    for mapped in recipe.columns:
        for path in mapped.source:
            for at, text in _walk(item, path.split("."), ""):
                yield from _mapped_facts(text, mapped, at=at)


def _walk(value: Any, path: list[str], at: str) -> Iterator[tuple[str, str]]:
    if not path:
        if value not in (None, ""):
            yield at, str(value)
        return
    name, many = path[0].removesuffix("[]"), path[0].endswith("[]")
    below = value.get(name) if isinstance(value, dict) else None
    if many:
        for index, part in enumerate(below or []):
            yield from _walk(part, path[1:], f"{at}.{name}[{index}]")
    else:
        yield from _walk(below, path[1:], f"{at}.{name}")


def _read_classification(files: RegisterFiles, recipe: Recipe) -> Iterator[Entry]:
    from grappe.intake.classifications import read_levels

    for code in read_levels(files, recipe):
        facts = [Fact("name", code.title, language=code.language)]
        if code.definition:
            facts.append(Fact("description", code.definition, language=code.language))
        if code.parent:
            facts.append(Fact("part_of", f"{recipe.scheme}:{code.parent}"))
        yield Entry(code.code, f"row {code.row}", facts)


_READERS: dict[str, Callable[[RegisterFiles, Recipe], Iterator[Entry]]] = {
    "csv": _read_csv,
    "json": _read_json,
    "classification": _read_classification,
}
