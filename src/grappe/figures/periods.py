"""Which years a figure describes: those of its sentence, of the line that announces it, of its note or
heading."""

import re
from dataclasses import dataclass

from grappe.figures.exclusions import MONTHS, year_at, year_is_count
from grappe.figures.mentions import Mention, Reading
from grappe.figures.wordsets import word_set
from grappe.statements.text import fold

_FOUNDED = word_set("periods.founded")
_SINCE = frozenset({"depuis", "since"})
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d)(?!\d))?")


@dataclass(slots=True)
class Years:
    """A year, or two named ends, from token *at* to before *end*."""

    at: int
    end: int
    first: int
    last: int
    since: bool = False
    founding: bool = False
    against: int | None = None

    @property
    def period(self) -> tuple[str, str]:
        """Both ends as text."""
        return str(self.first), str(self.last)


def years_between(reading: Reading, first: int, last: int) -> list[Years]:
    """The years named between two tokens; « 1991-2016 », « entre 2002 et 2012 », « de 2010 à 2015 » are
    one."""
    found: list[Years] = []
    at = first
    numeric = reading.tokens.numeric
    while at < last:
        if not numeric[at]:
            at += 1
            continue
        year = year_at(reading, at)
        if year is None or not 1900 <= year <= 2100 or year_is_count(reading, at):
            at += 1
            continue
        end, until = at + 1, year
        joint = reading.key(end)
        second = year_at(reading, end + 1)
        if (
            second is None
            and joint in ("-", "/")
            and re.fullmatch(r"\d\d", reading.word(end + 1))
            and int(str(year)[:2] + reading.word(end + 1)) > year
        ):
            second = int(str(year)[:2] + reading.word(end + 1))
        if second and second > year and (joint in ("-", "/", "a", "to", "and", "et") or joint == "through"):
            spanned = joint in ("-", "/", "a", "to", "through") or any(
                reading.key(i) in ("entre", "between") for i in range(max(first, at - 3), at)
            )
            if spanned:
                until, end = second, end + 2
        if _is_full_date(reading, at):
            at = end
            continue
        found.append(
            Years(
                at,
                end,
                year,
                until,
                reading.key(at - 1) in _SINCE or reading.key(at - 2) in _SINCE,
                _is_founding(reading, first, at),
                _contrast(reading, first, at),
            )
        )
        at = end
    return found


_AGAINST = frozenset({"comparativement", "contre", "versus", "compared", "rapport", "vs"})


def _contrast(reading: Reading, first: int, at: int) -> int | None:
    """« comparativement à 4 G$ pour 2012 », « par rapport à 2013 »: where the contrast starts; None."""
    return next(
        (index for index in range(at - 1, max(first, at - 7) - 1, -1) if reading.key(index) in _AGAINST), None
    )


def _is_full_date(reading: Reading, at: int) -> bool:
    """« le 7 septembre 2023 », « September 7, 2023 »: a day, not a period."""
    before = at - 1
    if reading.key(before) == "," and reading.is_number(before - 1):
        return reading.key(before - 2) in MONTHS
    if reading.key(before) not in MONTHS:
        return False
    day = before - 1 if reading.key(before - 1) not in ("er", "st", "nd", "rd", "th") else before - 2
    return reading.is_number(day) and reading.key(day - 1) not in ("au", "of")


def _is_founding(reading: Reading, first: int, at: int) -> bool:
    near = [reading.key(index) for index in range(max(first, at - 5), at)]
    return (
        any(key in _FOUNDED for key in near)
        and not any(key in (",", ";") for key in near[-1:])
        and "entre" not in near
    )


def years_of(mention: Mention, years: list[Years], previous_end: int, next_first: int) -> Years | None:
    """The years of *mention*: right after it, else the nearest before, else the only ones of the sentence."""
    if mention.marks & {"from", "to"}:
        return _ends_of(mention, years, next_first)
    usable = [found for found in years if not found.founding or mention.form in ("percent", "times")]
    if mention.form not in ("percent", "times", "points"):
        usable = [
            found for found in usable if found.last - found.first < 2 or abs(found.at - mention.last) <= 6
        ] or [found for found in usable if mention.form == "rank"]
        usable = [found for found in usable if not found.since] or [
            found for found in usable if "from" not in mention.marks
        ]
    after = [
        found for found in usable if mention.last <= found.at < next_first and found.at - mention.last <= 25
    ]
    if mention.form in ("percent", "points"):
        base = [found for found in after if found.since or found.against is not None]
        ends = [
            found
            for found in usable
            if not (found.since or found.against is not None)
            and found.at < mention.first
            and found.first == found.last
        ]
        if base and ends and base[0].first < ends[-1].last:
            return Years(base[0].at, base[0].end, base[0].first, ends[-1].last)
        if base:
            return base[0]
    else:
        after = [found for found in after if found.against is None or found.against < mention.first]
    if after:
        return after[0]
    before = [found for found in usable if found.at < mention.first]
    near = [found for found in before if found.at >= previous_end]
    if near:
        return near[-1]
    if before:
        return before[-1]
    later = [found for found in usable if found.at >= next_first and found.against is None]
    distinct = {found.period for found in usable}
    return later[0] if later and len(distinct) == 1 else None


def _ends_of(mention: Mention, years: list[Years], next_first: int) -> Years | None:
    """« entre 2012 et 2021, passant de 6 297 à 6 089 »: the first end, then the last."""
    for found in years:
        if found.first < found.last:
            year = found.first if "from" in mention.marks else found.last
            return Years(found.at, found.end, year, year)
    after = [found for found in years if mention.last <= found.at < next_first]
    if after:
        return after[0]
    if "to" in mention.marks:
        ahead = [found for found in years if found.at >= mention.last and not found.since]
        return ahead[0] if ahead else None
    return next((found for found in years if found.since), None)


_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:er)? ({'|'.join(sorted(MONTHS))})|({'|'.join(sorted(MONTHS))})\.? \d{{1,2}},)"
)


def is_dated(text: str) -> bool:
    """Whether *text* gives a day (« 31 octobre 2019 »): when it was published, not what it describes."""
    return _DAY.search(fold(text)) is not None


def year_in_text(text: str) -> tuple[str, str] | None:
    """The first year or span of years in a heading, a note or a source; None."""
    match = _YEARS.search(text)
    if not match:
        return None
    parts = re.findall(r"\d+", match[0])
    if len(parts) == 1:
        return parts[0], parts[0]
    last = parts[1] if len(parts[1]) == 4 else parts[0][:2] + parts[1]
    return (parts[0], last) if last > parts[0] else (parts[0], parts[0])


def dateline_end(reading: Reading, first: int) -> int:
    """Where the text starts after « Bromont, le 7 septembre 2023 – »; *first* when there is no dateline."""
    dated = False
    for at in range(first, min(first + 14, len(reading.tokens.keys))):
        dated = dated or reading.key(at) in MONTHS
        if dated and reading.key(at) == "-" and not reading.glued(at):
            return at + 1
        if reading.key(at) == "." and at - first > 4:
            break
    return first
