"""STORY: classify the messages in files, and touch nothing."""

import dataclasses
import functools
import itertools
import mailbox
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.classify import reader, shelf, verdict
from assistant.classify.labels import Label
from assistant.mail import automatic, language, newtext, parse, threads
from assistant.mail import message as mail_message

View = dict[str, Any]
#: told in one sentence what could not be read
Fault = Callable[[str], None]

#: so many messages are read and understood together
_TOGETHER = 64
#: so many parsed messages are kept at hand: a message's parent often lies beside it
_KEPT = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where one message lies: a file of its own, or the mbox `box` at `index`."""

    path: Path
    index: int
    box: mailbox.mbox | None = None

    def read(self) -> bytes:
        """Read the message's bytes; OSError where that cannot be."""
        if self.box is None:
            return self.path.read_bytes()
        return self.box.get_bytes(self.index)  # type: ignore[arg-type]  # its keys are numbers


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """One client message, read and ready to be understood."""

    place: Place
    parsed: mail_message.Message
    reading: newtext.Reading
    #: why it is automatic; None where a person wrote it
    automatic: str | None
    context: verdict.Context


def classify(
    paths: Sequence[Path], own_addresses: Collection[str], model: Path | None, fault: Fault
) -> Iterator[View]:
    """Classify the messages at `paths`, in the order found; the contract's keys.

    Messages from an own address are context for the threads and are left out. What cannot be read is told
    to `fault`, and the others go on. Raises ModelError. All is read twice, the first time for the thread
    index, so that an mbox of any size takes little memory.
    """
    reader_ = shelf.load(model)
    own = {address.strip().lower() for address in own_addresses}
    places = list(_places(paths, fault))
    try:
        library = _Library(_index(places), own)
        prepared = filter(None, (_prepare(place, library, fault) for place in places))
        while batch := list(itertools.islice(prepared, _TOGETHER)):
            yield from _understand(reader_, batch)
    finally:
        for box in {place.box for place in places if place.box is not None}:
            box.close()


class _Library:
    """The messages that lie together: each is read when it is needed, and the last ones are kept."""

    def __init__(self, places: dict[str, Place], own: Collection[str]) -> None:
        self._places = places
        self.own = own
        self.read = functools.lru_cache(_KEPT)(_read)

    def ancestors(self, parsed: mail_message.Message) -> Iterator[mail_message.Message]:
        """Give the messages before this one in its thread, nearest first, as far as they lie here."""
        for key in threads.ancestors(parsed):
            if key not in self._places:
                continue
            try:
                found = self.read(self._places[key])
            except OSError:
                continue
            yield found

    def is_ours(self, parsed: mail_message.Message) -> bool:
        """Say whether the manager wrote it."""
        return parsed.sender is not None and parsed.sender.email in self.own


def _read(place: Place) -> mail_message.Message:
    """Read and parse one message; OSError where that cannot be."""
    return parse.parse(place.read())


def _index(places: Sequence[Place]) -> dict[str, Place]:
    """Find where each Message-ID lies; of the bodies nothing is kept."""
    found: dict[str, Place] = {}
    for place in places:
        try:
            message_id = parse.message_id(place.read())
        except OSError:
            continue
        if message_id:
            found.setdefault(message_id, place)
    return found


def _prepare(place: Place, library: _Library, fault: Fault) -> Prepared | None:
    """Read one message; None for the manager's own, and for what cannot be read."""
    try:
        parsed = library.read(place)
    except OSError as error:
        fault(f"{place.path} cannot be read: {error.strerror or error}.")
        return None
    if library.is_ours(parsed):
        return None
    parent = next(library.ancestors(parsed), None)
    return Prepared(
        place,
        parsed,
        newtext.read(parsed, parent.text if parent else None),
        automatic.reason(parsed),
        _context(parsed, library),
    )


def _context(parsed: mail_message.Message, library: _Library) -> verdict.Context:
    """Say what is known beside the text: the subject, and our own last message before it."""
    ours = next(filter(library.is_ours, library.ancestors(parsed)), None)
    if ours is None:
        known = "" if threads.opens_thread(parsed) else None
        return verdict.Context(parsed.subject, known, written_at=parsed.written_at)
    return verdict.Context(
        subject=parsed.subject,
        parent_text=newtext.read(ours).text,
        parent_subject=ours.subject,
        written_at=parsed.written_at,
    )


def _understand(reader_: reader.Reader, batch: Sequence[Prepared]) -> Iterator[View]:
    asked = [each for each in batch if each.automatic is None]
    found = iter(reader_.understand_many([(each.reading.text, each.context) for each in asked]))
    nothing = verdict.Verdict((Label.OTHER,), sure=True)
    for each in batch:
        yield _view(each, nothing if each.automatic else next(found))


def _view(each: Prepared, found: verdict.Verdict) -> View:
    reasons = list(found.reasons)
    clear = each.reading.sure or each.automatic is not None
    if not clear:
        reasons.append("It is not clear which words the client wrote this time.")
    return {
        "path": str(each.place.path),
        "index": each.place.index,
        "message_id": each.parsed.message_id,
        "subject": each.parsed.subject,
        "sender": each.parsed.sender.email if each.parsed.sender else "",
        "language": language.detect(each.reading.text or each.parsed.subject),
        "automatic": each.automatic,
        "new_text": each.reading.text,
        "labels": [label.value for label in found.labels],
        "outcomes": [outcome.value for outcome in found.outcomes],
        "sure": found.sure and clear,
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
        "facts": [dataclasses.asdict(fact) for fact in passage.facts],
    }


def _places(paths: Sequence[Path], fault: Fault) -> Iterator[Place]:
    """Find the messages at the paths: an .eml file, an mbox, a Maildir, or a folder of .eml files."""
    for path in paths:
        try:
            found = list(_places_at(path))
        except OSError as error:
            fault(f"{path} cannot be read: {error.strerror or error}.")
            continue
        if not found:
            fault(
                f"There is no mail in {path}; give an .eml file, mbox, Maildir or folder of .eml."
            )
        yield from found


def _places_at(path: Path) -> Iterator[Place]:
    if path.is_dir():
        files = sorted(path.rglob("*"))
        yield from (Place(file, 0) for file in files if _is_mail(file) and file.is_file())
    elif _is_mbox(path):
        box = mailbox.mbox(path, create=False)
        yield from (Place(path, index, box) for index in range(len(box)))
    elif path.stat().st_size:
        yield Place(path, 0)


def _is_mail(file: Path) -> bool:
    """Say whether a file in a folder is a message: *.eml, or one of a Maildir's, which have no ending."""
    folder = file.parent
    in_maildir = folder.name in ("cur", "new") and (folder.parent / "cur").is_dir()
    return file.suffix.lower() == ".eml" or (in_maildir and not file.name.startswith("."))


def _is_mbox(path: Path) -> bool:
    """Say whether the file begins as an mbox does (RFC 4155)."""
    with path.open("rb") as file:
        return re.match(rb"From \S+.*\d{4}\s*$", file.readline(500)) is not None
