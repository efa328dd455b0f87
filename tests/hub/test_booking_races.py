"""Nothing is booked twice, whoever comes at the same moment; who dies half-way leaves nothing."""

import os
import signal

import pytest

from hub.booking_races import ask, clients, own_database, races, start

pytestmark = pytest.mark.slow
POSTGRES = os.environ.get("DATABASE_URL", "")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def prepared(request, tmp_path_factory):
    """(home, database) of a hub of its own with two sites; PostgreSQL beside that of DATABASE_URL."""
    home = tmp_path_factory.mktemp("races")
    if request.param == "sqlite":
        ask(home, "", "prepare")
        yield home, ""
        return
    if not POSTGRES.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL")
    with own_database(POSTGRES) as url:
        ask(home, url, "prepare")
        yield home, url


@pytest.fixture
def hub(prepared):
    """The same, without bookings."""
    ask(*prepared, "clear")
    return prepared


def test_of_eight_who_race_for_a_slot_one_has_it(hub):
    assert races(*hub, count=10) == [(1, 7, {})] * 10
    assert ask(*hub, "check")["standing"] == 10


def test_many_clients_leave_nothing_double_and_every_sum_right(hub):
    done = clients(*hub, seconds=6, processes=4)
    found = ask(*hub, "check")
    assert [name for name in done if name.startswith("error")] == []
    assert done["book"] > 0
    assert done["hold refused"] > 0
    assert {key: found[key] for key in ("overlaps", "wrong_prices", "loose")} == dict.fromkeys(
        ("overlaps", "wrong_prices", "loose"), 0
    )
    assert found["reconciled"]


@pytest.mark.parametrize("statement", [1, 2])
def test_who_is_killed_between_two_sites_leaves_neither(hub, statement):
    with start(*hub, "half", statement) as process:
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    nothing = ask(*hub, "check")
    assert (nothing["standing"], nothing["reservations"]) == (0, 0)
    # Nobody waits for the dead: both sites are free at once.
    assert races(*hub, count=1) == [(1, 7, {})]
