"""Our PDFs read by a checker of PDF/UA-1 that is not the program that set them."""

import pytest


def failures(pdf: bytes) -> list[str]:
    """What *pdf* fails of PDF/UA-1, each rule with its message; skips the test where the checker is not
    installed.
    """
    page = pytest.importorskip("page", reason="page-validation, which checks PDF/UA-1, is not installed")
    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    # The profile has more than a hundred rules: one that ran few would find nothing.
    assert report.rules.total > 100
    return [f"{each.rule_id}: {each.message}" for each in report.failures]
