"""Which folders count, from what the server lists."""

import pytest

from assistant import errors, settings
from assistant.imap import folders, line, session
from tests import servers
from tests.imap import scripted


def listed(*names: str, **uses: str) -> list[line.Listed]:
    """List folders; a keyword gives a folder a SPECIAL-USE attribute."""
    marked = [line.Listed(name, frozenset({"\\" + use})) for use, name in uses.items()]
    return [line.Listed(name, frozenset()) for name in ("INBOX", *names)] + marked


def mailbox(**changes: str) -> settings.Mailbox:
    return settings.Mailbox.model_validate({"name": "m", "host": "h", "username": "u"} | changes)


TABLE = [
    # what is there, the settings, sent, drafts
    (listed("Sent", "Drafts"), {}, "Sent", "Drafts"),
    (listed("Sent", "Drafts", sent="Gone out", drafts="Not yet"), {}, "Gone out", "Not yet"),
    (listed("Sent", "Drafts", sent="Gone out"), {"sent_folder": "Sent"}, "Sent", "Drafts"),
    (listed("已发送", "草稿箱"), {}, "已发送", "草稿箱"),
    (listed("寄件備份", "草稿匣"), {}, "寄件備份", "草稿匣"),
    (listed("Gesendete Elemente", "Entwürfe"), {}, "Gesendete Elemente", "Entwürfe"),
    (listed("Éléments envoyés", "Brouillons"), {}, "Éléments envoyés", "Brouillons"),
    (listed("INBOX.Sent", "INBOX.Drafts"), {}, "INBOX.Sent", "INBOX.Drafts"),
    (listed("[Gmail]/Sent Mail", "[Gmail]/Drafts"), {}, "[Gmail]/Sent Mail", "[Gmail]/Drafts"),
    (listed("SENT ITEMS", "drafts"), {}, "SENT ITEMS", "drafts"),
    (listed("Mine", "已发送", "草稿箱"), {"drafts_folder": "&g0l6P3ux-"}, "已发送", "草稿箱"),
    (listed("Mine & yours"), {"drafts_folder": "Mine & yours"}, None, "Mine & yours"),
    (
        listed("[Gmail]/Alle", sent="[Gmail]/Gesendet", drafts="[Gmail]/Entwürfe"),
        {},
        "[Gmail]/Gesendet",
        "[Gmail]/Entwürfe",
    ),
    (listed("Archive"), {}, None, None),
    (listed("Drafts"), {"drafts_folder": "Draughts"}, None, None),
]


@pytest.mark.parametrize(("there", "changes", "sent", "drafts"), TABLE)
def test_settings_go_before_special_use_before_known_names(
    there: list[line.Listed], changes: dict[str, str], sent: str | None, drafts: str | None
) -> None:
    assert folders.choose(there, mailbox(**changes)) == folders.Folders("INBOX", sent, drafts)


def test_a_folder_that_cannot_be_selected_is_never_chosen() -> None:
    there = [line.Listed("Drafts", frozenset({"\\noselect"}))]
    assert folders.choose(there, mailbox()).drafts is None


def test_chinese_folder_names_are_read_from_modified_utf_7(pymap_server: servers.Pymap) -> None:
    account = pymap_server.account(("&XfJT0ZAB-", "&g0l6P3ux-"))
    with session.connect(account.mailbox()) as mail:
        assert mail.folders() == folders.Folders("INBOX", "已发送", "草稿箱")
        mail.append_draft("草稿箱", servers.message("x", headers="X-Assistant-Mark: m\n"), "m")
        assert len(mail.find_draft("草稿箱", "m")) == 1
    assert len(account.raw_messages("&g0l6P3ux-")) == 1


def test_a_folder_name_that_is_no_modified_utf_7_hides_no_other() -> None:
    rows = (
        '* LIST () "/" INBOX',
        '* LIST () "/" "R&D"',
        '* LIST () "/" 2026',
        '* LIST () "/" "&g0l6P3ux-"',
    )
    with (
        scripted.Scripted(rules=[("^LIST", scripted.say(*rows, "TAG OK done"))]) as server,
        session.connect(server.mailbox()) as mail,
    ):
        assert mail.folders().drafts == "草稿箱"


def test_a_missing_drafts_folder_is_said_with_the_folders_that_are_there(
    pymap_server: servers.Pymap,
) -> None:
    account = pymap_server.account(("Reports", "Vorlagen"))
    with session.connect(account.mailbox()) as mail, pytest.raises(errors.FolderMissing) as caught:
        assert mail.folders().drafts is None
        mail.drafts_folder()
    assert "set drafts_folder to one of INBOX, Reports, Vorlagen" in str(caught.value)


def test_a_mistyped_drafts_folder_names_the_nearest(account: servers.Account) -> None:
    with (
        session.connect(account.mailbox(drafts_folder="Draft")) as mail,
        pytest.raises(errors.FolderMissing) as caught,
    ):
        mail.drafts_folder()
    assert "no folder `Draft` for drafts; did you mean `Drafts`?" in str(caught.value)


def test_a_folder_that_is_not_there_spoils_that_folder_alone(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mail:
        with pytest.raises(errors.FolderMissing, match="`Nowhere` cannot be opened"):
            mail.find_draft("Nowhere", "m")
        with pytest.raises(errors.FolderMissing, match="`Nowhere` cannot be opened"):
            mail.append_draft("Nowhere", servers.message("x", headers="X-Assistant-Mark: m\n"), "m")
        assert mail.find_draft("Drafts", "m") == ()
