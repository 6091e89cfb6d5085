"""STORY: look without touching: classify files, show one entry of the record."""

import mailbox
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant import errors
from assistant.classify import shelf, verdict
from assistant.classify.labels import Label
from assistant.mail import automatic, language, newtext, parse, threads
from assistant.mail import message as mail_message
from assistant.record import database, drafts, messages, refs, views

View = dict[str, Any]


def classify(
    paths: Sequence[Path], own_addresses: Collection[str], model: Path | None
) -> list[View]:
    """Classify the messages at `paths`, in the order found; the contract's keys.

    Messages from an own address are context for the threads and are left out. Raises UsageError for a
    path that is not there.
    """
    own = {address.strip().lower() for address in own_addresses}
    found = [(path, index, parse.parse(raw)) for path, index, raw in _messages(paths)]
    by_id = {parsed.message_id: parsed for _, _, parsed in found if parsed.message_id}
    clients = [
        (path, index, parsed)
        for path, index, parsed in found
        if not (parsed.sender and parsed.sender.email in own)
    ]
    return _classify(clients, by_id, own, model)


def _classify(
    clients: list[tuple[Path, int, mail_message.Message]],
    by_id: dict[str, mail_message.Message],
    own: Collection[str],
    model: Path | None,
) -> list[View]:
    reader = shelf.load(model)
    readings = [newtext.read(parsed, _parent_text(parsed, by_id)) for _, _, parsed in clients]
    reasons = [automatic.reason(parsed) for _, _, parsed in clients]
    asked = [at for at, reason in enumerate(reasons) if reason is None]
    found = reader.understand_many(
        [(readings[at].text, _context(clients[at][2], by_id, own)) for at in asked]
    )
    verdicts = dict(zip(asked, found, strict=True))
    automatic_verdict = verdict.Verdict((Label.OTHER,), sure=True)
    return [
        _view(path, index, parsed, reasons[at], readings[at], verdicts.get(at, automatic_verdict))
        for at, (path, index, parsed) in enumerate(clients)
    ]


def _parent_text(
    parsed: mail_message.Message, by_id: dict[str, mail_message.Message]
) -> str | None:
    parent = next((by_id[key] for key in threads.ancestors(parsed) if key in by_id), None)
    return parent.text if parent else None


def _context(
    parsed: mail_message.Message, by_id: dict[str, mail_message.Message], own: Collection[str]
) -> verdict.Context:
    """Find our own last message among the ancestors that lie in the same heap."""
    for key in threads.ancestors(parsed):
        parent = by_id.get(key)
        if parent is not None and parent.sender and parent.sender.email in own:
            return verdict.Context(
                subject=parsed.subject,
                parent_text=newtext.read(parent).text,
                parent_subject=parent.subject,
                written_at=parsed.date_at,
            )
    return verdict.Context(subject=parsed.subject, written_at=parsed.date_at)


def _view(
    path: Path,
    index: int,
    parsed: mail_message.Message,
    reason: str | None,
    reading: newtext.Reading,
    found: verdict.Verdict,
) -> View:
    reasons = list(found.reasons)
    if not reading.sure and reason is None:
        reasons.append("It is not clear which words the client wrote this time.")
    return {
        "path": str(path),
        "index": index,
        "message_id": parsed.message_id,
        "subject": parsed.subject,
        "sender": parsed.sender.email if parsed.sender else "",
        "language": language.detect(reading.text or parsed.subject),
        "automatic": reason,
        "new_text": reading.text,
        "labels": [label.value for label in found.labels],
        "outcomes": [outcome.value for outcome in found.outcomes],
        "sure": found.sure and (reading.sure or reason is not None),
        "reasons": reasons,
        "scores": {label.value: round(score, 4) for label, score in found.scores.items()},
        "passages": [_passage(passage) for passage in found.passages],
    }


def _passage(passage: verdict.Passage) -> View:
    return {
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "labels": [label.value for label in passage.labels],
        "outcomes": [outcome.value for outcome in passage.outcomes],
        "score": round(passage.score, 4),
        "because": list(passage.because),
        "facts": [{"kind": f.kind, "words": f.words, "value": f.value} for f in passage.facts],
    }


def _messages(paths: Sequence[Path]) -> Iterator[tuple[Path, int, bytes]]:
    """Read the messages at the paths: an .eml file, an mbox, a Maildir, or a folder of those."""
    for path in paths:
        if not path.exists():
            raise errors.UsageError(
                f"There is nothing at {path}; give an .eml file, mbox or folder."
            )
        yield from _messages_at(path)


def _messages_at(path: Path) -> Iterator[tuple[Path, int, bytes]]:
    if path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir():
        for part in ("cur", "new"):
            for file in sorted((path / part).iterdir()):
                yield file, 0, file.read_bytes()
    elif path.is_dir():
        for file in sorted(path.rglob("*.eml")):
            yield file, 0, file.read_bytes()
    elif _is_mbox(path):
        box = mailbox.mbox(path, create=False)
        try:
            for index, key in enumerate(box.keys()):
                yield path, index, box.get_bytes(key)
        finally:
            box.close()
    else:
        yield path, 0, path.read_bytes()


def _is_mbox(path: Path) -> bool:
    """Say whether the file begins as an mbox does (RFC 4155)."""
    with path.open("rb") as file:
        return re.match(rb"From \S+.*\d{4}\s*$", file.readline(500)) is not None


def view_of(session: database.Session, ref: str, *, original: bool) -> View:
    """Show the message, item or draft of this reference; UsageError names the nearest one."""
    wanted = ref.strip().upper()
    if wanted.startswith("D-"):
        return views.draft(session, refs.draft(session, ref))
    if not wanted.startswith("M-") and not wanted.isdigit():
        return views.item(session, refs.item(session, ref))
    row = refs.message(session, ref)
    view = views.message(session, row)
    view["new_text"] = row.new_text
    view["scores"] = row.scores
    view["passages"] = views.passages(session, row)
    if original:
        view["text"] = parse.parse(messages.raw(session, row)).text
    draft = drafts.of_message(session, row)
    if draft is not None:
        view["draft_text"] = draft.text
    return view
