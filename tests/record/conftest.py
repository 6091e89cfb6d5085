"""A fresh record for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import settings
from assistant.record import database

CONFIG = """\
[manager]
name = "Lin Yue"
addresses = ["pm@vendor.example"]
[[mailbox]]
name = "projects"
host = "127.0.0.1"
username = "pm"
"""


@pytest.fixture
def config(tmp_path: Path) -> settings.Settings:
    """A configuration whose record lies in the test's folder."""
    return settings.parse(CONFIG, tmp_path / "config.toml")


@pytest.fixture
def record(config: settings.Settings) -> Iterator[database.Database]:
    """An open record on a real SQLite file."""
    opened = database.open_record(config)
    yield opened
    opened.close()
