"""Folders that are renamed or vanish between two passes."""

from pathlib import Path

import sqlmodel

from assistant import daemon
from assistant.record import tables
from tests import servers
from tests.scenes import stage


def _passed(account: servers.Account, home: Path) -> Path:
    """Make a first pass over the sample mail."""
    path = stage.configure(account, home)
    stage.enter_projects(path)
    stage.deliver_samples(account)
    assert _once(path) == daemon.Result()
    return path


def _once(path: Path) -> daemon.Result:
    desk = stage.open_desk(path)
    try:
        return daemon.once(desk)
    finally:
        desk.record.close()


def _drafts(path: Path) -> set[tuple[tables.DraftState, str]]:
    desk = stage.open_desk(path)
    with desk.record.reading() as session:
        found = {(row.state, row.folder) for row in session.exec(sqlmodel.select(tables.Draft))}
    desk.record.close()
    return found


def test_drafts_in_a_renamed_folder_are_found_again(
    dovecot: servers.Account, tmp_path: Path
) -> None:
    """They are followed there, and nothing is placed twice."""
    path = _passed(dovecot, tmp_path)
    before = dovecot.raw_messages("Drafts")
    assert before
    with dovecot.client() as client:
        assert client.rename("Drafts", "Brouillons")[0] == "OK"
    config = path.read_text().replace("poll_seconds", 'drafts_folder = "Brouillons"\npoll_seconds')
    path.write_text(config)
    assert _once(path) == daemon.Result()
    after = list(dovecot.raw_messages("Brouillons").values())
    assert after == list(before.values())
    assert _drafts(path) == {(tables.DraftState.PLACED, "Brouillons")}
    assert stage.states(stage.outcome(path, dovecot, "Brouillons")) <= stage.FINAL_STATES


def test_a_withheld_message_of_a_folder_that_is_gone_stops_nothing(
    dovecot: servers.Account, tmp_path: Path
) -> None:
    """It stays parked; everything else goes on."""
    path = _passed(dovecot, tmp_path)
    desk = stage.open_desk(path)
    with desk.record.transaction() as session:
        row = session.exec(sqlmodel.select(tables.Message)).first()
        assert row is not None
        row.folder, row.sha256, row.state = "Gone", "uid:Gone:1:1", tables.State.PARKED
        session.add(row)
    desk.record.close()
    assert _once(path) == daemon.Result()
