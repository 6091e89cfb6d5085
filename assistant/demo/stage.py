"""Everything ready for the demonstration: server, mail, configuration, projects, an open desk."""

import contextlib
import dataclasses
import datetime
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from assistant import daemon, intake, settings
from assistant.demo import samples, server
from assistant.record import projects

#: the environment variable that holds the embedded server's password
PASSWORD_ENV = "ASSISTANT_DEMO_PASSWORD"  # noqa: S105 - the name of a variable, not a password

_CONFIG = """\
[manager]
name = "{name}"
addresses = ["{address}"]
trusted_authserv_ids = ["{authserv_id}"]

[[mailbox]]
name = "demo"
host = "{host}"
port = {port}
security = "none"
username = "{address}"
password_env = "{password_env}"
since = {since}
poll_seconds = 5
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """The running server and the desk in front of it."""

    server: server.EmbeddedServer
    #: of the manager's account
    password: str
    #: config.toml, for `assistant --config`
    config_path: Path
    desk: intake.Desk


@contextlib.contextmanager
def set_up(home: Path) -> Iterator[Stage]:
    """Start the server, deliver the sample mail, enter the sample projects; `home` holds the record."""
    today = daemon.now().date()
    password = secrets.token_urlsafe(9)
    os.environ[PASSWORD_ENV] = password
    with server.EmbeddedServer() as running:
        running.account(samples.MANAGER.email, password)
        with running.client(samples.MANAGER.email, password) as client:
            for folder, mails in (("Sent", samples.sent(today)), ("INBOX", samples.inbox(today))):
                for raw in mails:
                    client.append(folder, "", "", raw)
        path = home / "config.toml"
        path.write_text(_configuration(running.port, today), encoding="utf-8")
        desk = daemon.open_desk(settings.load(path))
        try:
            _enter_projects(desk, today)
            yield Stage(running, password, path, desk)
        finally:
            desk.record.close()


def _configuration(port: int, today: datetime.date) -> str:
    return _CONFIG.format(
        name=samples.MANAGER.name,
        address=samples.MANAGER.email,
        authserv_id=samples.AUTHSERV_ID,
        host=server.HOST,
        port=port,
        password_env=PASSWORD_ENV,
        since=samples.since(today).isoformat(),
    )


def _enter_projects(desk: intake.Desk, today: datetime.date) -> None:
    with desk.record.transaction() as session:
        for sample in samples.projects(today):
            row = projects.add(session, sample.project, desk.clock())
            for step in sample.milestones:
                projects.put_milestone(session, row, step.name, step.due_on, step.done)
