"""A bilingual fact sheet of chosen figures, each with its period and source; refused when one may not be
defended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from grappe.figures.findings import Finding
from grappe.figures.ledger import check_ledger
from grappe.figures.lexicon import Language
from grappe.figures.naming import indicator_name, place_name
from grappe.figures.printing import print_value
from grappe.statements.figures import Figure
from grappe.statements.problems import GrappeError, Problem

#: What bars a figure from a sheet unless a person says why; the key says so in both languages.
_BARS = {
    "contradiction": "contradicted_figure",
    "stale": "stale_figure",
    "forecast_past": "stale_figure",
    "review_due": "stale_figure",
    "part_exceeds_whole": "contradicted_figure",
    "region_exceeds_country": "contradicted_figure",
    "implied_whole_disagrees": "contradicted_figure",
    "share_above_100": "contradicted_figure",
    "shares_exceed_100": "contradicted_figure",
    "rank_beyond_list": "contradicted_figure",
    "suppressed": "revealing_figure",
}
#: Neither may be shown, whatever the reason.
NEVER = frozenset({"withdrawn_figure", "revealing_figure"})
_WORDS = {
    "fr": {"period": "Période", "unknown": "inconnue", "source": "Source", "none": "non précisée",
           "day": "En date du", "reason": "Malgré les réserves", "place": "Lieu"},
    "en": {"period": "Period", "unknown": "unknown", "source": "Source", "none": "not stated",
           "day": "As of", "reason": "Despite reservations", "place": "Place"},
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows: both titles, the day, the figures in order, and the reason given for
    reservations."""

    title_fr: str
    title_en: str
    as_of: date
    figures: tuple[Figure, ...]
    reason: str | None = None

    def title(self, language: Language) -> str:
        """The title in *language*."""
        return self.title_fr if language == "fr" else self.title_en


def make_sheet(
    shown: Sequence[Figure],
    ledger: Iterable[Figure],
    *,
    titles: tuple[str, str],
    as_of: date,
    reason: str | None = None,
) -> Sheet:
    """The sheet of *shown*, checked against the whole *ledger* at *as_of*.

    Raises GrappeError ``figure_unfit`` for each figure that is unchecked, disputed, stale or contradicted,
    unless a *reason* is given; a withdrawn figure, or one that would reveal a firm, is refused with or
    without a reason.
    """
    problems = bars(shown, check_ledger([*ledger, *shown], as_of=as_of, most_related=0))
    refused = [(figure, why) for figure, why in problems if reason is None or why in NEVER]
    if refused:
        raise GrappeError(
            *(Problem("figure_unfit", found=_in_both(figure), expected=why) for figure, why in refused)
        )
    kept = reason.strip() if reason and problems else None
    return Sheet(titles[0], titles[1], as_of, tuple(shown), kept)


def _in_both(figure: Figure) -> str:
    return f"{print_value(figure, 'fr')} · {print_value(figure, 'en')}"


def bars(shown: Iterable[Figure], findings: Iterable[Finding]) -> list[tuple[Figure, str]]:
    """Why each figure may not be shown: pairs of figure and key (``unchecked_figure``, ``stale_figure``…), in
    order."""
    against: dict[str, set[str]] = {}
    for finding in findings:
        if finding.code in _BARS:
            for one in finding.figures:
                against.setdefault(one, set()).add(_BARS[finding.code])
    found = []
    for figure in shown:
        own = {
            "withdrawn": {"withdrawn_figure"},
            "disputed": {"contradicted_figure"},
            "draft": {"unchecked_figure"},
        }
        reasons = own.get(figure.status, set()) | against.get(figure.id, set())
        found += [(figure, why) for why in sorted(reasons)]
    return found


def sheet_text(sheet: Sheet) -> str:
    """The sheet as plain text, French first."""
    return "\n\n".join(_text(sheet, language) for language in ("fr", "en")) + "\n"


def _text(sheet: Sheet, language: Language) -> str:
    words, colon = _WORDS[language], "\u00a0:" if language == "fr" else ":"
    title = sheet.title(language)
    lines = [title, "=" * len(title), ""]
    for figure in sheet.figures:
        lines += [
            print_value(figure, language),
            *(f"  {name}{colon} {told}" for name, told in sheet_rows(figure, language)),
            "",
        ]
    if sheet.reason:
        lines.append(f"{words['reason']}{colon} {sheet.reason}")
    lines.append(f"{words['day']} {sheet.as_of.isoformat()}")
    return "\n".join(lines)


def sheet_rows(figure: Figure, language: Language) -> list[tuple[str, str]]:
    """Subject, place, period and source, each with its label; period and source are always said."""
    words = _WORDS[language]
    rows = [(words["place"], place_name(figure.place, language))] if figure.place else []
    period = (figure.period or words["unknown"]).replace("/", "–")
    told = [(indicator_name(figure.indicator, language), figure.subject)] if figure.subject else []
    return [*told, *rows, (words["period"], period), (words["source"], figure.source or words["none"])]


def sheet_html(sheet: Sheet) -> str:
    """The sheet as one HTML page without script or style, French then English, each part with its
    language."""
    parts = "\n".join(_html(sheet, language) for language in ("fr", "en"))
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n  <meta charset="utf-8">\n'
        f"  <title>{escape(sheet.title_fr)} · {escape(sheet.title_en)}</title>\n"
        f"</head>\n<body>\n{parts}\n</body>\n</html>\n"
    )


def _html(sheet: Sheet, language: Language) -> str:
    words, colon = _WORDS[language], "\u00a0:" if language == "fr" else ":"
    figures = "\n".join(_card(figure, language) for figure in sheet.figures)
    reason = f"  <p>{words['reason']}{colon} {escape(sheet.reason)}</p>\n" if sheet.reason else ""
    return (
        f'<section lang="{language}">\n  <h1>{escape(sheet.title(language))}</h1>\n{figures}\n{reason}'
        f"  <p>{words['day']} <time>{sheet.as_of.isoformat()}</time></p>\n</section>"
    )


def _card(figure: Figure, language: Language) -> str:
    rows = "\n".join(
        f"      <dt>{escape(name)}</dt><dd>{escape(told)}</dd>" for name, told in sheet_rows(figure, language)
    )
    title = escape(print_value(figure, language))
    return f"  <article>\n    <h2>{title}</h2>\n    <dl>\n{rows}\n    </dl>\n  </article>"
