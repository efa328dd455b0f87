"""Reads of the journal for those who look after a hub: who did what, within the clusters they manage."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import Visitor, clusters_where
from grappe.hub.registry.models import Belonging, Judgement, Record, Statement

PAGE_LENGTH = 100
_BATCH = 2_000
_LONGEST = 200


@dataclass(frozen=True)
class AskedLines:
    """What the address asks of the journal; *before* is the number of the last line of the page above."""

    who: str = ""
    verb: str = ""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    before: int = 0

    @property
    def query_string(self) -> str:
        """What follows the question mark."""
        pairs = [("who", self.who), ("verb", self.verb), ("kind", self.kind), ("key", self.key)]
        pairs += [
            (name, day.isoformat()) for name, day in (("since", self.since), ("until", self.until)) if day
        ]
        pairs += [("before", str(self.before) if self.before else "")]
        return urlencode([pair for pair in pairs if pair[1]])

    def after(self, line: int) -> str:
        """The same, from the lines before *line*."""
        return replace(self, before=line).query_string

    @property
    def whole(self) -> str:
        """The same, from the latest line."""
        return replace(self, before=0).query_string


def asked_in(query: QueryDict) -> AskedLines:
    """What the address asks; what can't be read is left out, never an error."""
    texts = {
        name: query.get(name, "").replace("\x00", "").strip()[:_LONGEST]
        for name in ("who", "verb", "kind", "key")
    }
    before = query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0
    return AskedLines(**texts, since=_day(query, "since"), until=_day(query, "until"), before=number)


def _day(query: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def visible_lines(user: Visitor) -> QuerySet[Entry]:
    """The journal as *user* may read it: all, or what concerns the clusters that they manage."""
    clusters = clusters_where(user, "read", "journal")
    if clusters is None:
        return Entry.objects.all()
    theirs = Belonging.objects.filter(list="cluster", code__in=clusters).values("organisation")
    records = Record.objects.filter(organisation__in=theirs).values("entity")
    stated = Statement.objects.filter(origin="hub", entity__in=records).values("pk")
    judged = Judgement.objects.filter(origin="hub").filter(Q(left__in=records) | Q(right__in=records))
    return Entry.objects.filter(
        Q(object_kind="statement", object_id__in=stated)
        | Q(object_kind="judgement", object_id__in=judged.values("pk"))
        | Q(data__cluster__in=sorted(clusters))
    )


def asked_lines(user: Visitor, asked: AskedLines) -> QuerySet[Entry]:
    """The lines that *asked* chooses among those that *user* may read, latest first."""
    exactly = {
        "actor_label": asked.who,
        "verb": asked.verb,
        "object_kind": asked.kind,
        "object_id": asked.key,
    }
    found = visible_lines(user).filter(**{name: value for name, value in exactly.items() if value})
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.before:
        found = found.filter(pk__lt=asked.before)
    return found.order_by("-pk")


def every_line(user: Visitor, asked: AskedLines) -> Iterator[list[Entry]]:
    """All that *asked* chooses, latest first, some thousands at a time."""
    while batch := list(asked_lines(user, asked)[:_BATCH]):
        yield batch
        asked = replace(asked, before=batch[-1].pk)


def verbs_and_kinds(user: Visitor) -> tuple[list[str], list[str]]:
    """What was ever done, and to what kinds of things, as *user* may read it: two queries."""
    lines = visible_lines(user).order_by()
    verbs, kinds = (lines.values_list(name, flat=True).distinct() for name in ("verb", "object_kind"))
    return sorted(verbs), sorted(kinds)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
