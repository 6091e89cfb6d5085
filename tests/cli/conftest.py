"""A record as it stands after a pass over the sample mail and one hostile message."""

import shutil
from pathlib import Path

import pytest

from assistant import daemon, intake, review
from assistant.classify.labels import Label
from assistant.demo import samples
from assistant.record import messages, views
from tests import servers
from tests.cli import poison
from tests.scenes import stage


@pytest.fixture(scope="session")
def worked(
    pymap_server: servers.Pymap, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, servers.Account]:
    """A folder in which two passes were made, and its account.

    In between the manager told what the messages ask, and took some back into the queue: whatever the
    model was sure of, the record holds items of every kind, and several messages wait.
    """
    account, home = pymap_server.account(), tmp_path_factory.mktemp("worked")
    path = stage.configure(account, home)
    stage.enter_projects(path)
    # Nothing lies in Sent: no message counts as answered, so each one that is filed has its draft.
    for raw in samples.inbox(stage.TODAY):
        account.deliver(raw)
    account.deliver(poison.message())
    desk = stage.open_desk(path)
    assert daemon.once(desk) == daemon.Result()
    for message_id, again in _told(desk):
        with desk.record.transaction() as session:
            row = messages.by_message_id(session, "projects", [message_id])
            assert row is not None
            known = EXPECTED[message_id]
            review.relabel(desk, session, row, list(known.labels), list(known.outcomes))
        intake.advance(desk, row.id or 0)
        if again:
            with desk.record.transaction() as session:
                review.reopen(desk, session, row)
    assert daemon.once(desk) == daemon.Result()
    desk.record.close()
    return home, account


EXPECTED = {one.message_id: one for one in samples.expected(stage.TODAY)}


def _told(desk: intake.Desk) -> list[tuple[str, bool]]:
    """List the messages that the manager tells of: those that wait, and three a project to wait again."""
    with desk.record.reading() as session:
        rows = views.messages(session, messages.clients(session))
    asked = [
        view
        for view in rows
        if view["project"] and not view["automatic"] and view["message_id"] in EXPECTED
    ]
    again: list[str] = []
    for key in ("HC", "OAK"):
        something = [
            view["message_id"]
            for view in asked
            if view["project"] == key and Label.OTHER not in EXPECTED[view["message_id"]].labels
        ]
        again += something[:3]
    chosen = [view for view in asked if view["state"] == "held" or view["message_id"] in again]
    return [(view["message_id"], view["message_id"] in again) for view in chosen]


@pytest.fixture
def home(worked: tuple[Path, servers.Account], tmp_path: Path) -> Path:
    """A copy of that folder, to look at and to decide in."""
    return shutil.copytree(worked[0], tmp_path / "home")
