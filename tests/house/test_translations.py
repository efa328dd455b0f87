"""No untranslated string: every message of the hub has its French, compiled as it is written."""

import io
import re
from pathlib import Path

import pytest
import rules
from babel.messages import mofile, pofile
from babel.messages.extract import extract
from django.utils.translation.template import templatize

HUB = Path(__file__).parents[2] / "src" / "grappe" / "hub"
LOCALE = HUB / "locale" / "fr" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def messages_of(path: Path) -> set[tuple[str | None, str]]:
    """The (context, message) pairs that a Python file or a template asks to translate."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        # The template's own indentation is not Python's.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    found = set()
    for _, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        found.add((context, message[0] if isinstance(message, tuple) else message))
    return {(context, message) for context, message in found if message}


def all_messages() -> set[tuple[str | None, str]]:
    """Every message of the hub."""
    files = [*HUB.rglob("*.py"), *(HUB / "templates").rglob("*.html"), *(HUB / "templates").rglob("*.txt")]
    return set().union(*(messages_of(path) for path in files if "migrations" not in path.parts))


@pytest.fixture(scope="module")
def catalog():
    with (LOCALE / "django.po").open("rb") as stream:
        return pofile.read_po(stream, locale="fr")


def test_every_message_has_its_french(catalog):
    french = {
        (message.context, message.id[0] if message.pluralizable else message.id): message.string
        for message in catalog
        if message.id and not message.fuzzy
    }
    assert sorted(str(key) for key in all_messages() if not french.get(key)) == []
    halves = [key for key, string in french.items() if isinstance(string, tuple) and not all(string)]
    assert halves == []


def test_no_french_message_is_left_over(catalog):
    asked = all_messages()
    kept = {(m.context, m.id[0] if m.pluralizable else m.id) for m in catalog if m.id}
    assert sorted(str(key) for key in kept - asked) == []


def test_the_compiled_file_is_the_written_one(catalog):
    with (LOCALE / "django.mo").open("rb") as stream:
        compiled = mofile.read_mo(stream)
    assert _plain(compiled) == _plain(catalog)


def test_french_messages_have_their_no_break_spaces(catalog):
    french = [
        part for m in catalog for part in (m.string if isinstance(m.string, tuple) else (m.string,)) if m.id
    ]
    assert [text for text in french if rules.loose_french_spaces(text)] == []


def test_a_string_that_nobody_translated_is_caught(tmp_path, catalog):
    planted = tmp_path / "page.html"
    planted.write_text('{% load i18n %}<p>{% translate "Nobody translated this" %}</p>')
    assert messages_of(planted) == {(None, "Nobody translated this")}
    assert messages_of(planted) - {(m.context, m.id) for m in catalog} != set()


def _plain(messages) -> set[tuple[str, ...]]:
    """Context, message and French of each entry, whether read from the .po or the .mo."""
    plain = set()
    for message in messages:
        if message.id:
            context = message.context.decode() if isinstance(message.context, bytes) else message.context
            parts = [
                part if isinstance(part, str) else "|".join(part) for part in (message.id, message.string)
            ]
            plain.add((context or "", *parts))
    return plain


VISIBLE = re.compile(r">([^<>{}]*[A-Za-zÀ-ÿ]{3,}[^<>{}]*)<")
#: Words that are the same in both languages, or that stand in a language of their own.
SAME = {
    *(
        "SVG",
        "PNG",
        "CSV",
        "PDF",
        "JSON",
        "JSON-LD",
        "PIDINST",
        "iCalendar",
        "JSON Lines",
        "Grappe",
        "· Grappe",
        "FrançaisEnglish",
    ),
    *("LICENCES.md", "ATTRIBUTION.md"),
    *("grappe demo", "grappe load", "grappe equipment load"),
}


def bare_texts(template: str) -> list[str]:
    """Words in a template that no translation tag surrounds."""
    without = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", "", template, flags=re.DOTALL)
    without = re.sub(
        r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<(script|style).*?</\1>", "", without, flags=re.DOTALL
    )
    without = re.sub(r"{%.*?%}|{{.*?}}", "", without, flags=re.DOTALL)
    return [text.strip() for text in VISIBLE.findall(without) if text.strip() not in SAME]


def test_no_template_shows_words_without_translating_them():
    # The pages of our own failure and of maintenance say the same in both languages at once.
    pages = [path for path in HUB.rglob("*.html") if path.name not in ("500.html", "503.html")]
    found = {str(path.relative_to(HUB)): bare_texts(path.read_text("utf-8")) for path in pages}
    assert {name: texts for name, texts in found.items() if texts} == {}
    assert bare_texts("<p>Bare words</p>{% blocktranslate %}Fine words{% endblocktranslate %}") == [
        "Bare words"
    ]
