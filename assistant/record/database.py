"""Open the database, bring it to the present schema, give transactions.

One transaction is one durable step: what it wrote is there whole, or not at all.
"""

import contextlib
import os
import typing
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
import sqlmodel
from sqlalchemy import exc, pool

from assistant import errors, settings

#: what the functions of this room work in; named here so that no other room needs sqlmodel
Session = sqlmodel.Session

#: the newest migration; a test keeps it in step with the folder
HEAD = "0001"
#: how long a transaction waits for another process's
BUSY_SECONDS = 30.0
#: names the lock that PostgreSQL's writers take; any number that nobody else in the database uses
_WRITERS = 0x636F7272


class Database:
    """The record's database, at its newest schema."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlmodel.Session]:
        """Give a session that commits when the block ends, and rolls back when it fails.

        Raises RecordBusy where another process holds the database, RecordError where it refuses.
        """
        with self._session(reading=False) as session:
            yield session
            session.commit()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlmodel.Session]:
        """Give a session for looking only; it holds up nobody."""
        with self._session(reading=True) as session:
            yield session

    @contextlib.contextmanager
    def _session(self, *, reading: bool) -> Iterator[sqlmodel.Session]:
        engine = self._engine.execution_options(reading=reading)
        try:
            with sqlmodel.Session(engine, expire_on_commit=False) as session:
                yield session
        except exc.SQLAlchemyError as error:
            raise _translated(error, self._engine.url) from error

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_record(config: settings.Settings) -> Database:
    """Open the configured database, making and migrating it where needed.

    Raises RecordError with one sentence: no such folder, no permission, not a database, newer schema.
    """
    url = _absolute(config)
    engine = _engine(url)
    try:
        _migrate(engine)
    except exc.SQLAlchemyError as error:
        engine.dispose()
        raise _translated(error, url) from error
    return Database(engine)


def _absolute(config: settings.Settings) -> sqlalchemy.URL:
    """Read the URL; a relative SQLite file lies beside the configuration."""
    try:
        url = sqlalchemy.make_url(config.record.url)
    except exc.ArgumentError as error:
        raise errors.RecordError(
            f"`record.url` is not a database address: {config.record.url}; use sqlite:///FILE."
        ) from error
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        url = url.set(database=str(config.home / str(url.database)))
    return url


def _engine(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    if url.get_backend_name() != "sqlite":
        try:
            engine = sqlalchemy.create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise errors.RecordError(
                f"The driver for {url.drivername} is not installed;"
                " run `pip install client-correspondence-assistant[postgresql]`."
            ) from error
        sqlalchemy.event.listen(engine, "begin", _begin_server)
        return engine
    if url.database not in (None, "", ":memory:"):
        _make_private(Path(str(url.database)))
    engine = sqlalchemy.create_engine(
        url, poolclass=pool.NullPool, connect_args={"timeout": BUSY_SECONDS}
    )
    sqlalchemy.event.listen(engine, "connect", _prepare_sqlite)
    sqlalchemy.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Make the file readable by its owner alone before SQLite touches it; WAL files copy its mode."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise errors.RecordError(
            f"The record {path} cannot be opened: {error.strerror}; check `record.url` and the folder."
        ) from error


def _prepare_sqlite(connection: typing.Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    """Switch on what SQLite leaves off, and leave BEGIN to us."""
    connection.isolation_level = None
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except connection.OperationalError as error:
        if "readonly" not in str(error):
            raise
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sqlalchemy.Connection) -> None:
    """Take the write lock at once where writing is meant, so that two writers wait instead of failing."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_server(connection: sqlalchemy.Connection) -> None:
    """Let writers take turns, as SQLite does: what a step has read is still so when it writes."""
    if not connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _migrate(engine: sqlalchemy.Engine) -> None:
    """Bring the schema to HEAD; Alembic is imported only where there is something to do."""
    with engine.execution_options(reading=True).connect() as connection:
        found = _version(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise errors.RecordError(
            f"The record was written by a newer assistant (schema {found}, known {HEAD}); update the assistant."
        )
    from alembic import command, config

    alembic = config.Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["engine"] = engine
    command.upgrade(alembic, "head")


def _version(connection: sqlalchemy.Connection) -> str | None:
    """Give the schema's version; None for an empty database."""
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(
        sqlalchemy.text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()


def _translated(error: exc.SQLAlchemyError, url: sqlalchemy.URL) -> errors.RecordError:
    """Say in one sentence what the database refused, and what to do."""
    where = url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    if "locked" in reason:
        return errors.RecordBusy(
            f"The record {where} is in use by another process; the next pass tries again."
        )
    if url.get_backend_name() != "sqlite" and isinstance(error, exc.OperationalError):
        return errors.RecordBusy(
            f"The record {where} cannot be used at the moment ({reason}); the next pass tries again."
        )
    if "readonly" in reason or "read-only" in reason:
        return errors.RecordError(
            f"The record {where} is read-only; give yourself permission to write it."
        )
    if "not a database" in reason or "malformed" in reason:
        return errors.RecordError(
            f"The record {where} is damaged or not a database; restore a copy, or name another file."
        )
    return errors.RecordError(f"The record {where} refused: {reason}.")
