"""The MIME tree -> readable bodies and listed attachments, bounded in depth, count and bytes."""

import binascii
import dataclasses
import email.message
import hashlib
import re
from collections.abc import Callable

from assistant.mail import bounds, charsets, headers, invitations, message, render, tnef

#: attachments that are listed
ATTACHMENTS = 200
#: parts that are visited
PARTS = 2_000
#: bytes of one text part that are read
TEXT_BYTES = 2_000_000
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
    kind = _media_type(part)
    if kind == "message/rfc822":
        return _enclosed(part, tree, depth)
    children = _children(part)
    if not children:
        return _leaf(part, kind, tree)
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


def _leaf(part: email.message.Message, kind: str, tree: Tree) -> list[Body]:
    """Read a text part; list everything else."""
    name = _name(part)
    if kind == "text/calendar":
        return _calendar(part, tree, name)
    hangs = _disposition(part) == "attachment" or (name and kind not in ("text/plain", "text/html"))
    if kind not in ("text/plain", "text/html") and not kind.startswith("text/"):
        return _attached(part, kind, name, tree)
    if hangs or name:
        _attach(name, kind, _content(part, tree), tree)
        return []
    value = _text(part, tree)
    if kind == "text/html" or _looks_like_html(value):
        return [Body(html=value)]
    # QQ Mail writes a literal &nbsp; into its plain part
    return [Body(plain=value.replace("&nbsp;", " ").replace("\xa0", " "))]


def _looks_like_html(value: str) -> bool:
    """Tell an HTML text under a plain label."""
    start = value[:200].lstrip().lower()
    return start.startswith(("<!doctype html", "<html", "<body"))


def _attached(part: email.message.Message, kind: str, name: str, tree: Tree) -> list[Body]:
    """List a part that is not text; a winmail.dat gives what lies in it."""
    data = _content(part, tree)
    if kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat":
        content = tnef.read(data)
        if content is not None and (content.text or content.html or content.files):
            return _unpacked(content, tree)
        tree.note("winmail.dat could not be read")
    _attach(name, kind, data, tree)
    return []


def _unpacked(content: tnef.Content, tree: Tree) -> list[Body]:
    """List the files of a winmail.dat and give its text."""
    tree.note("winmail.dat was unpacked")
    for name, data in content.files:
        _attach(name, "application/octet-stream", data, tree)
    body = Body(_lines(content.text), content.html)
    return [body] if body.plain.strip() or body.html.strip() else []


def _calendar(part: email.message.Message, tree: Tree, name: str) -> list[Body]:
    """Say in a line what a calendar part is, and list it."""
    value = _text(part, tree)
    _attach(name or "calendar.ics", "text/calendar", _content(part, tree), tree)
    method = invitations.method(value)
    tree.note(f"calendar part with method {method}" if method else "calendar part")
    said = invitations.line(value)
    return [Body(plain=said)] if said else []


def _enclosed(part: email.message.Message, tree: Tree, depth: int) -> list[Body]:
    """List a mail that is attached whole, and keep its text aside."""
    inner = next(iter(_children(part)), None)
    data = tree.bounded.restore(_flat(inner)) if inner is not None else _content(part, tree)
    subject = headers.decode(str(inner.get("subject", "")))[0] if inner is not None else ""
    _attach(_name(part) or f"{subject or 'message'}.eml", "message/rfc822", data, tree)
    if inner is not None and depth < 3:
        tree.enclosed += _bodies(inner, Tree(tree.bounded, visited=tree.visited), depth + 1)
    return []


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


def _media_type(part: email.message.Message) -> str:
    """Give a part's type, lower-case, whatever stands in its header."""
    try:
        return part.get_content_type().lower()
    except Exception:
        return "application/octet-stream"


def _disposition(part: email.message.Message) -> str:
    """Give "attachment", "inline" or ""."""
    return str(part.get("content-disposition", ""))[:200].partition(";")[0].strip().lower()


def _name(part: email.message.Message) -> str:
    """Give a file's name, however it is written; "" where there is none."""
    try:
        name = part.get_filename() or ""
    except Exception:
        # RFC 2231 parameters crash the library (IndexError, LookupError, TypeError)
        name = "attachment"
    return headers.decode(str(name))[0].replace("/", "_").replace("\\", "_")[:255]


def _content(part: email.message.Message, tree: Tree) -> bytes:
    """Undo the transfer encoding (RFC 2045 section 6), whatever state it is in."""
    payload = part.get_payload()
    encoded = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    restored = tree.bounded.restore(encoded)
    if restored is encoded:
        return _library_content(part) or encoded
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    try:
        return _DECODERS.get(encoding, bytes)(restored)
    except (binascii.Error, ValueError):
        return restored


def _library_content(part: email.message.Message) -> bytes:
    """Let Python's parser undo the encoding; b"" where it cannot."""
    try:
        data = part.get_payload(decode=True)
    except Exception:
        # LookupError on unknown charsets, ValueError on broken uuencode
        return b""
    return data if isinstance(data, bytes) else b""


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": binascii.a2b_base64,
    "quoted-printable": binascii.a2b_qp,
}


def _text(part: email.message.Message, tree: Tree) -> str:
    """Decode a text part; line ends become one character."""
    data = _content(part, tree)
    if len(data) > TEXT_BYTES:
        tree.note(f"text beyond {TEXT_BYTES} bytes was left in the raw message")
    try:
        label = str(part.get_content_charset() or "")
    except Exception:
        label = ""
    value, note = charsets.decode(data[:TEXT_BYTES], label)
    tree.note(note)
    return _lines(value)


def lines(data: bytes) -> str:
    """Read bytes of unknown structure as text."""
    return _lines(charsets.decode(data, "")[0])


def _lines(value: str) -> str:
    """Bring line ends to one form; drop control characters."""
    return value.replace("\r\n", "\n").translate(_CONTROLS)


_BREAKS = (12, 13, 0x85, 0x2028, 0x2029)
_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys((*range(9), 11, *range(14, 32), 127, 0xFEFF)),
    **dict.fromkeys(_BREAKS, "\n"),
}
