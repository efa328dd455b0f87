"""Links that answer without log-in: signed, for one purpose and one row, and good for so many days."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

_LONGEST = 200


class BadLink(Exception):  # noqa: N818
    """The link was not signed here, is for something else, or is too old."""


@dataclass(frozen=True)
class Purpose:
    """What a link is for, and for how many *days* it opens."""

    name: str
    days: int

    def sign(self, key: int) -> str:
        """The token that the row *key* goes by in an address."""
        return signing.dumps(key, salt=f"grappe.{self.name}")

    def read(self, token: str) -> int:
        """The row that *token* is for. Raises BadLink."""
        try:
            salt, age = f"grappe.{self.name}", timedelta(days=self.days)
            return int(signing.loads(token[:_LONGEST], salt=salt, max_age=age))
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise BadLink from error


INVITATION = Purpose("invitation", 14)
CLAIM = Purpose("claim", 7)
CONFIRMATION = Purpose("confirmation", 90)
