"""The database: private, durable, at its newest schema, and clear about what it refuses."""

import datetime
import re
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy
import sqlmodel
from alembic import autogenerate
from alembic.runtime import migration

from assistant import errors, settings
from assistant.filing import parties
from assistant.record import cursors, database, events, projects, tables

NOW = datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.UTC)


def test_the_record_is_readable_by_its_owner_alone(
    sqlite_record: database.Database, tmp_path: Path
) -> None:
    """File mode 0600, write-ahead log included."""
    with sqlite_record.transaction() as session:
        projects.add(session, parties.Project("ACME", "Portal"), NOW)
        modes = [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("assistant.db*")]
    assert modes
    assert set(modes) == {0o600}


def test_foreign_keys_and_write_ahead_log_are_on(sqlite_record: database.Database) -> None:
    """SQLite leaves both off."""
    with sqlite_record.reading() as session:
        assert session.execute(sqlalchemy.text("PRAGMA foreign_keys")).scalar_one() == 1
        assert session.execute(sqlalchemy.text("PRAGMA journal_mode")).scalar_one() == "wal"


def test_the_tables_are_those_of_the_migrations(
    record: database.Database,
) -> None:
    """What `tables` says and what the migrations build is the same, column by column."""
    with record.reading() as session:
        context = migration.MigrationContext.configure(session.connection())
        assert autogenerate.compare_metadata(context, sqlmodel.SQLModel.metadata) == []
        assert context.get_current_revision() == database.HEAD


def test_head_is_the_newest_migration() -> None:
    """A new migration moves HEAD too, or the program would not run it."""
    folder = Path(database.__file__).parent / "migrations" / "versions"
    numbers = [re.match(r"\d{4}", path.name) for path in folder.glob("*.py")]
    assert max(match[0] for match in numbers if match) == database.HEAD


@pytest.mark.parametrize("statement", ["UPDATE event SET what='x'", "DELETE FROM event"])
def test_the_journal_is_append_only(record: database.Database, statement: str) -> None:
    """The database itself refuses, whoever writes."""
    with record.transaction() as session:
        events.note(session, NOW, events.MANAGER, "test")
    with pytest.raises(errors.RecordError, match="append-only"), record.transaction() as session:
        session.execute(sqlalchemy.text(statement))


def test_a_failed_transaction_leaves_nothing(record: database.Database) -> None:
    """All or nothing."""
    with pytest.raises(ZeroDivisionError), record.transaction() as session:
        projects.add(session, parties.Project("ACME", "Portal"), NOW)
        raise ZeroDivisionError
    with record.reading() as session:
        assert projects.every(session) == []


def test_instants_come_back_aware_and_in_utc(record: database.Database) -> None:
    """SQLite forgets the zone; a naive instant is refused."""
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    with record.transaction() as session:
        projects.add(session, parties.Project("ACME", "Portal"), NOW.astimezone(shanghai))
    with record.reading() as session:
        kept = session.exec(sqlmodel.select(tables.Project)).one().created_at
    assert kept == NOW
    assert kept.tzinfo is datetime.UTC
    with pytest.raises(errors.RecordError, match="without a time zone"), record.transaction() as s:
        projects.add(s, parties.Project("BETA", "Shop"), NOW.replace(tzinfo=None))


def test_a_read_only_record_says_so(config: settings.Settings, tmp_path: Path) -> None:
    """One sentence that says what to do; nothing is lost."""
    database.open_record(config).close()
    url = f"sqlite:///file:{tmp_path}/assistant.db?mode=ro&uri=true"
    opened = database.Database(sqlalchemy.create_engine(url))
    with (
        pytest.raises(errors.RecordError, match="is read-only; give yourself permission"),
        opened.transaction() as session,
    ):
        projects.add(session, parties.Project("ACME", "Portal"), NOW)
    opened.close()


def test_a_file_that_is_no_database_says_so(config: settings.Settings, tmp_path: Path) -> None:
    """The file is left as it is."""
    (tmp_path / "assistant.db").write_bytes(b"This is no database at all. " * 100)
    with pytest.raises(errors.RecordError, match="damaged or not a database"):
        database.open_record(config)
    assert (tmp_path / "assistant.db").read_bytes().startswith(b"This is no database")


def test_a_record_of_a_newer_assistant_is_left_alone(
    config: settings.Settings, tmp_path: Path
) -> None:
    """An older program does not guess at a newer schema."""
    database.open_record(config).close()
    with sqlite3.connect(tmp_path / "assistant.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(errors.RecordError, match="newer assistant"):
        database.open_record(config)


def test_a_missing_folder_says_so(config: settings.Settings) -> None:
    """The folder is not made silently."""
    elsewhere = config.model_copy(update={"record": settings.Record(url="sqlite:///no/such/a.db")})
    with pytest.raises(errors.RecordError, match=r"check `record\.url`"):
        database.open_record(elsewhere)


def test_looking_waits_for_no_writer(config: settings.Settings, tmp_path: Path) -> None:
    """A record is opened and read while another process writes."""
    database.open_record(config).close()
    other = sqlite3.connect(tmp_path / "assistant.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    opened = database.open_record(config)
    with opened.reading() as session:
        assert projects.every(session) == []
    assert time.monotonic() - started < 5
    other.close()
    opened.close()


def test_writers_take_turns(record: database.Database) -> None:
    """A step that begins while another runs sees what that one wrote: no number is given twice."""
    first_is_in, order = threading.Event(), []

    def second() -> None:
        first_is_in.wait(5)
        with record.transaction() as session:
            order.append([one.key for one in projects.every(session)])

    thread = threading.Thread(target=second)
    thread.start()
    with record.transaction() as session:
        projects.add(session, parties.Project("ACME", "Portal"), NOW)
        first_is_in.set()
        time.sleep(0.3)
    thread.join(10)
    assert order == [["ACME"]]


def test_numbers_of_a_mail_server_fit(record: database.Database) -> None:
    """UIDs and UIDVALIDITY have 32 bits and no sign (RFC 3501 section 9, nz-number)."""
    with record.transaction() as session:
        cursors.begin(session, "projects", "INBOX", NOW.date(), NOW)
        cursors.move(session, "projects", "INBOX", 2**32 - 1, 2**32 - 1)
    with record.reading() as session:
        (kept,) = cursors.every(session)
    assert (kept.uidvalidity, kept.last_uid) == (2**32 - 1, 2**32 - 1)


def test_a_record_that_another_process_holds_is_busy(
    config: settings.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Busy is worth another try; it is not damage."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    opened = database.open_record(config)
    other = sqlite3.connect(tmp_path / "assistant.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(errors.RecordBusy, match="in use by another process"),
        opened.transaction() as session,
    ):
        projects.every(session)
    other.close()
    opened.close()
