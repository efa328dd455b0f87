"""Identifiers of organisations: the public registers' own, checked, and the canonical id.

A canonical id is ``GR`` + 12 Crockford base-32 characters + a check character:

    GR 7K3M9X2PQW5T 4
    │  │            └─ sum of position × value, modulo 31 (catches one wrong or two swapped characters)
    │  └─ 60 bits of BLAKE2b of the anchor record, at the moment of minting
    └─ the scheme

It is minted once and never derived again: later builds read it back (see ``linkage``).
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from urllib.parse import urlsplit

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_MODULUS = 31


def mint_canonical_id(anchor: str) -> str:
    """The canonical id minted for the organisation first known as *anchor* (a record id)."""
    number = int.from_bytes(blake2b(anchor.encode(), digest_size=8).digest(), "big") >> 4
    body = "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(55, -1, -5))
    return f"GR{body}{_check_character(body)}"


def is_canonical_id(text: str) -> bool:
    """Whether *text* has the form and the check character of a canonical id."""
    if not re.fullmatch(f"GR[{_CROCKFORD}]{{13}}", text):
        return False
    return _check_character(text[2:-1]) == text[-1]


def _check_character(body: str) -> str:
    total = sum(place * _CROCKFORD.index(char) for place, char in enumerate(body, start=1))
    return _CROCKFORD[total % _CHECK_MODULUS]


def normalise_neq(text: str) -> str | None:
    """The ten digits of a Québec enterprise number (NEQ: 11, 22, 33 or 88 first), or None."""
    digits = re.sub(r"\D", "", text)
    return digits if re.fullmatch(r"(?:11|22|33|88)\d{8}", digits) else None


def normalise_bn(text: str) -> str | None:
    """The nine digits of a federal business number whose Luhn check holds, or None."""
    digits = re.sub(r"\D", "", text.upper().split("R")[0])
    return digits if re.fullmatch(r"\d{9}", digits) and _luhn_holds(digits) else None


def normalise_lei(text: str) -> str | None:
    """The 20 characters of a Legal Entity Identifier (ISO 17442: modulo 97 is 1), or None."""
    lei = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]{18}\d{2}", lei):
        return None
    return lei if int("".join(str(int(char, 36)) for char in lei)) % 97 == 1 else None


def normalise_ror(text: str) -> str | None:
    """The nine characters of a ROR id (``0`` + 6 base-32 + ISO 7064 modulo 97-10), or None."""
    match = re.search(r"(?:^|ror\.org/)(0[a-hj-km-np-tv-z0-9]{6}\d{2})/?$", text.strip().lower())
    if not match:
        return None
    ror = match.group(1)
    number = 0
    for char in ror[:7].upper():
        number = number * 32 + _CROCKFORD.index(char)
    return ror if (98 - (number * 100) % 97) == int(ror[7:]) else None


def normalise_domain(text: str) -> str | None:
    """The registrable-looking host of a web address: lower case, without ``www.``, or None."""
    candidate = text.strip().lower()
    if not candidate:
        return None
    try:
        host = urlsplit(candidate if "//" in candidate else f"//{candidate}").hostname
    except ValueError:
        return None
    host = (host or "").removeprefix("www.").rstrip(".")
    return host if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host) else None


#: Identifier properties that settle identity on their own; conflicting values forbid a merge.
STRONG: dict[str, Callable[[str], str | None]] = {
    "neq": normalise_neq,
    "bn": normalise_bn,
    "lei": normalise_lei,
    "ror": normalise_ror,
}


def _luhn_holds(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
