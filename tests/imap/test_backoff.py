"""Back-off as a table."""

import pytest

from assistant.imap import backoff

TABLE = [
    # the record, and the delay after 0, 1, 2, … failures
    (backoff.Backoff(5, 2, 900), [0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]),
    (backoff.Backoff(1, 1, 900), [0, 1, 1, 1]),
    (backoff.Backoff(10, 3, 60), [0, 10, 30, 60, 60]),
    (backoff.Backoff(100, 2, 60), [0, 60, 60]),
    (backoff.REFUSED, [0, 120, 240, 480, 960, 1920, 3600, 3600]),
]


@pytest.mark.parametrize(("record", "delays"), TABLE)
def test_delays_grow_to_their_bound(record: backoff.Backoff, delays: list[float]) -> None:
    assert [record.delay(attempt) for attempt in range(len(delays))] == delays


def test_a_year_of_failures_overflows_nothing() -> None:
    assert backoff.BROKEN.delay(10**9) == 900
