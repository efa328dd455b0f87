"""A computed result with what is needed to compute it again: formula, inputs, seed, version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grappe import __version__

#: Formula id → where it is from.
FORMULAS: Mapping[str, str] = {
    "lq": "Florence (1939); interval: Moineddin, Beyene and Boyle (2003)",
    "stars": "European Cluster Observatory (2009)",
    "shift-share/dunn": "Dunn (1960)",
    "shift-share/esteban-marquillas": "Esteban-Marquillas (1972)",
    "shift-share/dynamic": "Barff and Knight (1988)",
    "eg": "Ellison and Glaeser (1997); Maurel and Sédillot (1999)",
    "gini": "Krugman (1991); Hoover (1936); Herfindahl (1950)",
    "kdensity": "Duranton and Overman (2005); bands: Myllymäki et al. (2017)",
    "m": "Marcon and Puech (2010); Lang, Marcon and Puech (2020)",
    "radius": "Wilson (1927) for the interval",
    "complexity": "Hidalgo and Hausmann (2009); Mealy, Farmer and Teytelboym (2019)",
    "relatedness/proximity": "Hidalgo, Klinger, Barabási and Hausmann (2007)",
    "relatedness/density": "Hidalgo, Klinger, Barabási and Hausmann (2007)",
    "relatedness/lc": "Delgado, Porter and Stern (2016)",
    "relatedness/coi": "Ellison, Glaeser and Kerr (2010)",
    "growth": "compound annual growth rate",
    "value-chain": "count of organisations a stage",
    "cooperation": "Wasserman and Faust (1994); Marchiori and Latora (2000)",
}


@dataclass(frozen=True)
class Computed:
    """One number (or curve's summary) that was computed, and how to compute it again.

    *formula* is a key of ``FORMULAS``; *inputs*: name → SHA-256 of the file; *parameters*: what was asked, as
    text; *uncertainty*: what the interval or band is (None: none is given); *value* in *unit*; *lower*,
    *upper* its ends.
    """

    formula: str
    subject: str
    value: float | None
    unit: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, str]
    seed: int | None = None
    lower: float | None = None
    upper: float | None = None
    uncertainty: str | None = None
    software: str = f"grappe {__version__}"

    @property
    def source(self) -> str:
        """Author and year of the formula."""
        return FORMULAS[self.formula]


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_records(path: Path, records: list[Computed]) -> None:
    """Write *records* as JSON Lines, each with the source of its formula."""
    lines = [
        json.dumps({**_plain(record), "source": record.source}, ensure_ascii=False, sort_keys=True)
        for record in records
    ]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _plain(record: Computed) -> dict[str, Any]:
    return asdict(record)
