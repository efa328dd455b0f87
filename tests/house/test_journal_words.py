"""Whatever is written to the journal has words, in both languages, on the page that shows it."""

from pathlib import Path

import pytest
from django.utils.translation import override
from journalled import journalled

from grappe.hub.operations.wording import kind_labels, verb_labels

HUB = Path(__file__).parents[2] / "src" / "grappe" / "hub"
CODE = [path for path in HUB.rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize(("name", "labels"), [("verb", verb_labels), ("object_kind", kind_labels)])
def test_what_is_written_has_its_words(name, labels):
    found, unread = journalled(CODE, name)
    assert unread == []
    with override("en"):
        english = labels()
    with override("fr"):
        french = labels()
    assert sorted(found - set(english)) == []
    # Some nouns are the same in both languages; no deed is.
    assert [code for code in found if name == "verb" and english[code] == french[code]] == []
    assert [code for code in found if "%(" in english[code] + french[code]] == []


def test_nothing_has_words_that_is_never_written():
    assert sorted(set(kind_labels()) - journalled(CODE, "object_kind")[0]) == []
    assert sorted(set(verb_labels()) - journalled(CODE, "verb")[0]) == []


def test_verbs_are_found_however_they_reach_the_journal(tmp_path):
    planted = tmp_path / "actions.py"
    planted.write_text(
        "def plain(): record(verb='say', object_kind='word')\n"
        "def either(x): record(verb='rise' if x else 'fall')\n"
        "def named(x):\n    verb = 'come' if x else 'go'\n    _line(1, verb)\n"
        "def _line(at, verb): record(at=at, verb=verb)\n"
        "def far(): _further(verb='run')\n"
        "def _further(*, verb): _line(1, verb)\n"
        "def made(x): record(verb=f'{x}_it')\n"
    )
    found, unread = journalled([planted], "verb")
    assert found == {"say", "rise", "fall", "come", "go", "run"}
    assert unread == ["made: f'{x}_it'"]
