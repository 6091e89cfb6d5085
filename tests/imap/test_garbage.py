"""A server that talks nonsense: it costs a poll and one sentence, never a foreign exception."""

import datetime
import random

import pytest

from assistant import errors
from assistant.imap import drafts, session
from tests import servers
from tests.imap import scripted

COMMANDS = [
    *("CAPABILITY", "LOGIN", "ID", "LIST", "EXAMINE", "SELECT", "UID SEARCH", "UID FETCH"),
    *("UID STORE", "APPEND", "IDLE", "DONE"),
]
NONSENSE = {
    "an empty line": b"\r\n",
    "words": b"HTTP/1.1 400 Bad Request\r\n",
    "bytes": b"\xff\xfe\x00\x01\r\nTAG OK \xff\r\n",
    "no such tag": b"XYZ9 OK done\r\n",
    "an open list": b'* LIST (\\Drafts "/" \r\n* 1 FETCH (UID 3 BODY[] \r\n* SEARCH (\r\nTAG OK done\r\n',
    "wrong types": b'* LIST "/" () 5\r\n* SEARCH x y\r\n* 1 FETCH 5\r\n* x EXISTS\r\nTAG OK done\r\n',
    "wrong codes": b"* OK [UIDVALIDITY x] a\r\n* OK [UIDNEXT] b\r\nTAG OK [APPENDUID x y] done\r\n",
    "odd pairs": b"* 1 FETCH (UID)\r\n* LIST ()\r\n* ID (\r\n* OK [UIDNEXT] a\r\nTAG OK done\r\n",
    "a literal too short": b"* 1 FETCH (UID 3 BODY[] {9}\r\nab)\r\nTAG OK done\r\n",
    "a huge number": b"* SEARCH 99999999999999999999\r\n* 99999999999999999999 EXISTS\r\nTAG OK done\r\n",
    "nothing at all": b"TAG OK done\r\n",
    "a continuation": b"+ go on\r\nTAG OK done\r\n",
    "silence": b"",
}


def everything(server: scripted.Scripted) -> None:
    """Do all that a session can do."""
    raw = servers.message("Re: hello", headers="X-Assistant-Mark: m1\n")
    with session.connect(server.mailbox(timeout_seconds=0.15)) as mailbox:
        mailbox.folders()
        list(mailbox.arrivals("INBOX", None, datetime.date(2020, 1, 1)))
        placed = mailbox.append_draft("Drafts", raw, "m1")
        mailbox.draft_states("Drafts", [drafts.Asked("m1", placed.sha256)])
        mailbox.remove_draft("Drafts", placed.uid or 1, placed.sha256)
        mailbox.wait("INBOX", 0.1, lambda: False)


def sentence(server: scripted.Scripted) -> None:
    """Do all that a session can do, and see that an error is one sentence of ours."""
    try:
        everything(server)
    except errors.AssistantError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)


def test_a_sensible_server_lets_all_of_it_pass() -> None:
    with scripted.Scripted(messages={3: servers.message("s")}) as server:
        everything(server)


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize("command", COMMANDS)
def test_nonsense_is_one_sentence_at_most(command: str, nonsense: bytes) -> None:
    rules: list[scripted.Rule] = [(f"^{command}", lambda server, line: nonsense)]
    with scripted.Scripted(rules=rules, messages={3: servers.message("s")}) as server:
        sentence(server)


def damaged(answer: bytes, chance: random.Random) -> bytes:
    """Change a few bytes of one answer in twenty."""
    text = bytearray(answer)
    if chance.random() < 0.95:
        return answer
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        insert = chance.choice(
            [b"(", b")", b'"', b"{3}\r\n", b"NIL", b"* 5 EXISTS\r\n", b"* BYE\r\n", b"[", b"\xff"]
        )
        text[place : place + chance.randint(0, 5)] = insert
    return bytes(text)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_answer_is_one_sentence_at_most(seed: int) -> None:
    chance = random.Random(seed)
    rules: list[scripted.Rule] = [(".", lambda server, line: damaged(server.plain(line), chance))]
    for _ in range(15):
        with scripted.Scripted(rules=rules, messages={3: servers.message("s")}) as server:
            sentence(server)
