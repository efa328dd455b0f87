"""The journal only grows."""

import pytest

from grappe.hub.journal.actions import record
from grappe.hub.journal.models import Entry, JournalIsAppendOnly
from grappe.hub.journal.queries import entries_about


@pytest.fixture
def line(db, noon):
    return record(
        actor=None, at=noon, verb="load", object_kind="ecosystem", object_id="quebec", data={"rows": 3}
    )


def test_a_line_says_who_did_what_when(line, noon):
    (found,) = entries_about("ecosystem", "quebec")
    assert (found.at, found.actor_label, found.verb, found.data) == (noon, "grappe", "load", {"rows": 3})


def test_a_line_cannot_be_changed(line):
    line.verb = "forget"
    with pytest.raises(JournalIsAppendOnly):
        line.save()
    with pytest.raises(JournalIsAppendOnly):
        Entry.objects.update(verb="forget")
    assert Entry.objects.get().verb == "load"


def test_a_line_cannot_be_deleted(line):
    with pytest.raises(JournalIsAppendOnly):
        line.delete()
    with pytest.raises(JournalIsAppendOnly):
        Entry.objects.all().delete()
    assert Entry.objects.count() == 1
