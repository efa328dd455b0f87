"""The house's rules as functions of a folder, so that each can be shown to catch what it is for."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 50
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "common",
    "helpers",
    "helper",
    "service",
    "services",
    "manager",
    "managers",
    "misc",
}


def long_files(files: Iterable[Path], root: Path) -> dict[str, int]:
    """File → lines, for those above the ceiling."""
    lengths = {str(path.relative_to(root)): len(path.read_text("utf-8").splitlines()) for path in files}
    return {name: length for name, length in lengths.items() if length > MOST_LINES_A_FILE}


def long_functions(files: Iterable[Path], root: Path) -> dict[str, int]:
    """file::function → lines, for those above the ceiling."""
    found = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_A_FUNCTION:
                    found[f"{path.relative_to(root)}::{node.name}"] = length
    return found


def rag_bag_modules(files: Iterable[Path]) -> list[str]:
    """Modules and folders named for nothing in particular."""
    return sorted({part for path in files for part in path.with_suffix("").parts if part in FORBIDDEN_NAMES})


def undocumented_names(files: Iterable[Path], root: Path) -> list[str]:
    """Public modules, classes and functions of the core without a docstring."""
    missing = []
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        where = str(path.relative_to(root))
        if not ast.get_docstring(tree):
            missing.append(where)
        missing += [
            f"{where}::{node.name}" for node in _public_definitions(tree.body) if not ast.get_docstring(node)
        ]
    return missing


def _public_definitions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public_definitions(node.body)


_FRENCH_SPACE = re.compile(r" [:;?!»](?=\s|$|[\"'<&)])|« ")


def loose_french_spaces(text: str) -> list[str]:
    """Places where French punctuation stands after (or « before) an ordinary space."""
    return [text[max(0, m.start() - 20) : m.end() + 10] for m in _FRENCH_SPACE.finditer(text)]


_FORBIDDEN_TEXT = (
    re.compile(r"--(?:extra-)?index-url"),
    re.compile(r"https?://[^\s\"']+\.(?:whl|deb|tgz)\b"),
    re.compile(r"(?i)(?:secret_key|password)\s*=\s*[\"'][A-Za-z0-9+/_\-]{12,}[\"']"),
)


def forbidden_texts(files: Iterable[Path], root: Path) -> list[str]:
    """Package addresses and secrets written into a file."""
    found = []
    for path in files:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(root)}: {match.group(0)}"
            for rule in _FORBIDDEN_TEXT
            for match in rule.finditer(text)
        ]
    return found
