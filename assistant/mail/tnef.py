"""winmail.dat -> its body and attachments; the one place that knows tnefparse (pitfall 25)."""

import dataclasses

import tnefparse  # type: ignore[import-untyped]  # tnefparse ships no types

#: bytes of a winmail.dat that are read
SIZE_BYTES = 20_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """What lay in a winmail.dat."""

    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


def read(data: bytes) -> Content | None:
    """Open a TNEF stream (MS-OXTNEF); None where it is not one, or is broken."""
    if len(data) > SIZE_BYTES:
        return None
    try:
        winmail = tnefparse.TNEF(data)
        return Content(
            text=_text(winmail.body),
            html=_text(winmail.htmlbody),
            files=tuple(
                (_text(file.long_filename() or ""), bytes(file.data or b""))
                for file in winmail.attachments
            ),
        )
    except Exception:
        # tnefparse raises ValueError, struct.error, IndexError and more on broken streams
        return None


def _text(value: str | bytes | None) -> str:
    """Give text for what the library returns, which may be bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    return (value or "").rstrip("\0")
