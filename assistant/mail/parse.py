"""Raw bytes -> Message, whatever the bytes are."""

import email.message
import email.parser
import email.policy
import hashlib
import re

from assistant.mail import bounds, content, headers, message, parts, render

#: the topmost Message-ID of a header, folded or not (RFC 5322, section 3.6.4)
_MESSAGE_ID = re.compile(rb"^message-id:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def parse(raw: bytes) -> message.Message:
    """Read one mail (RFC 5322, MIME), as far as it can be read.

    Never raises on bad input: what was repaired or left out stands in `notes`. The compat32 policy
    is used because policy.default raised on 6 kinds of real headers, compat32 on none of 2,844 mails
    (pitfall measured 2).
    """
    digest = hashlib.sha256(raw).hexdigest()
    bounded = bounds.bound(raw, digest)
    try:
        parser = email.parser.BytesParser(policy=email.policy.compat32)
        return _message(parser.parsebytes(bounded.raw), digest, bounded)
    except Exception as error:
        # one mail that Python's parser cannot take must not stop the others (pitfall 23)
        note = f"the structure could not be read ({type(error).__name__})"
        return _unstructured(bounded.raw, digest, [*bounded.notes, note])


def message_id(raw: bytes) -> str:
    """Read a mail's Message-ID alone, "" where it has none: for most mails in a thirtieth of `parse`'s time.

    A header with lines that are none may be read further than `parse` reads it.
    """
    head = _HEAD_END.split(raw, maxsplit=1)[0]
    found = _MESSAGE_ID.search(head)
    if not found:
        return parse(head + b"\n\n").message_id
    value, _ = headers.decode(found[1].decode("ascii", "surrogateescape"))
    return headers.message_id(value)


def _message(mail: email.message.Message, digest: str, bounded: bounds.Bounded) -> message.Message:
    """Put a parsed mail into our words."""
    items, repaired = headers.read(mail)
    tree = parts.read(mail, bounded)
    date_at, offset = headers.instant(_first(items, "date"))
    bodies, noted = _with_enclosed(tree)
    html = "\n".join(body.html for body in bodies if body.html)
    noted += [note for body in bodies for note in render.render(body.html).notes if body.html]
    return message.Message(
        sha256=digest,
        message_id=headers.message_id(_first(items, "message-id")),
        in_reply_to=next(iter(headers.message_ids(_first(items, "in-reply-to"))), ""),
        references=headers.message_ids(" ".join(_all(items, "references"))),
        thread_index="".join(_first(items, "thread-index").split()),
        subject=_first(items, "subject"),
        sender=next(iter(_addresses(mail, "from") or _addresses(mail, "sender")), None),
        reply_to=_addresses(mail, "reply-to"),
        to=_addresses(mail, "to"),
        cc=_addresses(mail, "cc"),
        date_at=date_at,
        utc_offset_seconds=offset,
        text=parts.text(bodies),
        html=html,
        attachments=tuple(tree.attachments),
        headers=items,
        media_type=content.media_type(mail),
        notes=tuple(dict.fromkeys((*bounded.notes, *repaired, *tree.notes, *noted))),
    )


def _with_enclosed(tree: parts.Tree) -> tuple[list[parts.Body], list[str]]:
    """Read a mail that is attached whole where its carrier says nothing of its own."""
    if parts.text(tree.bodies).strip() or not tree.enclosed:
        return tree.bodies, []
    return tree.enclosed, ["the text is that of an attached message"]


def _unstructured(raw: bytes, digest: str, notes: list[str]) -> message.Message:
    """Read the header lines alone, and the rest as text."""
    head, _, body = raw.partition(b"\n\n")
    parser = email.parser.BytesHeaderParser(policy=email.policy.compat32)
    try:
        mail = parser.parsebytes(head[:1_000_000] + b"\n\n")
        items, repaired = headers.read(mail)
    except Exception:
        items, repaired = (), ()
    return message.Message(
        sha256=digest,
        message_id=headers.message_id(_first(items, "message-id")),
        subject=_first(items, "subject"),
        sender=next(iter(headers.addresses((_first(items, "from"),))), None),
        text=content.unlabelled(body),
        headers=items,
        notes=(*notes, *repaired),
    )


def _first(items: tuple[tuple[str, str], ...], name: str) -> str:
    """Give the topmost header called `name`, or ""."""
    return next((value for key, value in items if key == name), "")


def _all(items: tuple[tuple[str, str], ...], name: str) -> list[str]:
    """Give all headers called `name`."""
    return [value for key, value in items if key == name]


def _addresses(mail: email.message.Message, name: str) -> tuple[message.Address, ...]:
    """Read an address header from its raw form: names are decoded after the split."""
    found = tuple(str(value) for key, value in mail.raw_items() if key.lower() == name)
    return headers.addresses(found[:20])
