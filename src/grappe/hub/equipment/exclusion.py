"""A constraint that no two rows of one key overlap in time, kept by the database itself.

PostgreSQL has exclusion constraints; keys are compared as ranges of one number, which GiST knows without an
extension. SQLite has none: triggers refuse the row, and its single writer leaves no gap between the look and
the write.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Q

_POSTGRESQL = (
    "EXCLUDE USING gist ({keys}, tstzrange({start}, {end}, '[)') WITH &&) WHERE ({released} IS NULL)"
)
_TRIGGER = """
CREATE TRIGGER {name} BEFORE {event} ON %(table)s
WHEN NEW.{released} IS NULL
BEGIN
  SELECT RAISE(ABORT, '{constraint}') WHERE EXISTS (
    SELECT 1 FROM %(table)s AS other
    WHERE {same} AND other.{released} IS NULL AND other.{start} < NEW.{end} AND other.{end} > NEW.{start}
      AND other.id IS NOT NEW.id
  );
END
"""


class NoOverlap(BaseConstraint):
    """No two rows of the same *keys* (numbers) overlap from *start* to *end* while *released* is null."""

    violation_error_message = "Constraint “%(name)s” is violated."

    def __init__(self, *, name: str, keys: tuple[str, ...], start: str, end: str, released: str) -> None:
        super().__init__(name=name)
        self.keys, self.start, self.end, self.released = keys, start, end, released

    def constraint_sql(self, model: Any, schema_editor: Any) -> str | None:  # type: ignore[override]
        """The clause of a new table; triggers wait until the table is there."""
        if schema_editor.connection.vendor == "postgresql":
            return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._clause(model, schema_editor)}"
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """What adds it to a table that is there."""
        if schema_editor.connection.vendor == "postgresql":
            name = schema_editor.quote_name(self.name)
            clause = f"ALTER TABLE %(table)s ADD CONSTRAINT {name} {self._clause(model, schema_editor)}"
            return Statement(clause, table=Table(model._meta.db_table, schema_editor.quote_name))
        first, second = self._triggers(model, schema_editor)
        schema_editor.deferred_sql.append(second)
        return first

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """What takes it away."""
        if schema_editor.connection.vendor == "postgresql":
            clause = f"ALTER TABLE %(table)s DROP CONSTRAINT {schema_editor.quote_name(self.name)}"
            return Statement(clause, table=Table(model._meta.db_table, schema_editor.quote_name))
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {schema_editor.quote_name(self.name + '_update')}")
        return f"DROP TRIGGER IF EXISTS {schema_editor.quote_name(self.name + '_insert')}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Look for a row in the way. Raises ValidationError."""
        if getattr(instance, self.released) is not None:
            return
        within = {key: getattr(instance, self._field(model, key).attname) for key in self.keys}
        within |= {f"{self.start}__lt": getattr(instance, self.end), f"{self.released}__isnull": True}
        others = model._default_manager.using(using).filter(
            **within, **{f"{self.end}__gt": getattr(instance, self.start)}
        )
        if others.filter(~Q(pk=instance.pk)).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """As migrations write it."""
        given = {"keys": self.keys, "start": self.start, "end": self.end, "released": self.released}
        return "grappe.hub.equipment.exclusion.NoOverlap", (), {"name": self.name, **given}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.keys, self.start, self.end, self.released))

    def _field(self, model: Any, name: str) -> Any:
        return model._meta.get_field(name)

    def _clause(self, model: Any, schema_editor: Any) -> str:
        def column(name: str) -> str:
            return str(schema_editor.quote_name(self._field(model, name).column))

        keys = (f"int8range({column(key)}, {column(key)}, '[]') WITH &&" for key in self.keys)
        return _POSTGRESQL.format(
            keys=", ".join(keys),
            start=column(self.start),
            end=column(self.end),
            released=column(self.released),
        )

    def _triggers(self, model: Any, schema_editor: Any) -> list[Statement]:
        columns = {name: self._field(model, name).column for name in (self.start, self.end, self.released)}
        keys = [self._field(model, key).column for key in self.keys]
        watched = ", ".join([*keys, *columns.values()])
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [
            Statement(
                _TRIGGER.format(
                    name=schema_editor.quote_name(f"{self.name}_{event}"), constraint=self.name,
                    event="INSERT" if event == "insert" else f"UPDATE OF {watched}",
                    same=" AND ".join(f"other.{key} = NEW.{key}" for key in keys),
                    start=columns[self.start], end=columns[self.end], released=columns[self.released],
                ),
                table=table,
            )
            for event in ("insert", "update")
        ]  # fmt: skip
