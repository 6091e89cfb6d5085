"""Letter -> plain text and HTML, through Jinja2 in its sandbox."""

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterable
from typing import Any

import jinja2
import jinja2.sandbox

from assistant import errors
from assistant.classify.labels import Label, Outcome
from assistant.compose import clean, languages
from assistant.compose.letter import Kind, Letter, Line, Milestone, Standing

#: the phrase that tells a thing, and the thing
Point = tuple[str, Any]
#: longest quotation of one item's words, and longest name of an item, in characters
EVIDENCE_LENGTH = 300
WORDS_LENGTH = 80
#: what filing calls the authority of a sender who may decide
_ENTITLED = "entitled"
_UNVERIFIED = "unverified"
_STEPS = {
    Label.REQUIREMENT_CHANGE: "next_change",
    Label.ISSUE: "next_issue",
    Label.STATUS_REQUEST: "next_status",
}
_DECIDED = {
    Outcome.GRANTED: "next_granted",
    Outcome.CONDITIONAL: "next_conditional",
    Outcome.REFUSED: "next_refused",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Quote:
    """The original below the letter."""

    #: the sender as a reader knows him; "" where not known
    who: str = ""
    #: in the sender's own time; None where the original has no date
    sent_at: datetime.datetime | None = None
    #: clean lines, oldest quotations included
    rows: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A rendered letter."""

    #: our own words
    letter: str
    #: our own words and the quoted original
    text: str
    #: the same as a document of its own
    html: str


def page(letter: Letter, quote: Quote, today: datetime.date) -> Page:
    """Render a clean letter; `today` tells which milestones are late.

    Raises ComposeError where a template cannot be filled.
    """
    language = languages.written(letter.language)
    values = _values(letter, quote, language, today)
    try:
        own = _tidy(_fill(language, False, "letter.txt.jinja", values))
        below = _fill(language, False, "quote.txt.jinja", values) if quote.rows else ""
        html = _fill(language, True, "letter.html.jinja", values)
    except (jinja2.TemplateError, TypeError, KeyError, AttributeError) as error:
        raise errors.ComposeError(
            f"The {letter.kind.value} in {language} could not be written: {error}; "
            "repair the template, then replay the message."
        ) from error
    return Page(own, f"{own}\n{below}" if below else own, html)


def _values(letter: Letter, quote: Quote, language: str, today: datetime.date) -> dict[str, Any]:
    """Collect what the templates may name."""
    moment = quote.sent_at
    return {
        "letter": letter,
        "language": language,
        "fonts": languages.FONTS[language],
        "signature": letter.signature or letter.manager_name,
        "today": today,
        "upcoming": _upcoming(letter, today),
        "sections": _sections(letter),
        "outstanding": _outstanding(letter),
        "who": quote.who,
        "when": languages.instant(language, moment) if moment else "",
        "quoted_rows": quote.rows,
    }


def _fill(language: str, is_html: bool, template: str, values: dict[str, Any]) -> str:
    return _environment(language, is_html).get_template(template).render(values)


@functools.cache
def _environment(language: str, is_html: bool) -> jinja2.Environment:
    """Build the sandbox; the phrases are shared, so each kind of output escapes by itself."""
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.PackageLoader("assistant.compose"),
        autoescape=is_html,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "day": functools.partial(languages.day, language),
        "listed": functools.partial(languages.listed, language),
        "short": functools.partial(clean.line, limit=EVIDENCE_LENGTH),
        "spaced": languages.spaced,
        "own_title": own_title,
        "words": words,
        "steps": steps,
    }
    environment.tests["pending"] = is_pending
    return environment


def is_pending(line: Line) -> bool:
    """Say whether the line is a yes that nobody entitled has given yet (design, law 4)."""
    if line.label is not Label.APPROVAL or line.outcome in (None, Outcome.REFUSED):
        return False
    return line.authority != _ENTITLED


def own_title(line: Line) -> str:
    """Give the title where it says more than the quoted words do, else ""."""
    stem = line.title.removesuffix("…").rstrip()
    return "" if line.evidence.startswith(stem) else clean.line(line.title, WORDS_LENGTH)


def words(line: Line) -> str:
    """Name an item in a few words: its title, or the client's words where the title is their beginning."""
    return clean.line(own_title(line) or line.evidence or line.title, WORDS_LENGTH).rstrip(" .。")


def steps(lines: Iterable[Line]) -> list[tuple[str, list[str]]]:
    """Group the lines' references by the phrase that says what happens next, in order."""
    groups: dict[str, list[str]] = {}
    for line in lines:
        if phrase := _step(line):
            groups.setdefault(phrase, []).append(line.ref)
    return list(groups.items())


def _step(line: Line) -> str:
    if line.label is not Label.APPROVAL:
        return _STEPS.get(line.label, "")
    if is_pending(line):
        return "next_unverified" if line.authority == _UNVERIFIED else "next_not_entitled"
    if line.outcome is None or line.authority != _ENTITLED:
        return "next_decided"
    return _DECIDED[line.outcome]


def _sections(letter: Letter) -> list[tuple[str, list[Point]]]:
    """List the parts of a status update that have something to say: heading and points."""
    standing = letter.standing
    if standing is None or letter.kind is not Kind.STATUS_UPDATE:
        return []
    told = {line.ref for line in (*standing.matches, *letter.lines)}
    parts = (
        ("matches_title", _points("standing_line", standing.matches)),
        ("milestones_title", _points("milestone", standing.milestones)),
        ("issues_title", _points("standing_line", _others(standing.open_issues, told))),
        ("changes_title", _points("standing_line", _others(standing.open_changes, told))),
        ("needed_title", _needed(standing)),
    )
    return [part for part in parts if part[1]]


def _points(phrase: str, things: Iterable[Any]) -> list[Point]:
    return [(phrase, thing) for thing in things]


def _needed(standing: Standing) -> list[Point]:
    return _points("awaited_line", standing.awaited) + _points("plain", standing.needed_from_client)


def _others(lines: Iterable[Line], told: set[str]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.ref not in told)


def _outstanding(letter: Letter) -> list[Point]:
    """List what a reminder reminds of."""
    return _points("awaited_line", letter.lines) + _needed(letter.standing or Standing())


def _upcoming(letter: Letter, today: datetime.date) -> Milestone | None:
    """Give the milestone that comes next: not done, not late, the earliest; the first undated one else."""
    stones = letter.standing.milestones if letter.standing else ()
    ahead = [stone for stone in stones if not stone.done and (stone.due_on or today) >= today]
    return min(ahead, key=lambda stone: stone.due_on or datetime.date.max, default=None)


def _tidy(text: str) -> str:
    """Take out what the templates' own line ends leave: blank runs, blank ends."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
