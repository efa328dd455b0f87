"""One row of a mapped sheet → its statements and problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grappe.intake.spreadsheets.mapping import Column
from grappe.intake.spreadsheets.sheets import Row, column_letters
from grappe.intake.values import Codes, UnreadableValue, is_nothing, read_value, split_values
from grappe.statements import Problem, Source, Statement
from grappe.statements.records import Method, hash_id
from grappe.statements.text import clean, fold
from grappe.statements.vocabulary import Property, properties

EXTRACTOR = "spreadsheet"
EXTRACTOR_VERSION = "1"
_NAME_ORDER = (None, "legal", "trade", "translation", "acronym", "former")
_KEY_DIGITS = 12
_ROLE = Property(code="cluster_role", fr="Rôle", en="Role", type="code", codes="cluster_role", single=True)
_DATE = Property(code="stated_on", fr="Date", en="Date", type="date", single=True)


@dataclass(frozen=True)
class Place:
    """Where a sheet's rows stand: for problems (file, sheet) and locators."""

    file: str
    sheet: str

    def problem(self, code: str, row: int, column: Column | None, **details: str | None) -> Problem:
        """A problem of one cell or row."""
        title = column.title() if column else None
        return Problem(code, file=self.file, sheet=self.sheet, row=row, column=title, **details)  # type: ignore[arg-type]


@dataclass(frozen=True)
class RowFacts:
    """What holds for every statement of a row."""

    entity: str
    cluster_role: str | None
    valid_from: str | None
    asserted_by: str | None
    licence: str


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet by place (from 0), with what every row says besides."""

    placed: Sequence[tuple[int, Column]]
    defaults: Mapping[str, str]
    codes: Mapping[str, Codes]

    def of(self, role: str) -> list[tuple[int, Column]]:
        """The columns that say *role*, names in the order that names a record."""
        found = [(at, column) for at, column in self.placed if column.property == role]
        if role == "name":
            found.sort(
                key=lambda pair: (
                    _NAME_ORDER.index(pair[1].qualifier) if pair[1].qualifier in _NAME_ORDER else 9
                )
            )
        return found


class RowReader:
    """Reads rows one after another; *statements* of a bad cell are left out and its problem is yielded."""

    def __init__(self, source: Source, place: Place, columns: Columns) -> None:
        self.source = source
        self.place = place
        self.columns = columns
        self._stated = [
            (at, column, prop)
            for at, column in columns.placed
            if (prop := properties().get(column.property)) is not None
        ]

    def key(self, row: Row) -> tuple[str, int] | Problem:
        """The record's key and the column it stands in, or what is missing."""
        for role in ("key", "name"):
            for at, column in self.columns.of(role):
                text = clean(row.cell(at))
                if not is_nothing(text):
                    return (text if role == "key" else self._hashed(text, row)), at
                if role == "key":
                    return self.place.problem("missing_value", row.number, column, expected="key")
        names = self.columns.of("name")
        return self.place.problem(
            "missing_value", row.number, names[0][1] if names else None, expected="name"
        )

    def says_something(self, row: Row) -> bool:
        """Whether a column that is read holds a value of the row's own."""
        return any(
            column.property != "ignore" and not is_nothing(row.cell(at)) and at not in row.carried
            for at, column in self.columns.placed
        )

    def read(self, row: Row, key: str, key_at: int) -> Iterator[Statement | Problem]:
        """The row's statements in the order of its columns, defaults last; problems where they arise."""
        facts, problems = self._facts(row, key)
        yield from problems
        seen: set[str] = set()
        for record in self._all(row, facts, key_at):
            if isinstance(record, Statement):
                if record.id in seen:
                    continue
                seen.add(record.id)
            yield record

    def _hashed(self, name: str, row: Row) -> str:
        towns = self.columns.of("municipality")
        town = fold(row.cell(towns[0][0])) if towns else ""
        return hash_id(fold(name), town)[:_KEY_DIGITS]

    def _facts(self, row: Row, key: str) -> tuple[RowFacts, list[Problem]]:
        stated_on, problems = self._role_value(row, "stated_on", _DATE)
        role, role_problems = self._role_value(row, "cluster_role", _ROLE)
        facts = RowFacts(
            entity=f"{self.source.id}:{key}",
            cluster_role=role or self.columns.defaults.get("cluster_role"),
            valid_from=stated_on or self.source.published,
            asserted_by=self._text(row, "source") or self._text(row, "source_url"),
            licence=self._text(row, "licence") or self.source.licence,
        )
        return facts, problems + role_problems

    def _all(self, row: Row, facts: RowFacts, key_at: int) -> Iterator[Statement | Problem]:
        for at, column, prop in self._stated:
            yield from self._cell(row, at, column, prop, facts)
        for at, _ in self.columns.of("source_url"):
            if not is_nothing(row.cell(at)):
                yield self._statement(
                    facts, properties()["mentioned_in"], clean(row.cell(at)), self._locator(row, at)
                )
        for code, value in self.columns.defaults.items():
            if code in properties() and not any(
                column.property == code and not is_nothing(row.cell(at)) for at, column, _ in self._stated
            ):
                yield from self._default(row, key_at, properties()[code], value, facts)

    def _cell(
        self, row: Row, at: int, column: Column, prop: Property, facts: RowFacts
    ) -> Iterator[Statement | Problem]:
        text = row.cell(at)
        if is_nothing(text):
            return
        printed = row.printed.get(at)
        language = column.language or self.source.language if prop.language else None
        numbers_in = column.language or self.source.language
        for part in self._parts(prop, column, text):
            try:
                value = read_value(prop, part, language=numbers_in, codes=self.columns.codes.get(prop.code))
            except UnreadableValue as refusal:
                yield self.place.problem(
                    "bad_value", row.number, column, found=clean(part), expected=refusal.expected
                )
                continue
            if prop.code == "person":
                value = self._with_role(row, value, text)
            original = part if printed is None else clean(printed)
            yield self._statement(
                facts,
                prop,
                value,
                self._locator(row, at),
                language=language,
                original_value=original if original not in ("", value) else None,
                qualifier=column.qualifier,
            )

    def _parts(self, prop: Property, column: Column, text: str) -> Sequence[str]:
        """A comma parts codes only when the whole is no code and every part is one."""
        if column.split:
            return [part.strip() for part in text.split(column.split) if not is_nothing(part)]
        parts = split_values(prop, text)
        if prop.type != "code" or prop.single:
            return parts
        return [piece for part in parts for piece in self._code_pieces(prop, part)]

    def _code_pieces(self, prop: Property, part: str) -> list[str]:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        codes = self.columns.codes.get(prop.code)
        if len(pieces) < 2 or (codes is None and prop.codes == "workspace"):
            return [part]
        readable = [self._is_readable(prop, piece, codes) for piece in (part, *pieces)]
        return pieces if not readable[0] and all(readable[1:]) else [part]

    def _is_readable(self, prop: Property, text: str, codes: Codes | None) -> bool:
        try:
            read_value(prop, text, language=None, codes=codes)
        except UnreadableValue:
            return False
        return True

    def _default(
        self, row: Row, key_at: int, prop: Property, value: str, facts: RowFacts
    ) -> Iterator[Statement | Problem]:
        language = self.source.language if prop.language else None
        yield self._statement(
            facts, prop, value, self._locator(row, key_at), language=language, method="curated"
        )

    def _locator(self, row: Row, at: int) -> str:
        return f"{self.place.sheet}!{column_letters(at)}{row.number}"

    def _statement(
        self,
        facts: RowFacts,
        prop: Property,
        value: str,
        locator: str,
        *,
        language: str | None = None,
        original_value: str | None = None,
        qualifier: str | None = None,
        method: Method = "imported",
    ) -> Statement:
        return Statement(
            entity=facts.entity,
            property=prop.code,
            value=value,
            source=self.source.id,
            qualifier=(facts.cluster_role if prop.code == "cluster" else None) or qualifier,
            language=language,
            original_value=original_value,
            valid_from=facts.valid_from,
            locator=locator,
            method=method,
            extractor=EXTRACTOR,
            extractor_version=EXTRACTOR_VERSION,
            first_seen=self.source.accessed,
            last_seen=self.source.accessed,
            asserted_by=facts.asserted_by,
            licence=facts.licence,
            visibility=self.source.visibility if prop.public else "private",
        )

    def _role_value(self, row: Row, role: str, prop: Property) -> tuple[str | None, list[Problem]]:
        for at, column in self.columns.of(role):
            text = row.cell(at)
            if is_nothing(text):
                continue
            try:
                return read_value(prop, text, language=None), []
            except UnreadableValue as refusal:
                problem = self.place.problem(
                    "bad_value", row.number, column, found=clean(text), expected=refusal.expected
                )
                return None, [problem]
        return None, []

    def _text(self, row: Row, role: str) -> str | None:
        texts = (clean(row.cell(at)) for at, _ in self.columns.of(role))
        return next((text for text in texts if not is_nothing(text)), None)

    def _with_role(self, row: Row, person: str, text: str) -> str:
        """« Name, office »; an office beside several people belongs to none of them for sure."""
        office = self._text(row, "person_role")
        alone = len(split_values(properties()["person"], text)) == 1
        return f"{person}, {office}" if office and alone else person
