"""The MIME tree -> readable bodies and listed attachments, bounded in depth, count and bytes."""

import dataclasses
import email
import email.message
import hashlib
import re
from collections.abc import Callable

from assistant.mail import bounds, content, headers, invitations, message, render, tnef

#: attachments that are listed
ATTACHMENTS = 200
#: parts that are visited
PARTS = 2_000
#: attached mails within attached mails that are read
ENCLOSED_DEPTH = 3
TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
ENCRYPTED_TYPES = (
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
)
#: readable bodies that are joined
BODIES = 50

_STUB = re.compile(
    r"html[ -]?(?:format|email|e-mail|mail|message|compatible|capable|version)|in html|"
    r"(?:不支持|无法显示|不能显示|请使用支持).{0,12}html|html.{0,12}(?:格式|邮件)|^\W*$",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """One readable stretch of a message, in either form or both."""

    plain: str = ""
    html: str = ""


@dataclasses.dataclass(slots=True)
class Tree:
    """What was found in a message's MIME tree."""

    #: the large bodies that were set aside
    bounded: bounds.Bounded
    bodies: list[Body] = dataclasses.field(default_factory=list)
    attachments: list[message.Attachment] = dataclasses.field(default_factory=list)
    #: bodies of mails that are attached whole, for a forward without a word of its own
    enclosed: list[Body] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
    visited: int = 0

    def note(self, said: str) -> None:
        """Remember what was repaired or left out, once."""
        if said and said not in self.notes:
            self.notes.append(said)


def read(mail: email.message.Message, bounded: bounds.Bounded) -> Tree:
    """Walk the tree of a mail that Python's parser made of `bounded`."""
    tree = Tree(bounded)
    tree.bodies = _bodies(mail, tree, 0)[:BODIES]
    return tree


def text(bodies: list[Body]) -> str:
    """Join what a reader sees: the plain form, unless it is empty or a stub."""
    return "\n\n".join(filter(None, (_shown(body) for body in bodies)))


def _shown(body: Body) -> str:
    """Choose between the forms of one body."""
    if not body.html or (body.plain.strip() and not _is_stub(body)):
        return body.plain
    return render.render(body.html).text


def _is_stub(body: Body) -> bool:
    """Tell a plain part that only says that there is an HTML part."""
    plain = body.plain.strip()
    if len(plain) > 400 or not _STUB.search(plain):
        return False
    seen = render.render(body.html).text
    return bool(seen.strip()) and "".join(plain.split()) not in "".join(seen.split())


def _bodies(part: email.message.Message, tree: Tree, depth: int) -> list[Body]:
    """Give the readable bodies of a part; list on `tree` what hangs on it."""
    tree.visited += 1
    if tree.visited > PARTS or depth > 50:
        tree.note("parts beyond the limits were left in the raw message")
        return []
    kind = content.media_type(part)
    if kind == "message/rfc822":
        return _enclosed(part, tree, depth)
    children = _children(part)
    if not children:
        return _leaf(part, kind, tree, depth)
    gather = _CONTAINERS.get(kind, _mixed)
    return gather(children, tree, depth)


def _children(part: email.message.Message) -> list[email.message.Message]:
    """Give the parts of a multipart; [] for a leaf."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return []
    return [child for child in payload if isinstance(child, email.message.Message)]


def _mixed(children: list[email.message.Message], tree: Tree, depth: int) -> list[Body]:
    """Take the bodies of all children, in order (RFC 2046 section 5.1.3)."""
    return [body for child in children for body in _bodies(child, tree, depth + 1)]


def _alternative(children: list[email.message.Message], tree: Tree, depth: int) -> list[Body]:
    """Merge the forms of one text (RFC 2046 section 5.1.4)."""
    bodies = [body for child in children for body in _bodies(child, tree, depth + 1)]
    plain = next((body.plain for body in bodies if body.plain.strip()), "")
    html = next((body.html for body in reversed(bodies) if body.html.strip()), "")
    return [Body(plain, html)] if plain or html else []


def _first(children: list[email.message.Message], tree: Tree, depth: int) -> list[Body]:
    """Read the first part, list the others (RFC 2387, RFC 1847, RFC 6522)."""
    bodies = _bodies(children[0], tree, depth + 1)
    for child in children[1:]:
        if bodies:
            _bodies(child, tree, depth + 1)
        else:
            bodies = _bodies(child, tree, depth + 1)
    return bodies


_CONTAINERS: dict[str, Callable[[list[email.message.Message], Tree, int], list[Body]]] = {
    "multipart/alternative": _alternative,
    "multipart/related": _first,
    "multipart/signed": _first,
    "multipart/report": _first,
}


def _leaf(part: email.message.Message, kind: str, tree: Tree, depth: int) -> list[Body]:
    """Read a text part; list everything else."""
    name = content.file_name(part)
    if kind == "text/calendar":
        return _calendar(part, tree, name)
    if kind.startswith("multipart/"):
        tree.note(f"{kind} without parts was read as text")
    elif not kind.startswith("text/"):
        return _attached(part, kind, name, tree)
    elif content.disposition(part) == "attachment" or (name and depth):
        _attach(name, kind, content.decoded(part, tree.bounded), tree)
        return []
    value = _text(part, tree)
    if kind == "text/html" or _looks_like_html(value):
        return [Body(html=value)]
    # QQ Mail writes a literal &nbsp; into its plain part
    return [Body(plain=value.replace("&nbsp;", " ").replace("\xa0", " "))]


def _text(part: email.message.Message, tree: Tree) -> str:
    """Decode a text part, and note what was wrong with it."""
    value, notes = content.text(part, content.decoded(part, tree.bounded))
    for note in notes:
        tree.note(note)
    return value


def _looks_like_html(value: str) -> bool:
    """Tell an HTML text under a plain label."""
    start = value[:200].lstrip().lower()
    return start.startswith(("<!doctype html", "<html", "<body"))


def _attached(part: email.message.Message, kind: str, name: str, tree: Tree) -> list[Body]:
    """List a part that is not text; a winmail.dat gives what lies in it."""
    data = content.decoded(part, tree.bounded)
    if kind in TNEF_TYPES or name.lower() == "winmail.dat":
        found = tnef.read(data)
        if found is not None and (found.text or found.html or found.files):
            return _unpacked(found, tree)
        tree.note("winmail.dat could not be read")
    if kind in ENCRYPTED_TYPES:
        tree.note("an encrypted or opaquely signed part could not be read")
    _attach(name, kind, data, tree)
    return []


def _unpacked(found: tnef.Content, tree: Tree) -> list[Body]:
    """List the files of a winmail.dat and give its text."""
    tree.note("winmail.dat was unpacked")
    for name, data in found.files:
        _attach(name, "application/octet-stream", data, tree)
    body = Body(content.plain_lines(found.text), found.html)
    return [body] if body.plain.strip() or body.html.strip() else []


def _calendar(part: email.message.Message, tree: Tree, name: str) -> list[Body]:
    """Say in a line what a calendar part is, and list it."""
    value = _text(part, tree)
    _attach(name or "calendar.ics", "text/calendar", content.decoded(part, tree.bounded), tree)
    method = invitations.method(value)
    tree.note(f"calendar part with method {method}" if method else "calendar part")
    said = invitations.line(value)
    return [Body(plain=said)] if said else []


def _enclosed(part: email.message.Message, tree: Tree, depth: int) -> list[Body]:
    """List a mail that is attached whole, and keep its text aside."""
    inner = _inner(part, tree)
    data = (
        content.decoded(part, tree.bounded) if inner is None else tree.bounded.restore(_flat(inner))
    )
    subject = "" if inner is None else headers.decode(str(inner.get("subject", "")))[0]
    name = content.file_name(part) or f"{subject or 'message'}.eml"
    _attach(name, "message/rfc822", data, tree)
    if inner is not None and depth < ENCLOSED_DEPTH:
        tree.enclosed += _bodies(inner, Tree(tree.bounded, visited=tree.visited), depth + 1)
    return []


def _inner(part: email.message.Message, tree: Tree) -> email.message.Message | None:
    """Give the attached mail; also one that was encoded, which RFC 2046 section 5.2.1 forbids."""
    inner = next(iter(_children(part)), None)
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if inner is None or encoding not in ("base64", "quoted-printable") or inner.keys():
        return inner
    data = content.undone(content.decoded(inner, tree.bounded), encoding)
    return email.message_from_bytes(data[: content.TEXT_BYTES])


def _flat(mail: email.message.Message) -> bytes:
    """Give the bytes of an attached mail; what can be had of it where Python cannot write it."""
    try:
        return mail.as_bytes()
    except Exception:
        # the generator is known to fail on undecodable headers and charsets
        return str(mail.get_payload()).encode("utf-8", "surrogateescape")


def _attach(name: str, kind: str, data: bytes, tree: Tree) -> None:
    """List one attachment."""
    if len(tree.attachments) == ATTACHMENTS:
        tree.note(f"attachments beyond the first {ATTACHMENTS} were left in the raw message")
        return
    digest = hashlib.sha256(data).hexdigest()
    tree.attachments.append(message.Attachment(name, kind, len(data), digest))
