"""HTML text -> a stream of opened and closed elements and text between; the one place that knows lxml."""

import dataclasses
from collections.abc import Iterator, Mapping

import lxml.etree  # type: ignore[import-untyped]  # lxml ships no types

#: characters of HTML that are read
LENGTH = 2_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Open:
    """An element begins."""

    tag: str
    #: lower-case names; values as written
    attributes: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Close:
    """An element ends."""

    tag: str


def events(html: str) -> Iterator[Open | Close | str]:
    """Walk the document in order, iteratively, however deep it nests. Never raises."""
    root = _tree(html[:LENGTH])
    if root is None:
        return
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield Open(_tag(element), {str(k).lower(): str(v) for k, v in element.attrib.items()})
            if element.text:
                yield str(element.text)
            continue
        if event == "end":
            yield Close(_tag(element))
        if element.tail and element is not root:
            yield str(element.tail)


def _tag(element: "lxml.etree._Element") -> str:
    """Name an element in lower case."""
    return str(element.tag).lower()


def _tree(html: str) -> "lxml.etree._Element | None":
    """Parse what a browser would show; None where there is nothing."""
    data = html.replace("\0", "").encode("utf-8", "replace")
    parser = lxml.etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        return lxml.etree.fromstring(data, parser)
    except (lxml.etree.LxmlError, ValueError):
        return None
