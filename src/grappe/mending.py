"""What every command does with an input to mend: tell each problem in the reader's language, exit with 3."""

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from grappe.statements.problems import GrappeError, Problem

_MOST_SHOWN = 20


def mending(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command*, but an input to mend becomes its list of problems and exit status 3, a library of an extra
    that is not installed becomes a misuse that names the extras."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except GrappeError as error:
            show_problems(error.problems, reader_language())
            sys.exit(error.exit_code)
        except ModuleNotFoundError as error:
            names = ("build", "linkage", "measure", "fabrication")
            extras = "pip install " + ", ".join(f'"grappe[{name}]"' for name in names) + ' or "grappe[hub]"'
            raise click.UsageError(f"{error.name} is not installed. Add the extra: {extras}.") from error

    return run


def reader_language() -> str:
    """The language that ``grappe --lang`` or the terminal chose: fr or en."""
    return str(click.get_current_context().find_root().obj or "en")


def show_problems(problems: Sequence[Problem], language: str) -> None:
    """Tell the first twenty problems on standard error, and how many more there are."""
    for problem in problems[:_MOST_SHOWN]:
        mark = "✗" if problem.severity == "error" else "!"
        click.echo(f"{mark} {problem.describe(language)}", err=True)
    if len(problems) > _MOST_SHOWN:
        rest = len(problems) - _MOST_SHOWN
        click.echo({"fr": f"… et {rest} de plus.", "en": f"… and {rest} more."}[language], err=True)
