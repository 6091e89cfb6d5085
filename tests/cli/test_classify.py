"""`assistant classify`: files in, the contract's JSON out, with nothing else configured."""

import json
import mailbox
import os
from pathlib import Path

import pytest

from tests.cli import console, poison

OWN = "lin.yue@studio.example"
KEYS = {
    *("path", "index", "message_id", "subject", "sender", "language", "automatic", "new_text"),
    *("labels", "outcomes", "sure", "reasons", "scores", "passages"),
}
PASSAGE = {"start", "end", "text", "labels", "outcomes", "score", "because"}


def _mail(number: int, body: str, sender: str = "wang@acme.example", **more: str) -> bytes:
    head = {
        "From": sender,
        "To": OWN,
        "Subject": f"Matter {number}",
        "Message-ID": f"<{number}@mail.example>",
        "Date": f"Mon, 02 Nov 2026 09:{number:02}:00 +0800",
        "Content-Type": "text/plain; charset=utf-8",
        **more,
    }
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in head.items()]
    return ("\n".join(lines) + f"\n\n{body}\n").encode()


def _thread() -> list[bytes]:
    """Our question, the client's answer to it, an automatic answer."""
    ours = _mail(1, "The final drawings are attached. Do you approve them?", OWN)
    answer = _mail(2, "可以。", In_Reply_To="<1@mail.example>", Subject="Re: Matter 1")
    away = _mail(3, "I am out of office until Monday.", Auto_Submitted="auto-replied")
    return [ours, answer, away]


def _mbox(path: Path) -> Path:
    box = mailbox.mbox(path)
    for raw in _thread():
        box.add(raw)
    box.close()
    return path


def _maildir(path: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    ours, answer, away = _thread()
    (path / "cur" / "1.a.host:2,S").write_bytes(ours)
    (path / "new" / "2.b.host").write_bytes(answer)
    (path / "new" / "3.c.host").write_bytes(away)
    (path / "tmp" / "4.d.host").write_bytes(b"half a mess")
    return path


def _folder(path: Path) -> Path:
    (path / "deep" / "er").mkdir(parents=True)
    for raw, name in zip(_thread(), ("a.eml", "deep/b.EML", "deep/er/c.eml"), strict=True):
        (path / name).write_bytes(raw)
    (path / "notes.txt").write_text("no mail", encoding="utf-8")
    return path


@pytest.mark.parametrize("lay", [_mbox, _maildir, _folder])
def test_an_mbox_a_maildir_and_a_folder_give_the_same(tmp_path: Path, lay: type) -> None:
    """Own mail is left out and is context; the automatic answer says why; order is as found."""
    path = lay(tmp_path / "mail")
    found = console.lines(console.call(tmp_path, "classify", path, "--own", OWN, "--json"))
    assert [view["message_id"] for view in found] == ["<2@mail.example>", "<3@mail.example>"]
    answer, away = found
    assert set(answer) >= KEYS
    assert answer["labels"] == ["approval"]
    assert (answer["automatic"], answer["language"]) == (None, "zh-Hans")
    assert away["automatic"]
    assert (away["labels"], away["passages"], away["sure"]) == (["other"], [], True)
    assert set(answer["scores"]) == {
        *("requirement_change", "issue", "approval", "status_request", "other")
    }
    for passage in answer["passages"]:
        assert set(passage) >= PASSAGE
        assert answer["new_text"][passage["start"] : passage["end"]] == passage["text"]


def test_the_place_of_a_message_is_told(tmp_path: Path) -> None:
    """Path as given, and its number in the mbox, own mail counted."""
    _mbox(tmp_path / "box")
    found = console.lines(console.call(tmp_path, "classify", "box", "--own", OWN.upper(), "--json"))
    assert [(view["path"], view["index"]) for view in found] == [("box", 1), ("box", 2)]


def test_what_we_asked_changes_the_answer_of_the_model(tmp_path: Path) -> None:
    """Without --own our mail is classified itself, and is no context."""
    box = _mbox(tmp_path / "box")
    _, alone, _ = console.lines(console.call(tmp_path, "classify", box, "--json"))
    within, _ = console.lines(console.call(tmp_path, "classify", box, "--own", OWN, "--json"))
    assert within["scores"]["approval"] > alone["scores"]["approval"]


def test_what_cannot_be_read_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(_thread()[1])
    (tmp_path / "secret.eml").write_bytes(_thread()[1])
    (tmp_path / "secret.eml").chmod(0)
    (tmp_path / "empty").mkdir()
    words = ("classify", "nowhere.eml", "secret.eml", "empty", "a.eml", "--json")
    ran = console.run(tmp_path, *words, prefix=console.OBEDIENT)
    assert ran.returncode == 1
    assert [json.loads(line)["path"] for line in ran.stdout.splitlines()] == ["a.eml"]
    told = ran.stderr.splitlines()
    assert len(told) == 3
    assert all(
        line.startswith("assistant: ") and name in line
        for line, name in zip(
            sorted(told), ("There is no mail in empty", "nowhere.eml", "secret.eml"), strict=True
        )
    )


def test_bytes_that_are_no_mail_are_classified_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(os.urandom(2000))
    (view,) = console.lines(console.call(tmp_path, "classify", "a.eml", "--json"))
    assert view["sender"] == ""


def test_a_person_reads_labels_words_and_doubts(tmp_path: Path) -> None:
    told = console.done(console.call(tmp_path, "classify", _mbox(tmp_path / "box"), "--own", OWN))
    assert "approval (granted)" in told
    assert "“可以。”" in told
    assert "automatic" in told


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_clients_text_cannot_steer_the_terminal(tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "a.eml").write_bytes(poison.message())
    told = console.done(console.call(tmp_path, "classify", "a.eml", *more))
    assert "page crashes" in told
    assert poison.steering(told) == set()


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    ran = console.run(tmp_path, "classify", _mbox(tmp_path / "box"), "--model", tmp_path / "none")
    assert ran.returncode == 1
    assert "There is no model in" in console.said(ran)


def test_a_large_mbox_is_not_held_in_memory(tmp_path: Path) -> None:
    """30 messages of 2 MB each: the process stays far below their sum."""
    filling = ("A line that was quoted and says nothing new at all.\n" * 40_000)[:2_000_000]
    box = mailbox.mbox(tmp_path / "box")
    for number in range(30):
        attached = (
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            "The export page is broken again.\n--b\nContent-Type: text/plain\n"
            f"Content-Disposition: attachment; filename=log.txt\n\n{filling}\n--b--\n"
        )
        head = f"From: wang@acme.example\nMessage-ID: <{number}@mail.example>\nMIME-Version: 1.0\n"
        box.add((head + attached).encode())
    box.close()
    measure = "import resource,sys; from assistant.cli import main\ntry: main.main()\nexcept SystemExit: pass\n"
    measure += "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    ran = console.python(tmp_path, measure, "classify", "box", "--json")
    assert len(ran.stdout.splitlines()) == 30
    kilobytes = int(ran.stderr)
    small = console.python(tmp_path, measure, "classify", _mbox(tmp_path / "small"), "--json")
    assert kilobytes - int(small.stderr) < 30_000
