"""Back-off as a table."""

import pytest

from assistant import errors
from assistant.imap import backoff

TABLE = [
    # the record, and the delay after the first failure, the second, …
    (backoff.DEFAULT, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]),
    (backoff.REFUSED, [120, 240, 480, 960, 1920, 3600, 3600]),
    (backoff.Backoff(1, 1, 900), [1, 1, 1]),
    (backoff.Backoff(10, 3, 60), [10, 30, 60, 60]),
    (backoff.Backoff(100, 2, 60), [60, 60]),
]


@pytest.mark.parametrize(("record", "delays"), TABLE)
def test_delays_grow_to_their_bound(record: backoff.Backoff, delays: list[float]) -> None:
    assert [record.delay(attempt) for attempt in range(len(delays))] == delays


def test_a_year_of_failures_overflows_nothing() -> None:
    assert backoff.DEFAULT.delay(10**9) == 900


@pytest.mark.parametrize(
    ("error", "record"),
    [
        (errors.LoginRefused("no"), backoff.REFUSED),
        (errors.UntrustedServer("no"), backoff.DEFAULT),
        (errors.MailboxError("no"), backoff.DEFAULT),
    ],
)
def test_a_refused_login_waits_longer(error: errors.MailboxError, record: backoff.Backoff) -> None:
    assert backoff.after(error) is record
