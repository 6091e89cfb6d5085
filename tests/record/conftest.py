"""A fresh record for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import settings
from assistant.record import database
from tests import postgres

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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A PostgreSQL for the whole run; skipped where the Debian package is missing."""
    if postgres.Postgres.program is None:
        pytest.skip("NO POSTGRESQL: apt-get install postgresql, or these tests say nothing")
    pytest.importorskip("psycopg", reason="NO DRIVER: pip install psycopg[binary]")
    server = postgres.Postgres()
    yield server
    server.stop()


@pytest.fixture
def on_postgresql(
    config: settings.Settings, postgres_server: postgres.Postgres
) -> settings.Settings:
    """A configuration whose record is an empty PostgreSQL database."""
    kept = settings.Record(url=postgres_server.new_database())
    return config.model_copy(update={"record": kept})


@pytest.fixture
def sqlite_record(config: settings.Settings) -> Iterator[database.Database]:
    """An open record on a real SQLite file."""
    opened = database.open_record(config)
    yield opened
    opened.close()


@pytest.fixture(params=["config", "on_postgresql"], ids=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest) -> Iterator[database.Database]:
    """An open record on each real database in turn."""
    opened = database.open_record(request.getfixturevalue(request.param))
    yield opened
    opened.close()
