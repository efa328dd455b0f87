"""Text that nobody should have sent: bounded time and memory, no crash, and no figure made up."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.figures.extraction import extract_figures
from grappe.figures.tokens import MOST_TOKENS
from grappe.intake.documents.plain import infer_passages
from grappe.statements.figures import Figure
from grappe.statements.records import Document, Passage


def read(text: str, language: str = "fr") -> list[Figure]:
    """The figures of a plain text."""
    passages = [
        Passage("d", n, one.kind, one.start, one.end, one.level) for n, one in enumerate(infer_passages(text))
    ]
    return extract_figures(Document("d", "s", None, language, None, text), passages)


@pytest.mark.parametrize("language", ["fr", "en"])
@given(text=st.text(max_size=300))
def test_any_text_is_read_without_crash_and_offsets_hold(language, text):
    for figure in read(text, language):
        assert text[figure.surface_start : figure.surface_end] == figure.surface
        assert text[figure.start : figure.end] == figure.excerpt


@given(
    text=st.lists(
        st.sampled_from(
            [
                "12",
                "345",
                "%",
                "$",
                "G$",
                "M",
                "€",
                "plus",
                "de",
                "environ",
                "à",
                "de",
                "2016",
                "-",
                ",",
                ".",
                ";",
                ":",
                "(",
                ")",
                "*",
                "[1]",
                "e",
                "rang",
                "un",
                "sur",
                "trois",
                "fois",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
def test_any_heap_of_the_grammar_s_own_words_is_read(text):
    for figure in read(text):
        assert text[figure.surface_start : figure.surface_end] == figure.surface


def test_a_number_of_400_digits_is_no_figure():
    assert read(f"Le secteur compte {'9' * 400} emplois et 214 entreprises.")[-1].value == 214
    assert [
        figure.value
        for figure in read(f"Le secteur compte {'1 234 ' * 133}emplois.")
        if (figure.value or 0) > 1e18
    ] == []


def test_right_to_left_and_zero_width_marks_do_not_hide_a_figure():
    marked = "Le secteur compte \u202b214\u202c\u200f entreprises\u200b au Qu\u00e9bec."
    assert [(one.value, one.unit) for one in read(marked)] == [(214, "companies")]


def test_other_scripts_beside_a_figure_leave_it_alone():
    mixed = "光子学 集群 – Кластер. La grappe compte 214 entreprises. שלום ٣٤٥ 三百"
    assert [one.value for one in read(mixed)] == [214]


def test_a_text_without_sentences_is_cut_rather_than_read_whole():
    words = "emplois " * (MOST_TOKENS * 2)
    assert read(f"{words}214 entreprises") == []
    assert [one.value for one in read(f"214 entreprises {words}")] == [214]


@pytest.mark.parametrize(
    "sign", ["(", "[", "*", "-", "–", "1", "1 ", "1,", "$", "%", "plus de ", "de ", "«", "\n", "12 % et "]
)
def test_one_sign_again_and_again_takes_no_more_than_its_length(sign):
    text = sign * (60_000 // len(sign))
    assert all(figure.surface_end <= len(text) for figure in read(text))


def written(path: Path, page: str, megabytes: int) -> Path:
    """A file of *page* again and again."""
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(megabytes * 1_000_000 // len(page.encode())):
            stream.write(page)
    return path


def extracted(path: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """What the command does with the file, in four gigabytes at most."""
    script = textwrap.dedent(
        """
        import resource, sys
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        from grappe.cli import main
        main(["figures", "extract", sys.argv[1], "--format", "jsonl", "-o", sys.argv[2]])
        """
    )
    command = [sys.executable, "-c", script, path, out]
    return subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)


PROSE = "Les membres se réunissent et parlent de ce qui les occupe, puis chacun retourne à son travail. "
PAGE = "Le secteur compte 214 entreprises et 12 000 emplois en 2016, soit 4,5 % du total. "


def test_200_mb_of_text_are_refused_with_their_reason(tmp_path):
    done = extracted(written(tmp_path / "large.txt", PAGE, 200), tmp_path / "out.jsonl")
    assert (done.returncode, "Traceback" in done.stderr, "large.txt" in done.stderr) == (3, False, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "repeated",
    [PAGE + PROSE * 12 + "\n\nSource : Statistique Canada, 2016\n\n" + PROSE, PAGE],
    ids=["paragraphs", "one line"],
)
def test_the_largest_text_that_is_read_takes_bounded_memory(tmp_path, repeated):
    out = tmp_path / "out.jsonl"
    done = extracted(written(tmp_path / "large.txt", repeated, 60), out)
    assert done.returncode == 0, done.stderr[-2000:]
    # The same figures are said again and again: each is proposed once.
    assert len(out.read_text("utf-8").splitlines()) == 3


def test_the_samples_stay_small():
    folder = Path(__file__).parent / "samples" / "figures"
    assert max(path.stat().st_size for path in folder.iterdir() if path.is_file()) < 200_000
