"""Fixtures that every kind of test may use."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings as laws

# Laws are about results, never about time; and a run can be run again.
laws.register_profile("grappe", deadline=None, derandomize=True)
laws.load_profile("grappe")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """A fixed moment: tests never read the clock."""
    return NOON
