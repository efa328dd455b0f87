"""Documents for the tests of the document readers, built where they are used."""

from pathlib import Path

from grappe.intake.documents import read_document
from grappe.statements import Document, Passage, Source

SOURCE = Source(id="communique", title="Communiqué", publisher="Secrétariat", licence="CC-BY-4.0")


def read(path: Path) -> tuple[Document, list[Passage]]:
    """The document and its passages; every passage is proved to be within the text, stripped, in order."""
    document, *passages = read_document(path, SOURCE)
    assert isinstance(document, Document)
    end = 0
    for number, passage in enumerate(passages):
        assert isinstance(passage, Passage)
        text = document.text[passage.start : passage.end]
        assert (passage.document, passage.number) == (document.id, number)
        assert end <= passage.start < passage.end <= len(document.text)
        assert text == text.strip()
        assert all(heading < number for heading in passage.headings)
        end = passage.end
    return document, passages  # type: ignore[return-value]


def outline(document: Document, passages: list[Passage]) -> list[tuple[str, int | None, str]]:
    """(kind, level, text) of each passage."""
    return [(p.kind, p.level, document.text[p.start : p.end]) for p in passages]


def write(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with that content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path
