"""Client text -> text that cannot steer a header, a terminal or the reading direction (design, law 7)."""

import dataclasses
import re
from typing import Any, TypeVar

Record = TypeVar("Record")

#: line separators that are not "\n": some readers break a line at them
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
#: control characters but tab and line end; directional marks, embeddings, overrides and isolates (Unicode
#: Standard Annex 9, section 2); lone surrogates
_STEERING = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: fields of a letter that keep their line ends
_MANY_LINES = frozenset({"signature"})


def text(value: str) -> str:
    """Strip control and bidi characters and lone surrogates; line ends become LF, tabs stay."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    return _STEERING.sub("", value)


def line(value: str, limit: int | None = None) -> str:
    """Give `value` cleaned, on one line, single spaced; cut with "…" to at most `limit` characters.

    The cut comes between words where a space stands in the last fifth.
    """
    flat = " ".join(text(value).split())
    if limit is None or len(flat) <= limit:
        return flat
    whole_words, _, rest = flat[:limit].rpartition(" ")
    kept = whole_words if len(rest) < limit // 5 else flat[: limit - 1]
    return kept.rstrip(" ,;:，；：、") + "…"


def record(value: Record) -> Record:
    """Give a copy of a dataclass with every string in it, at any depth, cleaned."""
    changes = {
        field.name: _field(field.name, getattr(value, field.name))
        for field in dataclasses.fields(value)  # type: ignore[arg-type]  # TypeVar has no dataclass bound
    }
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]


def _field(name: str, value: Any) -> Any:  # noqa: ANN401 - a field may hold anything
    if type(value) is str:
        return text(value).strip() if name in _MANY_LINES else line(value)
    if isinstance(value, tuple):
        return tuple(_field(name, part) for part in value)
    return record(value) if dataclasses.is_dataclass(value) else value
