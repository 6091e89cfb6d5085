"""A note -> RFC 5322 bytes, as the writer's mail program would have sent it."""

import datetime
import email.message
import email.policy
import email.utils
import mimetypes
import re
from collections.abc import Mapping

from assistant.demo import programs
from assistant.demo.correspondence import Note, Person

#: the receiving server, whose Authentication-Results count in the demonstration
AUTHSERV_ID = "mx.studio.example"
#: ids stay on one line, as the mail programs write them (pitfalls, measured 1)
_POLICY = email.policy.SMTP.clone(max_line_length=998)
_DAY = re.compile(r"\{([+-]\d+)\}")
#: the smallest picture: attachments are listed, never opened
_PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def build(note: Note, notes: Mapping[str, Note], today: datetime.date) -> bytes:
    """Write the message as if today were `today`."""
    mail = email.message.EmailMessage(policy=_POLICY)
    for name, value in _head(note, notes, today):
        mail[name] = value
    _add_bodies(mail, note, notes, today)
    if note.calendar:
        calendar = _calendar(note, sent_at(note, today))
        mail.add_alternative(calendar, subtype="calendar", params={"method": note.calendar})
    for name in note.attachments:
        _attach(mail, name)
    _set_boundaries(mail, note.key)
    return mail.as_bytes()


def sent_at(note: Note, today: datetime.date) -> datetime.datetime:
    """Give the instant of writing, in the writer's own zone."""
    day = today - datetime.timedelta(days=note.days_ago)
    clock = datetime.time.fromisoformat(note.at)
    zone = datetime.timezone(datetime.timedelta(hours=note.sender.zone_hours))
    return datetime.datetime.combine(day, clock, zone)


def message_id(note: Note) -> str:
    """Give the id, with angle brackets."""
    return note.message_id or f"<{note.key}@{note.sender.address.domain}>"


def body(note: Note, today: datetime.date) -> str:
    """Give what was newly written, without the signature, with its days filled in."""

    def day(match: re.Match[str]) -> str:
        date = today + datetime.timedelta(days=int(match[1]))
        return f"{date.day} {date:%B}" if note.language == "en" else f"{date.month}月{date.day}日"

    return _DAY.sub(day, note.body).strip("\n")


def _head(
    note: Note, notes: Mapping[str, Note], today: datetime.date
) -> list[tuple[str, str | datetime.datetime]]:
    """List the headers from the top, the receiving server's first."""
    parent = notes.get(note.answers)
    mailer = programs.PROGRAMS[note.program].mailer
    rows: list[tuple[str, str | datetime.datetime]] = [
        *([] if note.is_own else _received(note)),
        ("Date", sent_at(note, today)),
        ("From", _mailboxes(note.sender)),
        ("To", _mailboxes(*note.to)),
        ("Cc", _mailboxes(*note.cc)),
        ("Subject", note.subject),
        ("Message-ID", message_id(note)),
        ("In-Reply-To", message_id(parent) if parent else ""),
        ("References", " ".join(_ancestors(note, notes))),
        ("Thread-Index", note.thread_index),
        *((name, value) for name, value in note.headers.items() if name != "Return-Path"),
        *([mailer] if mailer else []),
    ]
    return [(name, value) for name, value in rows if value]


def _received(note: Note) -> list[tuple[str, str]]:
    """Write what the receiving server adds on top (RFC 5321 section 4.4, RFC 8601)."""
    path = note.headers.get("Return-Path", f"<{note.sender.email}>")
    domain = note.sender.address.domain
    results = {
        "pass": f"spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}",
        "fail": f"spf=fail smtp.mailfrom={domain}; dkim=none; dmarc=fail header.from={domain}",
        "none": "none",
    }[note.authentication]
    return [("Return-Path", path), ("Authentication-Results", f"{AUTHSERV_ID}; {results}")]


def _ancestors(note: Note, notes: Mapping[str, Note]) -> list[str]:
    parent = notes.get(note.answers)
    return [*_ancestors(parent, notes), message_id(parent)] if parent else []


def _mailboxes(*people: Person) -> str:
    return ", ".join(email.utils.formataddr((person.name, person.email)) for person in people)


def _add_bodies(
    mail: email.message.EmailMessage, note: Note, notes: Mapping[str, Note], today: datetime.date
) -> None:
    program = programs.PROGRAMS[note.program]
    own = body(note, today)
    if note.signed and note.sender.signature:
        own = f"{own}\n\n{note.sender.signature.strip()}"
    parent = notes.get(note.answers)
    head, quoted = "", ""
    if parent and note.quotes and not note.is_own:
        head, quoted = programs.quotation(program, _parent(parent, note, today))
    text = f"{own}\n\n{head}\n{quoted}\n" if quoted else f"{own}\n"
    page = program.page(own, head, quoted) if program.page else ""
    if note.only_html:
        mail.set_content(page, subtype="html", charset=note.charset, cte="base64")
        return
    mail.set_content(text, charset=note.charset, cte="base64")
    if page and own:
        mail.add_alternative(page, subtype="html", charset=note.charset, cte="base64")


def _parent(parent: Note, note: Note, today: datetime.date) -> programs.Parent:
    """Show the answered message to the program that answers."""
    at = sent_at(parent, today).astimezone(sent_at(note, today).tzinfo)
    to = "; ".join(person.name for person in parent.to)
    name, where = parent.sender.name, parent.sender.email
    return programs.Parent(name, where, to, parent.subject, at, body(parent, today))


def _calendar(note: Note, at: datetime.datetime) -> str:
    """Write the answer to an invitation (RFC 5546 section 3.2.3)."""
    begins = (at + datetime.timedelta(days=4)).astimezone(datetime.UTC)
    rows = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sample//EN", f"METHOD:{note.calendar}",
        "BEGIN:VEVENT", f"UID:{note.key}@{note.sender.address.domain}",
        f"DTSTAMP:{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}", f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{note.subject}", f"ORGANIZER:mailto:{note.to[0].email}",
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{note.sender.email}", "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return "\r\n".join(rows) + "\r\n"


def _attach(mail: email.message.EmailMessage, name: str) -> None:
    guessed, _ = mimetypes.guess_type(name)
    if guessed == "image/jpeg":
        mail.add_attachment(_PICTURE, maintype="image", subtype="jpeg", filename=name)
    else:
        mail.add_attachment("账号,角色\ncs01,采购员\ncs02,供应商\n", subtype="csv", filename=name)


def _set_boundaries(mail: email.message.EmailMessage, key: str) -> None:
    """Name the boundaries, so that the same day gives the same bytes; base64 holds no "_"."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"_{key}_{number}_")
