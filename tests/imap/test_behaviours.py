"""What one provider alone does, played by a scripted server."""

import datetime
import hashlib
import re
import time

import pytest

from assistant import errors
from assistant.imap import cursor, drafts, fetch, session
from tests import servers
from tests.imap import scripted

LONG_AGO = datetime.date(2020, 1, 1)
MESSAGES = {uid: servers.message(f"s{uid}") for uid in (3, 5, 8)}


def read(server: scripted.Scripted, seen: cursor.Cursor | None = None) -> list[fetch.Arrival]:
    """Read the inbox in a session of its own."""
    with session.connect(server.mailbox()) as mailbox:
        return list(mailbox.arrivals("INBOX", seen, LONG_AGO))


def at(uid: int, uidvalidity: int = 7) -> cursor.Cursor:
    return cursor.Cursor("scripted", "INBOX", uidvalidity, uid)


def test_163_gets_an_id_before_the_first_folder_on_every_connection() -> None:
    """163, 126 and yeah.net: himalaya issue 651, node-imap issue 908, offlineimap issue 696."""

    def examine(server: scripted.Scripted, command: str) -> scripted.Answer:
        since = len(server.commands) - server.commands[::-1].index("CONNECT")
        if any(command.startswith("ID (") for command in server.commands[since:]):
            return server.plain(command)
        return b"TAG NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n"

    with scripted.Scripted(rules=[("^EXAMINE", examine)], messages=MESSAGES) as server:
        for _ in range(2):
            assert [a.uid for a in read(server)] == [3, 5, 8]
        order = [command.split(" ")[0] for command in server.asked("^(CONNECT|LOGIN|ID|EXAMINE)")]
        assert order == ["CONNECT", "LOGIN", "ID", "EXAMINE"] * 2


def test_163_that_still_calls_the_login_unsafe_is_reported_as_locked() -> None:
    """bichon issue 25."""
    unsafe = scripted.say("TAG NO EXAMINE Unsafe Login. Please contact kefu@188.com for help")
    with (
        scripted.Scripted(rules=[("^EXAMINE", unsafe)]) as server,
        pytest.raises(errors.MailboxError, match=r"locked IMAP .* Unsafe Login"),
    ):
        read(server)


def test_a_server_without_id_is_not_asked_for_it() -> None:
    with scripted.Scripted(capabilities="IMAP4rev1", messages=MESSAGES) as server:
        assert len(read(server)) == 3
        assert server.asked("^ID") == []


def test_a_server_that_refuses_id_is_read_all_the_same() -> None:
    with scripted.Scripted(
        rules=[("^ID", scripted.say("TAG BAD what"))], messages=MESSAGES
    ) as server:
        assert len(read(server)) == 3


def test_qq_never_sees_a_descending_or_open_set() -> None:
    """QQ and Exmail: Wino-Mail issue 575, modern-email/defects issue 40."""

    def sets(server: scripted.Scripted, command: str) -> scripted.Answer:
        pairs = re.findall(r"(\d+):(\d+|\*)", command)
        bad = any(high == "*" or int(low) > int(high) for low, high in pairs)
        return b"TAG BAD UID parameters!\r\n" if bad else server.plain(command)

    for tells_uidnext in (True, False):
        with scripted.Scripted(
            rules=[("^UID", sets)], messages=dict(MESSAGES), tells_uidnext=tells_uidnext
        ) as server:
            assert [a.uid for a in read(server)] == [3, 5, 8]
            assert [a.uid for a in read(server, at(3))] == [5, 8]
            assert read(server, at(8)) == []
            fetched = [command.split(" ")[2].split(",") for command in server.asked("^UID FETCH")]
            assert fetched
            assert all(uids == sorted(uids, key=int) for uids in fetched)


def test_an_empty_search_is_followed_by_no_fetch() -> None:
    """A FETCH of no UIDs is a syntax error: raycast PR 28697."""
    nothing = scripted.say("* SEARCH", "TAG OK done")
    with scripted.Scripted(rules=[("^UID SEARCH", nothing)], messages=MESSAGES) as server:
        assert read(server) == read(server, at(3)) == []
        assert server.asked("FETCH") == []


def test_a_server_that_answers_a_range_with_its_highest_uid_brings_nothing_twice() -> None:
    """RFC 3501 section 6.4.8: `500:*` always contains the highest UID."""
    highest = scripted.say("* SEARCH 8", "TAG OK done")
    with scripted.Scripted(
        rules=[("^UID SEARCH", highest)], messages=MESSAGES, tells_uidnext=False
    ) as server:
        assert read(server, at(8)) == []


def test_a_missing_appenduid_is_made_good_by_looking_for_the_mark() -> None:
    """Servers without UIDPLUS (RFC 4315): owncloud mail issue 771. Flags in one command: himalaya issue 662."""
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")
    with scripted.Scripted(capabilities="IMAP4rev1", messages=dict(MESSAGES)) as server:
        with session.connect(server.mailbox()) as mailbox:
            placed = mailbox.append_draft("Drafts", raw, "m1")
            assert placed == drafts.Placed(9, 7, drafts.digest(raw))
            assert mailbox.append_draft("Drafts", raw, "m1") == placed
        assert len(server.asked("^APPEND")) == 1
        assert server.asked("^APPEND")[0].startswith(r'APPEND "Drafts" (\Draft \Seen)')


def test_without_uidplus_no_draft_is_ever_removed() -> None:
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")
    with scripted.Scripted(capabilities="IMAP4rev1", messages={4: raw}) as server:
        with session.connect(server.mailbox()) as mailbox:
            assert not mailbox.remove_draft("Drafts", 4, drafts.digest(raw))
        assert server.asked("STORE|EXPUNGE") == []


def test_an_append_whose_answer_is_lost_is_not_repeated() -> None:
    """isync's rule: a mark before the append, so that one looks instead of appending again."""
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")

    def lose(server: scripted.Scripted, command: str) -> scripted.Answer:
        server.plain(command)
        return None

    with scripted.Scripted(rules=[("^APPEND", lose)], messages=dict(MESSAGES)) as server:
        with (
            session.connect(server.mailbox()) as mailbox,
            pytest.raises(errors.MailboxError, match="broke at APPEND"),
        ):
            mailbox.append_draft("Drafts", raw, "m1")
        with session.connect(server.mailbox()) as mailbox:
            assert mailbox.append_draft("Drafts", raw, "m1").uid == 9
        assert len(server.asked("^APPEND")) == 1


def test_what_the_server_made_of_a_draft_counts_as_untouched() -> None:
    """Exchange and Proton Bridge write drafts anew: proton-bridge PR 528."""
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")

    def rewrite(server: scripted.Scripted, command: str) -> scripted.Answer:
        answer = server.plain(command)
        uid = max(server.messages)
        server.messages[uid] = b"X-Exchange: was here\r\n" + server.messages[uid]
        return answer

    with (
        scripted.Scripted(rules=[("^APPEND", rewrite)]) as server,
        session.connect(server.mailbox()) as mailbox,
    ):
        placed = mailbox.append_draft("Drafts", raw, "m1")
        assert mailbox.draft_state("Drafts", "m1", placed.sha256).fate is drafts.Fate.UNTOUCHED


def test_an_unsolicited_fetch_spoils_no_message() -> None:
    """imapclient issues 334 and 564."""

    def mixed(server: scripted.Scripted, command: str) -> scripted.Answer:
        several = "," in command.split(" ")[2]
        rows = [rb"* 3 FETCH (FLAGS (\Seen))" + b"\r\n"]
        # The batch leaves one message out, as if the unsolicited row stood for it.
        rows += [
            server.row(uid, command) for uid in server.wanted(command) if not several or uid != 5
        ]
        rows += [rb"* 3 FETCH (UID 8 FLAGS (\Answered))" + b"\r\n", b"TAG OK done\r\n"]
        return b"".join(rows)

    with scripted.Scripted(rules=[("^UID FETCH", mixed)], messages=MESSAGES) as server:
        assert {a.uid: a.raw for a in read(server)} == MESSAGES


def test_an_arrival_is_announced_between_the_rows_of_a_fetch() -> None:
    def mixed(server: scripted.Scripted, command: str) -> scripted.Answer:
        rows = [
            server.row(uid, command) + b"* 4 EXISTS\r\n* 1 RECENT\r\n"
            for uid in server.wanted(command)
        ]
        return b"".join([*rows, b"TAG OK done\r\n"])

    with scripted.Scripted(rules=[("^UID FETCH", mixed)], messages=MESSAGES) as server:
        assert {a.uid: a.raw for a in read(server)} == MESSAGES


def test_the_claimed_size_is_never_trusted() -> None:
    """Exchange claims 6,298 of 19,189 bytes: vandelay issue 12."""
    messages = {uid: servers.message("big", body="x" * 900 * uid) for uid in range(1, 6)}
    with scripted.Scripted(messages=messages) as server:
        assert {a.uid: a.raw for a in read(server)} == messages


def test_of_an_enormous_message_only_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGEST_BYTES", 300)
    messages = {3: MESSAGES[3], 5: servers.message("big", body="x" * 5000)}
    with scripted.Scripted(messages=messages, claims_bytes=5000) as server:
        assert {a.uid: a.raw for a in read(server)} == {
            uid: raw[:300] for uid, raw in messages.items()
        }
        with session.connect(server.mailbox()) as mailbox:
            assert mailbox.reread("INBOX", 5, 7) == messages[5][:300]
        assert all("<0.300>" in command for command in server.asked("BODY"))


def test_a_drafts_folder_that_cannot_be_written_keeps_the_draft() -> None:
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")
    rules = [
        ("^SELECT", scripted.say("* 1 EXISTS", "* OK [READ-ONLY] no", "TAG OK [READ-ONLY] done"))
    ]
    with (
        scripted.Scripted(rules=rules, messages={4: raw}) as server,
        session.connect(server.mailbox()) as mailbox,
    ):
        with pytest.raises(errors.FolderMissing, match="not writable"):
            mailbox.remove_draft("Drafts", 4, drafts.digest(raw))
        assert server.asked("STORE|EXPUNGE") == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(scripted.say("TAG NO cannot read it"), id="NO"),
        pytest.param(scripted.say("* 2 FETCH (UID 5 BODY[] NIL)", "TAG OK done"), id="NIL"),
        pytest.param(
            scripted.say('* 2 FETCH (UID 5 BODY[] "")', "TAG OK done"), id="empty, as Exchange"
        ),
        pytest.param(scripted.say("* 2 FETCH (UID 5 FLAGS ())", "TAG OK done"), id="left out"),
        pytest.param(scripted.say("* 2 FETCH (UID 5 BODY[] {9})", "TAG OK done"), id="no literal"),
        pytest.param(scripted.hang_up, id="connection dropped"),
    ],
)
def test_a_message_that_is_withheld_is_passed_on_without_text(answer: object) -> None:
    """offlineimap issue 62, freescout issue 3203."""
    rules = [(r"^UID FETCH [\d,]*5[\d,]* .*BODY", answer)]
    with scripted.Scripted(rules=rules, messages=MESSAGES) as server:  # type: ignore[arg-type]  # a table of rules
        found = read(server)
        assert {a.uid: a.raw for a in found} == MESSAGES | {5: None}
        assert [a.cursor.last_uid for a in found] == [3, 5, 8]


def test_a_message_deleted_while_reading_is_left_out() -> None:
    rules = [
        (r"^UID FETCH [\d,]*5", scripted.say("TAG OK done")),
        ("^UID SEARCH UID 5$", scripted.say("* SEARCH", "TAG OK done")),
    ]
    with scripted.Scripted(rules=rules, messages=MESSAGES) as server:
        assert [a.uid for a in read(server)] == [3, 8]


def test_a_server_that_drops_the_connection_at_every_message_is_left_alone() -> None:
    with scripted.Scripted(
        rules=[(r"^UID FETCH .*BODY", scripted.hang_up)], messages=MESSAGES
    ) as server:
        with pytest.raises(errors.MailboxError, match="broke at FETCH"):
            read(server)
        assert len(server.asked("CONNECT")) <= 3


def test_a_search_answer_longer_than_a_million_bytes_is_read() -> None:
    """150,000 mails in one folder: hermes-agent issue 109777."""
    uids = " ".join(str(uid) for uid in range(1_000_000, 1_200_000))
    rules = [("^UID SEARCH", scripted.say(f"* SEARCH {uids}", "TAG OK done"))]
    messages = {1_000_000: MESSAGES[3]}
    with (
        scripted.Scripted(rules=rules, messages=messages) as server,
        session.connect(server.mailbox()) as mailbox,
    ):
        first = next(mailbox.arrivals("INBOX", None, LONG_AGO))
    assert (first.uid, first.raw) == (1_000_000, MESSAGES[3])


def test_after_a_new_uidvalidity_everything_comes_again_and_is_known_by_its_bytes() -> None:
    """thunderbird-android issue 1074, chatmail/core issue 5774, proton-bridge issue 220."""
    with scripted.Scripted(messages=dict(MESSAGES)) as server:
        before = read(server)
        server.uidvalidity, server.messages = (
            8,
            {1: MESSAGES[5], 2: MESSAGES[8], 3: servers.message("new")},
        )
        after = read(server, before[-1].cursor)
    known = {hashlib.sha256(a.raw or b"").digest() for a in before}
    new = [a for a in after if hashlib.sha256(a.raw or b"").digest() not in known]
    assert [a.cursor for a in after] == [at(1, 8), at(2, 8), at(3, 8)]
    assert [a.uid for a in new] == [3]


def test_a_folder_renumbered_while_reading_ends_the_reading() -> None:
    with (
        scripted.Scripted(messages=dict(MESSAGES), claims_bytes=900) as server,
        session.connect(server.mailbox(batch_bytes=1000)) as box,
    ):
        arrivals = box.arrivals("INBOX", None, LONG_AGO)
        next(arrivals)
        box.find_draft("Drafts", "m")
        server.uidvalidity = 8
        server.rules.append(("^UID FETCH [35]", scripted.hang_up))
        with pytest.raises(errors.MailboxError):
            list(arrivals)


def test_search_criteria_are_ascii_without_a_charset() -> None:
    """Coremail finds nothing without CHARSET, Exchange refuses it: mcp-email-server issue 189, MailKit issue 808.

    No flag is asked for either: QQ's lag behind other sessions (MailKit issue 1240).
    """
    with scripted.Scripted(messages=MESSAGES) as server:
        read(server)
        read(server, at(3))
        assert server.asked("SEARCH") == ["UID SEARCH SINCE 1-Jan-2020", "UID SEARCH UID 4:8"]


def test_an_impossible_internal_date_is_none() -> None:
    rules = [
        (
            r"^UID FETCH .*BODY",
            scripted.say(
                '* 1 FETCH (UID 3 INTERNALDATE "99-Foo-0000" BODY[] "abc")', "TAG OK done"
            ),
        )
    ]
    with scripted.Scripted(rules=rules, messages={3: MESSAGES[3]}) as server:
        (found,) = read(server)
        assert (found.raw, found.internal_at) == (b"abc", None)


def test_the_date_of_arrival_is_given_in_utc() -> None:
    with scripted.Scripted(messages={3: MESSAGES[3]}) as server:
        assert read(server)[0].internal_at == datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_without_idle_the_folder_is_polled() -> None:
    with scripted.Scripted(capabilities="IMAP4rev1", messages=dict(MESSAGES)) as server:
        with session.connect(server.mailbox()) as mailbox:
            list(mailbox.arrivals("INBOX", at(8), LONG_AGO))
            assert not mailbox.wait("INBOX", 0.4, lambda: False)
            server.messages[9] = servers.message("new")
            assert mailbox.wait("INBOX", 5, lambda: False)
        assert server.asked("^IDLE") == []


def test_an_idle_that_never_ends_is_noticed() -> None:
    """imapclient issues 349, 449 and 565; half-open behind a NAT: paynani issue 37."""
    idle = scripted.say("+ idling")
    silence = ("^DONE", lambda server, command: b"")
    with (
        scripted.Scripted(rules=[("^IDLE", idle), silence]) as server,
        session.connect(server.mailbox(timeout_seconds=0.5, idle_seconds=1)) as mailbox,
    ):
        began = time.monotonic()
        with pytest.raises(errors.MailboxError, match="did not answer DONE in time"):
            mailbox.wait("INBOX", 30, lambda: False)
        assert time.monotonic() - began < 4


def test_a_connection_closed_while_idling_is_noticed_at_once() -> None:
    """imapclient's idle_check would spin here."""
    bye = scripted.say("+ idling", "* BYE going down")
    with (
        scripted.Scripted(rules=[("^IDLE", bye), ("^DONE", scripted.hang_up)]) as server,
        session.connect(server.mailbox()) as mailbox,
    ):
        began = time.monotonic()
        with pytest.raises(errors.MailboxError):
            mailbox.wait("INBOX", 30, lambda: False)
        assert time.monotonic() - began < 4


def test_a_server_that_lists_idle_and_refuses_it_is_polled() -> None:
    refuse = ("^IDLE", scripted.say("TAG BAD no such command"))
    with (
        scripted.Scripted(rules=[refuse], messages=dict(MESSAGES)) as server,
        session.connect(server.mailbox()) as box,
    ):
        list(box.arrivals("INBOX", at(8), LONG_AGO))
        assert not box.wait("INBOX", 0.4, lambda: False)
        server.messages[9] = servers.message("new")
        assert box.wait("INBOX", 5, lambda: False)


def test_news_before_the_start_of_idle_ends_the_connection_not_the_mail() -> None:
    early = ("^IDLE", scripted.say("* 4 EXISTS", "+ idling"))
    with scripted.Scripted(rules=[early], messages=dict(MESSAGES)) as server:
        with (
            session.connect(server.mailbox()) as mailbox,
            pytest.raises(errors.MailboxError, match="had news"),
        ):
            mailbox.wait("INBOX", 5, lambda: False)
        assert [a.uid for a in read(server)] == [3, 5, 8]


def test_news_in_the_same_packet_as_the_start_of_idle_is_not_missed() -> None:
    at_once = scripted.say("+ idling", "* 4 EXISTS")
    with (
        scripted.Scripted(rules=[("^IDLE", at_once)], messages=dict(MESSAGES)) as server,
        session.connect(server.mailbox()) as mailbox,
    ):
        began = time.monotonic()
        assert mailbox.wait("INBOX", 30, lambda: False)
        assert time.monotonic() - began < 5


def test_a_server_that_is_full_says_so_in_one_sentence() -> None:
    with (
        scripted.Scripted(greeting="* BYE Too many connections") as server,
        pytest.raises(errors.MailboxError, match="Too many connections"),
    ):
        session.connect(server.mailbox())


def test_a_login_without_password_is_explained() -> None:
    with scripted.Scripted(capabilities="IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2") as server:
        with pytest.raises(errors.LoginRefused, match='auth = "oauth2"'):
            session.connect(server.mailbox())
        assert server.asked("LOGIN ") == []
