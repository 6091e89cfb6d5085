"""At night the daemon learns from what was decided: at its hour, once, and only if there is enough."""

import datetime
import logging
import time
from pathlib import Path

import pytest

from assistant import intake, learn, night
from tests.test_intake import desk as desk
from tests.test_learn import decided as decided
from tests.test_learn import small as small

MIDNIGHT = datetime.datetime(2026, 3, 2).astimezone()
HOUR = datetime.timedelta(hours=1)
#: the longest that the fraction of the corpus may take on a machine with other work
LONG_SECONDS = 300.0


def _night(desk: intake.Desk, hours: float, corpus: Path, learn_after: int = 2) -> night.Night:
    model = desk.config.model.model_copy(update={"learn_after": learn_after})
    config = desk.config.model_copy(update={"model": model})
    return night.Night(config, desk.record, lambda: MIDNIGHT + hours * HOUR, corpus)


def _looked(learning: night.Night) -> bool:
    """Look once; tell whether learning has begun, and leave it off again."""
    learning.look()
    begun = learning._process is not None
    learning.stop()
    return begun


def test_a_night_lasts_past_midnight(decided: intake.Desk, small: Path) -> None:
    """Set for eleven in the evening, it may begin at half past twelve."""
    model = decided.config.model.model_copy(
        update={"learn_after": 2, "learn_at": datetime.time(23)}
    )
    config = decided.config.model_copy(update={"model": model})
    assert _looked(night.Night(config, decided.record, lambda: MIDNIGHT + HOUR / 2, small))


def test_a_model_of_another_version_beside_the_others_spoils_nothing(
    decided: intake.Desk, small: Path
) -> None:
    folder = decided.config.home / "models" / "old"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text('{"format": 1}', encoding="utf-8")
    assert _looked(_night(decided, 3.5, small))


@pytest.mark.parametrize(
    ("hours", "enough", "begins"),
    [
        (3.1, 2, True),
        (2.9, 2, False),
        (7.1, 2, False),
        (3.1, 3, False),
        (3.1, 0, False),
    ],
)
def test_it_begins_at_its_hour_with_enough_that_is_new(
    decided: intake.Desk, small: Path, hours: float, enough: int, begins: bool
) -> None:
    """Two decisions are there; 0 switches it off."""
    assert _looked(_night(decided, hours, small, enough)) is begins


def test_it_begins_once_a_night(decided: intake.Desk, small: Path) -> None:
    learning = _night(decided, 3.5, small)
    assert _looked(learning)
    assert not _looked(learning)


def test_what_came_of_it_is_logged_and_the_candidate_lies_beside_the_others(
    decided: intake.Desk, small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "assistant.night")
    learning = _night(decided, 3.5, small)
    end = time.monotonic() + LONG_SECONDS
    while "Learned from 2 decisions" not in caplog.text:
        assert time.monotonic() < end, caplog.text
        learning.look()
        time.sleep(0.2)
    assert "is worse and was left aside" in caplog.text
    assert len(learn.known(decided.config)) == 2


def test_a_training_that_breaks_off_is_told_and_changes_nothing(
    decided: intake.Desk, small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "assistant.night")
    learning = _night(decided, 3.5, small)
    learning.look()
    assert learning._process is not None
    learning._process.kill()
    learning._process.join()
    learning.look()
    assert "broke off" in caplog.text
    assert len(learn.known(decided.config)) == 1
