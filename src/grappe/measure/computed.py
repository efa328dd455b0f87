"""A computed result as a key figure: what was computed, by which formula, from which files, how surely."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grappe import __version__
from grappe.statements.figures import Figure, FigureKind, figure_row


@dataclass(frozen=True)
class Formula:
    """What a formula gives (*indicator*, *kind*, *unit*; values are multiplied by *scale* to be in it), and
    its *source*.
    """

    indicator: str
    kind: FigureKind
    source: str
    unit: str = "1"
    scale: float = 1.0


#: Decimals that a result is printed with; its value keeps them all.
_DECIMALS: Mapping[FigureKind, int] = {"ratio": 2, "share": 1, "growth": 1, "level": 0}
_EG = "Ellison and Glaeser (1997); Maurel and Sédillot (1999)"
_HIDALGO = "Hidalgo, Klinger, Barabási and Hausmann (2007)"
#: Formula id → what it gives and where it is from.
FORMULAS: Mapping[str, Formula] = {
    "lq": Formula("location quotient", "ratio", "Florence (1939); Moineddin, Beyene and Boyle (2003)"),
    "stars": Formula("cluster stars", "level", "European Cluster Observatory (2009)", "stars"),
    "shift-share/dunn": Formula("competitive effect", "level", "Dunn (1960)"),
    "shift-share/esteban-marquillas": Formula("competitive effect", "level", "Esteban-Marquillas (1972)"),
    "shift-share/dynamic": Formula("competitive effect", "level", "Barff and Knight (1988)"),
    "growth": Formula("compound annual growth rate", "growth", "(v′/v)^(1/years) − 1", "%", 100),
    "eg": Formula("Ellison–Glaeser index", "ratio", _EG),
    "coagglomeration": Formula("co-agglomeration index", "ratio", "Ellison, Glaeser and Kerr (2010)"),
    "gini": Formula("locational Gini coefficient", "ratio", "Hoover (1936)"),
    "kdensity": Formula("localisation index", "ratio", "Duranton and Overman (2005)"),
    "m": Formula("M function", "ratio", "Marcon and Puech (2010); Lang, Marcon and Puech (2020)"),
    "radius": Formula("share of plants within a radius", "share", "Wilson (1927)", "%", 100),
    "complexity": Formula("economic complexity index", "ratio", "Hausmann, Hidalgo et al. (2014)", "sd"),
    "relatedness/proximity": Formula("proximity", "ratio", _HIDALGO),
    "relatedness/density": Formula("relatedness density", "ratio", _HIDALGO),
    "relatedness/lc": Formula("locational correlation", "ratio", "Delgado, Porter and Stern (2016)"),
    "relatedness/coi": Formula("co-agglomeration index", "ratio", "Ellison, Glaeser and Kerr (2010)"),
    "value-chain": Formula("organisations on a stage", "level", "a count", "organisations"),
    "cooperation": Formula("partners", "level", "Wasserman and Faust (1994)", "organisations"),
}


@dataclass(frozen=True)
class Computation:
    """How results were computed: *formula*, a key of ``FORMULAS``; *inputs*, name → SHA-256 of each file;
    *parameters* as asked, in text; *seed* of what was drawn; *interval*, what lower and upper are.
    """

    formula: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, str]
    seed: int | None = None
    interval: str | None = None
    software: str = f"grappe {__version__}"

    def figure(
        self, value: float, *, subject: str | None = None, place: str | None = None,
        period: str | None = None, lower: float | None = None, upper: float | None = None,
    ) -> Figure:  # fmt: skip
        """One result as a :class:`Figure` of method ``computed``, a draft until a person checks it.

        *lower* and *upper* are the ends of its interval; half their distance is the figure's uncertainty, and
        the interval itself stands in its note, with the files' hashes, the parameters and the software.
        """
        formula = FORMULAS[self.formula]
        told = [self.software, *(f"{name} sha256:{digest}" for name, digest in sorted(self.inputs.items()))]
        told += [f"{name}={asked}" for name, asked in sorted(self.parameters.items())]
        half = None
        if lower is not None and upper is not None:
            half = (upper - lower) / 2 * formula.scale
            told.append(f"{self.interval}: {lower * formula.scale:.6g} … {upper * formula.scale:.6g}")
        return Figure(
            formula.indicator,
            formula.kind,
            formula.unit,
            value * formula.scale,
            decimals=_DECIMALS[formula.kind],
            subject=subject,
            place=place,
            period_start=period or None,
            period_end=period or None,
            method="computed",
            formula=f"{self.formula}: {formula.source}",
            seed=self.seed,
            uncertainty=half,
            note="; ".join(told),
        )


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_figures(path: Path, figures: Iterable[Figure]) -> None:
    """Write *figures* as JSON Lines, as ``grappe figures check`` reads them."""
    rows = (json.dumps(figure_row(figure), ensure_ascii=False) for figure in figures)
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
