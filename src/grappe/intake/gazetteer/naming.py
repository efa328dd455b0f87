"""Names of places as they are compared."""

import re
from functools import lru_cache

from grappe.statements.text import fold

_IN_QUEBEC = re.compile(r"\s*\((?:qu[ée]bec|qc|canada|ontario|on)\)|,\s*(?:qu[ée]bec|qc)\s*$", re.IGNORECASE)
_DESIGNATION = re.compile(
    r"^(?:(?:the )?(?:city|town|township|municipality|village) of"
    r"|(?:la )?(?:ville|cite|municipalite|paroisse|village|canton)(?: de la| de l| de| d| des| du))\s+"
)


@lru_cache(maxsize=16_384)
def place_key(name: str) -> str:
    """What two spellings of a place's name share: folded words, ``st`` as ``saint``, no designation."""
    key = re.sub(r"[^\w]+", " ", fold(_IN_QUEBEC.sub("", name))).strip()
    key = re.sub(r"\bst\b", "saint", re.sub(r"\bste\b", "sainte", key))
    return _DESIGNATION.sub("", key) or key
