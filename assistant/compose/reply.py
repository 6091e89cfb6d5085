"""The message to answer -> subject, recipients and thread of the answer."""

import base64
import binascii
import datetime
import hashlib
import re
from collections.abc import Collection

from assistant.compose import clean, wire
from assistant.mail import authentic, message

#: longest subject and display name in characters
SUBJECT_LENGTH = 400
NAME_LENGTH = 100
#: more copies than any correspondence has; a list of thousands is not answered in full
MOST_COPIES = 100
#: oldest id and the newest ones (a References header of hundreds helps nobody)
MOST_REFERENCES = 100
#: reply prefixes of mail programs, half and full width, and the marks that gateways put before a subject
_PREFIX = re.compile(
    r"(?:(?:re|aw|antw|sv|vs|r[eé]f|rif|odp|回复|回復|回覆|答复|答復|答覆)(?:\s?\[\d{1,3}\]|\s?[(（]\d{1,3}[)）]|\^\d{1,3})?\s?[:：]"
    r"|[\[【](?:external(?: (?:e-?mail|sender))?|ext|外部邮件|外部郵件)[\]】]:?)\s*",
    re.IGNORECASE,
)
#: FILETIME counts 100 ns from here
_FILETIME_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def subject(original: message.Message, otherwise: str) -> str:
    """Give the subject with exactly one "Re: "; `otherwise` where the original has none.

    Reply prefixes in any language are taken off first, so that "回复：答复: X" becomes "Re: X";
    forwarding prefixes and project keys in brackets stay.
    """
    rest = clean.line(original.subject, SUBJECT_LENGTH)
    while match := _PREFIX.match(rest):
        rest = rest[match.end() :]
    return f"Re: {rest or clean.line(otherwise, SUBJECT_LENGTH)}".rstrip()


def recipients(
    original: message.Message, own: Collection[str]
) -> tuple[tuple[message.Address, ...], tuple[message.Address, ...]]:
    """Give (to, cc) of an answer to everybody but ourselves, each address once.

    To is the client's From. Reply-To takes its place only within the domain of From, and never where
    anybody may have an address: it is free text that identifies nobody, and how answers are led
    astray. Where the
    original is our own message, To is whoever it was sent to. Cc is the original's Cc behind its
    other recipients, at most MOST_COPIES. Addresses that no ASCII header can hold are left out.
    """
    seen = {address.lower() for address in own}
    to = _fresh(_answerable(original, seen), seen)
    return to, _fresh((*original.to, *original.cc), seen)[:MOST_COPIES]


def references(original: message.Message) -> tuple[str, ...]:
    """Give the thread's ids, oldest first, ending in the original's own (RFC 5322 section 3.6.4)."""
    before = original.references or (original.in_reply_to,)
    own = wire.identifier(original.message_id)
    ids = [wire.identifier(value) for value in before]
    thread = [value for value in dict.fromkeys(ids) if value and value != own]
    thread += [own] if own else []
    if len(thread) <= MOST_REFERENCES:
        return tuple(thread)
    return (thread[0], *thread[1 - MOST_REFERENCES :])


def thread_index(parent: str, written_at: datetime.datetime, mark: str) -> str:
    """Give Exchange's Thread-Index for a reply: the parent's and a child block; "" without a sound parent.

    [MS-OXOMSG] 2.2.1.3: 22 bytes of header whose first six are the high bytes of a FILETIME, then
    five bytes a reply: one bit for the unit, 31 bits of time since the header, a random byte.
    """
    try:
        block = base64.b64decode("".join(parent.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if len(block) < 22 or (len(block) - 22) % 5 or len(block) > 500:
        return ""
    begun = int.from_bytes(block[:6], "big") << 16
    now = (written_at - _FILETIME_EPOCH) // datetime.timedelta(microseconds=1) * 10
    spent = max(now - begun, 0)
    # up to about 1.7 years in units of 2**18 * 100 ns, beyond that of 2**23
    unit, far = (18, 0) if spent < 1 << 49 else (23, 1 << 31)
    ticks = (spent >> unit) & 0x7FFFFFFF
    child = (far | ticks).to_bytes(4, "big") + hashlib.sha256(mark.encode()).digest()[:1]
    return base64.b64encode(block + child).decode("ascii")


def _answerable(original: message.Message, own: Collection[str]) -> tuple[message.Address, ...]:
    sender = original.sender
    if sender is None:
        return ()
    if sender.email.lower() in own:
        return original.to
    near = [
        address
        for address in original.reply_to
        if address.domain == sender.domain
        and address.domain not in authentic.PUBLIC_DOMAINS
        and _can_be_written(address)
    ]
    return tuple(near[:1]) or (sender,)


def _fresh(addresses: Collection[message.Address], seen: set[str]) -> tuple[message.Address, ...]:
    """Keep what can be written and was not seen yet; what is kept counts as seen."""
    kept = []
    for address in addresses:
        key = address.email.lower()
        if key not in seen and _can_be_written(address):
            kept.append(message.Address(clean.line(address.name, NAME_LENGTH), address.email))
            seen.add(key)
    return tuple(kept)


def _can_be_written(address: message.Address) -> bool:
    return bool(wire.domain(address))
