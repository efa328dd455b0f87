"""What a plan is: a folder of Parquet files, and a line that says what they come to.

``statements``, ``records``, ``judgements`` and ``redirects`` are each ``….rows.parquet`` (to be stored as
they are there) and ``….keys.parquet`` (to be deleted), and the same under ``inverse/``, which undoes it;
``organisations`` and ``belongings`` are what is derived; ``rows``, ``changes`` and ``conflicts`` are for
people (see ``grappe.editions.comparing``).
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grappe.hub.registry.importing.files import PLAN, parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Called with the step begun and how far the whole is, in percent.
Tell = Callable[[str, int], None]
#: What is done to objects of these kinds changes no plan.
ASIDE = ("import", "invitation", "token", "user", "view", "webhook")
#: What a plan writes: table → its key.
WRITTEN = {"statements": "id", "records": "entity", "judgements": "id", "redirects": "former"}


@dataclass(frozen=True)
class Plan:
    """What a plan's folder holds besides its tables.

    *source* gives the fields that its source takes; *is_new*: it is not stored yet. *day*, when it would be
    written. *counts*, by kind of row (see ``compare_editions``) and what is ``written``, ``added`` and
    ``retracted``; *digest*, a fingerprint of what people are shown; *seen_entries*, how long the journal was
    when it was begun; *touched* and *gone*, the organisations derived again and those that are no more;
    *redirects*, what people's judgements put out of use.
    """

    source: dict[str, Any]
    is_new: bool
    day: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    seen_entries: int = 0
    touched: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the registry already says all of it, to the letter."""
        return not self.counts.get("written")


def keep_plan(folder: Path, plan: Plan) -> Plan:
    """Write *plan* in its folder, last of all: a folder without it is of a plan that was not finished."""
    (folder / PLAN).write_text(json.dumps(asdict(plan), ensure_ascii=False), "utf-8")
    return plan


def kept_plan(folder: Path) -> Plan | None:
    """The plan in *folder*, or None when none was finished there."""
    path = folder / PLAN
    return Plan(**json.loads(path.read_text("utf-8"))) if path.is_file() else None


def empty_folder(folder: Path) -> Path:
    """*folder*, empty but for the place of what undoes a plan."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "inverse").mkdir(parents=True)
    return folder


def write_tables(connection: "DuckDBPyConnection", folder: Path) -> int:
    """Write what is to be stored, deleted and brought back; returns how many rows are stored or deleted."""
    written = 0
    for table, key in WRITTEN.items():
        for prefix, place in (("", folder), ("inverse_", folder / "inverse")):
            for part, order in (("rows", key), ("keys", "key")):
                name = f"{prefix}{table}_{part}"
                count = parquet(connection, name, order, place / f"{table}.{part}.parquet")
                written += 0 if prefix else count
    return written
