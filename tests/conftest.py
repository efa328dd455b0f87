"""Fixtures that every kind of test may use."""

from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """A fixed moment: tests never read the clock."""
    return NOON
