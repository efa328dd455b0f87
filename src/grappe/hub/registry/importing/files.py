"""Where the files of imports are kept: a private folder each, under GRAPPE_HOME, never served as they are."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.text import get_valid_filename

from grappe.hub.registry.models import Import

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREVIEW, PLAN = "preview.json", "plan.json"
_LONGEST_NAME = 120


def folder_of(brought: Import) -> Path:
    """The folder of *brought*; it may not exist yet."""
    return Path(settings.GRAPPE_HOME) / "imports" / str(brought.pk)


def list_of(brought: Import) -> Path:
    """The list as it was brought."""
    return folder_of(brought) / "list" / brought.file_name


def plan_of(brought: Import) -> Path:
    """The folder of what will be written."""
    return folder_of(brought) / "plan"


def undoing_of(brought: Import) -> Path:
    """The folder of what will be written to undo it: what was changed stays shown meanwhile."""
    return folder_of(brought) / "undoing"


def safe_name(name: str) -> str:
    """*name* as a file may be called here, its ending kept."""
    path = Path(get_valid_filename(Path(name.replace("\\", "/")).name or "list"))
    return f"{path.stem[:_LONGEST_NAME]}{path.suffix[:10]}"


def keep_list(brought: Import, chunks: Iterable[bytes]) -> None:
    """Write the list where it is kept, in place of a former one; what was made of that goes."""
    shutil.rmtree(folder_of(brought), ignore_errors=True)
    path = list_of(brought)
    folder_of(brought).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        for chunk in chunks:
            stream.write(chunk)


def write_preview(brought: Import, content: Mapping[str, Any]) -> None:
    """Keep what the first rows of each sheet are."""
    text = json.dumps(content, ensure_ascii=False)
    (folder_of(brought) / PREVIEW).write_text(text, "utf-8")


def read_preview(brought: Import) -> dict[str, Any]:
    """What :func:`write_preview` kept; empty before."""
    path = folder_of(brought) / PREVIEW
    content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return content


def forget_files(brought: Import) -> None:
    """Delete the files of an import that changed nothing."""
    shutil.rmtree(folder_of(brought), ignore_errors=True)


def parquet(connection: "DuckDBPyConnection", table: str, order: str, path: Path) -> int:
    """Write *table* of *connection* as a Parquet file, in order; returns how many rows it has."""
    done = connection.execute(
        f"COPY (SELECT * FROM {table} ORDER BY {order}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608
    )
    return int(done.fetchall()[0][0])


def fingerprint(paths: Iterable[Path]) -> str:
    """The SHA-256 of what the files hold, one after another."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def rows_of(
    path: Path, where: str, values: list[Any], *, order: str, offset: int, limit: int
) -> list[dict[str, Any]]:
    """Some rows of a Parquet file as dicts. *where* and *order* are written here, never typed by a person."""
    import duckdb

    if not path.is_file():
        return []
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.execute(
            f"SELECT * FROM read_parquet(?) WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            [str(path), *values, limit, offset],
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def stream_rows(path: Path, batch: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a Parquet file as tuples, in batches; none when there is no file."""
    import pyarrow.parquet as pq

    if not path.is_file():
        return
    with pq.ParquetFile(path) as file:
        for record_batch in file.iter_batches(batch_size=batch):
            columns = [column.to_pylist() for column in record_batch.columns]
            yield list(zip(*columns, strict=True))
