"""Documents set by typst, with our own fonts and no network: tagged PDF (PDF/UA-1)."""

from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def set_pdf(template: bytes, **inputs: str) -> bytes:
    """The tagged PDF of a typst *template*, which reads *inputs* as ``sys.inputs``."""
    import typst

    made: Any = typst.compile(
        template, format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, font_paths=own_fonts()
    )
    return bytes(made)


@cache
def own_fonts() -> Any:
    """Our own fonts, then those that typst brings; none of the machine's, so that pages are the same."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(_HERE / "fonts")])
