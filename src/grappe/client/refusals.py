"""What the API refuses, as an exception."""

from collections.abc import Mapping
from typing import Any

import httpx


class Refusal(Exception):  # noqa: N818 -- a refusal, worded as one
    """A problem of RFC 9457. *kind* is the last part of its type (``not-found``, ``changed``, ``invalid``…),
    *errors* maps the fields that can't be accepted to what is said of them; *codes* are those of a booking's
    reasons, in order."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition("/")[2]
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        told = problem.get("errors", ())
        self.codes = tuple(each["code"] for each in told if each.get("code"))
        self.errors: dict[str, str] = {}
        for each in told:
            before = self.errors.get(each["field"])
            self.errors[each["field"]] = f"{before}; {each['message']}" if before else each["message"]
        fields = "".join(f"; {field}: {message}" for field, message in self.errors.items())
        super().__init__(f"{status} {self.title}: {self.detail}{fields}")


def refusal_of(answer: httpx.Response) -> Refusal:
    """The refusal that *answer* is; one without words when it is no problem document."""
    answer.read()
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    return Refusal(answer.status_code, answer.json() if is_problem else {"title": answer.reason_phrase})
