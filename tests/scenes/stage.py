"""What the scenes share: a configuration for an account, sample mail and projects, looks at the outcome."""

import dataclasses
import datetime
import email
from pathlib import Path
from typing import Any

from assistant import daemon, intake, settings
from assistant.demo import samples
from assistant.record import items, messages, projects, tables, views
from tests import servers

TODAY = datetime.date(2026, 11, 2)

_CONFIG = """\
[manager]
name = "Lin Yue"
addresses = ["{manager}"]
trusted_authserv_ids = ["{authserv_id}"]

[[mailbox]]
name = "projects"
host = "127.0.0.1"
port = {port}
security = "none"
username = "{username}"
password_env = "{password_env}"
since = 2001-01-01
poll_seconds = 1
"""


def configure(account: servers.Account, home: Path) -> Path:
    """Write a configuration for the account into `home`."""
    path = home / "config.toml"
    text = _CONFIG.format(
        manager=samples.MANAGER.email,
        authserv_id=samples.AUTHSERV_ID,
        port=account.port,
        username=account.username,
        password_env=servers.PASSWORD_ENV,
    )
    path.write_text(text, encoding="utf-8")
    return path


def deliver_samples(account: servers.Account, chosen: slice = slice(None)) -> list[bytes]:
    """Deliver the sample mail; give what went into INBOX."""
    inbox = samples.inbox(TODAY)[chosen]
    for raw in samples.sent(TODAY):
        account.deliver(raw, "Sent")
    for raw in inbox:
        account.deliver(raw)
    return inbox


def enter_projects(path: Path) -> None:
    """Enter the sample projects into the record of the configuration."""
    desk = daemon.open_desk(settings.load(path))
    with desk.record.transaction() as session:
        for sample in samples.projects(TODAY):
            row = projects.add(session, sample.project, desk.clock())
            for step in sample.milestones:
                projects.put_milestone(session, row, step.name, step.due_on, step.done)
    desk.record.close()


def open_desk(path: Path) -> intake.Desk:
    """Open the desk of a configuration."""
    return daemon.open_desk(settings.load(path))


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run left behind, without instants and database ids of no meaning."""

    messages: list[dict[str, Any]]
    items: list[dict[str, Any]]
    #: In-Reply-To of every draft in the folder, sorted
    drafts: list[str]


def outcome(path: Path, account: servers.Account, folder: str = "Drafts") -> Outcome:
    """Look at the record and the Drafts folder."""
    desk = open_desk(path)
    with desk.record.reading() as session:
        rows = [views.message(session, row) for row in messages.clients(session)]
        things = [views.item(session, row) for row in items.of_project(session)]
    desk.record.close()
    for thing in things:
        del thing["created_at"]
    placed = account.raw_messages(folder).values()
    replies = sorted(str(email.message_from_bytes(raw)["In-Reply-To"]) for raw in placed)
    return Outcome(rows, things, replies)


def states(found: Outcome) -> set[str]:
    """Give the states in which messages were left."""
    return {str(row["state"]) for row in found.messages}


FINAL_STATES = {
    str(state) for state in (tables.State.HELD, tables.State.PLACED, tables.State.CLOSED)
}
