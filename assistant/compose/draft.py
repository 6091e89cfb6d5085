"""Letter and original -> Draft: what lies in the Drafts folder for the manager to send."""

import dataclasses
import datetime
import email.utils
import hashlib
import re
from collections.abc import Collection

from assistant import errors
from assistant.compose import clean, render, reply, wire
from assistant.compose.letter import Letter
from assistant.mail import message

#: carries the mark by which a draft is found again (design, law 1)
MARK_HEADER = "X-Assistant-Mark"
#: carries the kind of the draft
KIND_HEADER = "X-Assistant-Draft"
#: quoted characters of the original; the rest is left out with "[…]"
QUOTED_LENGTH = 20_000
#: what can stand left of the @ in our own Message-ID
_MARK = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")

#: where company, department or role begins in a display name
_BESIDE_NAME = re.compile(r"\s*[(（\[【|｜/]|\s+(?:[-–—]|via|at)\s")


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A reply that a person still has to send."""

    #: the whole plain part, quoted original included
    text: str
    #: the whole HTML part
    html: str
    #: RFC 5322 bytes with CRLF line ends, as they are appended
    raw: bytes
    subject: str
    to: tuple[message.Address, ...]
    cc: tuple[message.Address, ...]
    mark: str
    #: ours, made from the mark
    message_id: str
    #: "" where the original has no usable id
    in_reply_to: str
    #: our own words alone, without the quoted original
    letter_text: str


def compose(
    letter: Letter,
    original: message.Message,
    quoted_text: str,
    manager: message.Address,
    own_addresses: Collection[str],
    mark: str,
    written_at: datetime.datetime,
) -> Draft:
    """Write the reply to `original`: the same arguments give the same bytes.

    `quoted_text` is what stands quoted below the letter; "" for none. `mark` is one dot-atom of at
    most 128 characters. `written_at` is aware; its date tells which milestones are late. Raises
    ComposeError where a template cannot be filled, or where mark, time or manager cannot be used.
    """
    _check(mark, manager, written_at)
    letter = clean.record(letter)
    letter = dataclasses.replace(letter, client_name=_name(letter.client_name))
    page = render.page(letter, _quote(original, quoted_text), written_at.date())
    to, cc = reply.recipients(original, {*own_addresses, manager.email})
    subject = reply.subject(original, letter.project_name)
    message_id = f"<{mark}@{wire.domain(manager)}>"
    thread = reply.references(original)
    in_reply_to = wire.identifier(original.message_id)
    head = (
        ("Date", email.utils.format_datetime(written_at)),
        ("From", wire.mailbox(clean.record(manager))),
        ("To", wire.mailboxes(to)),
        ("Cc", wire.mailboxes(cc)),
        ("Subject", wire.sentence("Subject", subject)),
        ("Message-ID", message_id),
        ("In-Reply-To", in_reply_to),
        ("References", wire.identifiers(thread)),
        ("Thread-Index", reply.thread_index(original.thread_index, written_at, mark)),
        (MARK_HEADER, mark),
        (KIND_HEADER, letter.kind.value),
    )
    boundary = hashlib.sha256(mark.encode("ascii")).hexdigest()[:32]
    raw = wire.assemble(head, page.text, page.html, boundary)
    return Draft(
        page.text, page.html, raw, subject, to, cc, mark, message_id, in_reply_to, page.letter
    )


def _check(mark: str, manager: message.Address, written_at: datetime.datetime) -> None:
    if len(mark) > 128 or not _MARK.fullmatch(mark):
        raise errors.ComposeError(f"The mark {mark!r} cannot be part of a Message-ID.")
    if written_at.tzinfo is None:
        raise errors.ComposeError("The time of writing has no time zone; give an aware one.")
    if not wire.domain(manager):
        raise errors.ComposeError(
            f"The manager's address {clean.line(manager.email, 80)!r} cannot stand in From; "
            "correct [manager] addresses in the configuration."
        )


def _name(name: str) -> str:
    """Give the name to greet with: without company or role, "" where it is an address or no name.

    "Whitcombe, Sarah" is turned round; "王芳（采购部）", "Tom Ashby | Oakmoor" lose what follows.
    """
    name = _BESIDE_NAME.split(name, maxsplit=1)[0].strip(" \"'")
    family, comma, given = name.partition(", ")
    if comma and "," not in given:
        name = f"{given} {family}"
    return "" if "@" in name or not any(map(str.isalpha, name)) else clean.line(name, 60)


def _quote(original: message.Message, quoted_text: str) -> render.Quote:
    sent_at = original.date_at
    if sent_at is not None:
        zone = datetime.timezone(datetime.timedelta(seconds=original.utc_offset_seconds))
        sent_at = sent_at.astimezone(zone)
    return render.Quote(_who(original.sender), sent_at, _rows(quoted_text))


def _who(sender: message.Address | None) -> str:
    if sender is None:
        return ""
    name, address = clean.line(sender.name, reply.NAME_LENGTH), clean.line(sender.email, 254)
    return f"{name} <{address}>" if name else address


def _rows(quoted_text: str) -> tuple[str, ...]:
    # cut before it is cleaned: a message may have fifty million characters
    shown = clean.text(quoted_text.lstrip("\r\n")[:QUOTED_LENGTH]).strip("\n")
    rows = tuple(row.rstrip() for row in shown.split("\n")) if shown.strip() else ()
    return (*rows, "[…]") if len(quoted_text) > QUOTED_LENGTH else rows
