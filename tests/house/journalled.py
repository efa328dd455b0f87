"""What the code writes to the journal: the verbs and the kinds of things, read from its calls.

A verb reaches ``record`` as a text, one of two texts, a name that was given one, or an argument of the
function that writes the line; then those who call that function are asked.
"""

import ast
from collections.abc import Iterable
from pathlib import Path

WRITER = "record"


def journalled(files: Iterable[Path], name: str) -> tuple[set[str], list[str]]:
    """The texts that lines have as *name* (``verb`` or ``object_kind``), and the arguments that none is read
    from.
    """
    functions = [
        (path, node)
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    #: Who hands it on → where among its arguments it stands; None: by name alone.
    handing: dict[tuple[Path | None, str], int | None] = {(None, WRITER): None}
    found: set[str] = set()
    unread: set[str] = set()
    while True:
        known = len(handing)
        for path, function in functions:
            for value in _values(path, function, name, handing):
                found |= _texts(value, function)
                place = _place(value, function)
                if place is not False:
                    handing.setdefault(_key(path, function.name), place)
                elif not _texts(value, function):
                    unread.add(f"{function.name}: {ast.unparse(value)}")
        if len(handing) == known:
            return found, sorted(unread)


def _key(path: Path, function: str) -> tuple[Path | None, str]:
    """Private names are each file's own."""
    return (path if function.startswith("_") else None, function)


def _values(
    path: Path, function: ast.FunctionDef, name: str, handing: dict[tuple[Path | None, str], int | None]
) -> list[ast.expr]:
    """What *function* gives as *name* to those that hand it on."""
    given = []
    for call in ast.walk(function):
        # Actions are functions: a method of that name is something else.
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            key = _key(path, call.func.id)
            value = _argument(call, name, handing[key]) if key in handing else None
            given += [value] if value is not None else []
    return given


def _place(value: ast.expr, function: ast.FunctionDef) -> int | bool | None:
    """Where *value* stands among the arguments of *function*; None: by name alone; False: it is none."""
    positions = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(value, ast.Name) and value.id in positions:
        return positions.index(value.id)
    is_keyword = isinstance(value, ast.Name) and value.id in [each.arg for each in function.args.kwonlyargs]
    return None if is_keyword else False


def _argument(call: ast.Call, name: str, position: int | None) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position is not None and position < len(call.args) else None


def _texts(value: ast.expr, function: ast.FunctionDef) -> set[str]:
    if isinstance(value, ast.Constant):
        return {value.value} if isinstance(value.value, str) else set()
    if isinstance(value, ast.IfExp):
        return _texts(value.body, function) | _texts(value.orelse, function)
    if isinstance(value, ast.Name):
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == value.id for target in node.targets)
        ]
        return set().union(*(_texts(each, function) for each in given)) if given else set()
    return set()
