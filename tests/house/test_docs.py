"""The documentation cannot lie: reference pages are what the code says, and every link leads somewhere."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import reference  # noqa: E402

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_a_reference_page_is_what_the_code_says(name):
    assert (DOCS / "reference" / name).read_text("utf-8") == reference.pages()[name], (
        "run: .venv/bin/python tools/reference.py"
    )


def test_an_undocumented_setting_command_or_table_is_caught(monkeypatch):
    from grappe.hub.config import environment
    from grappe.statements import tables

    before = reference.pages()
    added = (*environment.SETTINGS, environment.Setting("GRAPPE_NEW", "", "Not yet documented."))
    monkeypatch.setattr(environment, "SETTINGS", added)
    monkeypatch.setattr(tables, "TABLES", {**tables.TABLES, "surprise": {"id": ("VARCHAR", "x")}})
    after = reference.pages()
    assert {name for name in after if after[name] != before[name]} == {"settings.md", "ecosystem.md"}


def test_no_setting_is_read_behind_the_declared_list():
    read = set()
    for path in (ROOT / "src").rglob("*.py"):
        read |= set(
            re.findall(
                r"environ(?:\.get|\.setdefault)?[\(\[]\s*[\"'](GRAPPE_\w+|DATABASE_URL)",
                path.read_text("utf-8"),
            )
        )
    from grappe.hub.config.environment import SETTINGS

    assert read - {setting.name for setting in SETTINGS} == set()


def test_every_link_between_pages_leads_somewhere():
    broken = []
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
        broken += [f"{page} → {target}" for target in targets if not (page.parent / target).exists()]
    assert broken == []
