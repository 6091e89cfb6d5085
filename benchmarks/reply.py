"""How often the newly written text is found exactly, on 190 published cases, beside five peers.

    python benchmarks/reply.py [--shared ../shared] [--failed]

The cases are the test files of talon, crisp's email-reply-parser, quotequail and zapier's
email-reply-parser (mail/reply under the shared folder). A case counts as found where the text is
equal after all white space is dropped; for the few cases that name no text, where it holds every
wanted and no unwanted words. `make bench` installs the peers (peers.lock); one that is missing is
named and left out.
"""

import argparse
import dataclasses
import importlib
import json
import pathlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from assistant.mail import message, newtext, render

# Where `make bench` puts the peers.
sys.path.append(str(pathlib.Path(__file__).parents[1] / ".venv" / "peers"))

#: folder of the case -> the set that it belongs to
SETS = {
    "talon-text": "talon text",
    "talon-eml": "talon text",
    "talon-html": "talon HTML",
    "crisp": "crisp",
    "erp": "zapier",
    "qq-text": "quotequail",
    "qq-html": "quotequail",
}
#: the peer whose own tests a set is
AUTHORS = {"talon text": "talon", "talon HTML": "talon", "zapier": "email-reply-parser"}
AUTHORS |= {"quotequail": "quotequail"}
Reader = Callable[[str, bool], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One mail body and what a reader expects of it."""

    name: str
    body: str
    is_html: bool
    expected: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]

    @property
    def set(self) -> str:
        """The set that the case belongs to."""
        return SETS[self.name.partition("/")[0]]

    def is_met_by(self, text: str) -> bool:
        """Tell whether `text` is what a reader expects."""
        found = squeeze(text)
        if self.expected:
            return found in {squeeze(expected) for expected in self.expected}
        wanted = all(squeeze(words) in found for words in self.must)
        return wanted and not any(squeeze(words) in found for words in self.must_not)


def squeeze(text: str) -> str:
    """Drop all white space."""
    return "".join(text.split())


def load(shared: pathlib.Path) -> list[Case]:
    """Read the cases."""
    rows = (shared / "mail/reply/expect.jsonl").read_text(encoding="utf-8").splitlines()
    return [_case(json.loads(row), shared) for row in rows]


def _case(row: dict[str, Any], shared: pathlib.Path) -> Case:
    body = (shared / "mail" / row["file"]).read_bytes().decode("utf-8", "replace")
    wanted = (tuple(row[key]) for key in ("expected", "must", "must_not"))
    return Case(row["id"], body.replace("\r\n", "\n"), row["kind"] == "html", *wanted)


def ours(body: str, is_html: bool) -> str:
    """Read with this project."""
    if not is_html:
        return newtext.read_text(body).text
    mail = message.Message(sha256="", text=render.render(body).text, html=body)
    return newtext.read(mail).text


def peers() -> Iterator[tuple[str, Reader | None]]:
    """Give the peers; None for one that is not installed."""
    makers = {
        "talon": _talon,
        "mail-parser-reply": _mail_parser_reply,
        "email-reply-parser": _email_reply_parser,
        "quotequail": _quotequail,
        "unquotemail": _unquotemail,
    }
    for name, make in makers.items():
        try:
            yield name, make()
        except ImportError:
            yield name, None


def _talon() -> Reader:
    quotations = importlib.import_module("talon.quotations")

    def read(body: str, is_html: bool) -> str:
        if not is_html:
            return str(quotations.extract_from_plain(body))
        return render.render(str(quotations.extract_from_html(body) or "")).text

    return read


def _mail_parser_reply() -> Reader:
    parser = importlib.import_module("mailparser_reply").EmailReplyParser(
        languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "ja"]
    )
    return lambda body, is_html: str(parser.parse_reply(_plain(body, is_html)) or "")


def _email_reply_parser() -> Reader:
    parser = importlib.import_module("email_reply_parser").EmailReplyParser
    return lambda body, is_html: str(parser.parse_reply(_plain(body, is_html)))


def _quotequail() -> Reader:
    quotequail = importlib.import_module("quotequail")

    def read(body: str, is_html: bool) -> str:
        quote = quotequail.quote_html if is_html else quotequail.quote
        parts = quote(body, quote_intro_line=True)
        shown = "\n".join(str(part) for expanded, part in parts if expanded)
        return render.render(shown).text if is_html else shown

    return read


def _unquotemail() -> Reader:
    unquote = importlib.import_module("unquotemail").Unquote

    def read(body: str, is_html: bool) -> str:
        found = unquote(body if is_html else None, None if is_html else body)
        return str(found.get_text() or "")

    return read


def _plain(body: str, is_html: bool) -> str:
    """Give a peer that reads plain text alone our rendering of an HTML body."""
    return render.render(body).text if is_html else body


@dataclasses.dataclass(slots=True)
class Score:
    """What a reader fails, by set, and how often it raised."""

    failed: dict[str, list[Case]]
    raised: int = 0


def score(cases: list[Case], read: Reader) -> Score:
    """Run a reader over all cases; one that raises has failed."""
    found = Score({name: [] for name in SETS.values()})
    for case in cases:
        try:
            met = case.is_met_by(read(case.body, case.is_html))
        except Exception:
            met, found.raised = False, found.raised + 1
        if not met:
            found.failed[case.set].append(case)
    return found


def _row(name: str, found: Score, sizes: dict[str, int]) -> str:
    """Write one reader's line; a star marks the author of a set."""
    cells = []
    for column, size in sizes.items():
        star = "*" if AUTHORS.get(column) == name else " "
        cells.append(f"{1 - len(found.failed[column]) / size:15.0%}{star}")
    total = 1 - sum(map(len, found.failed.values())) / sum(sizes.values())
    raised = f"  (raised on {found.raised})" if found.raised else ""
    return f"{name:20}{''.join(cells)}{total:8.1%}{raised}"


def main() -> None:
    """Print a table: one row a reader, one column a set."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared"))
    options.add_argument("--failed", action="store_true", help="name our failed cases")
    arguments = options.parse_args()
    cases = load(arguments.shared)
    sizes = {name: sum(case.set == name for case in cases) for name in SETS.values()}
    print(
        f"{'':20}" + "".join(f"{f'{name} {n}':>15} " for name, n in sizes.items()) + f"{'all':>8}"
    )
    best = score(cases, ours)
    print(_row("this project", best, sizes))
    for name, read in peers():
        print(_row(name, score(cases, read), sizes) if read else f"{name:20} not installed")
    if arguments.failed:
        print(*(f"    {case.name}" for rows in best.failed.values() for case in rows), sep="\n")


if __name__ == "__main__":
    main()
