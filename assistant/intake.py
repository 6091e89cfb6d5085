"""STORY: one message, one step further.

    understand   RECEIVED    -> FILED, HELD (the manager decides) or CLOSED (nothing is asked of us)
    write        FILED       -> DRAFTED, or CLOSED where no draft is due

`receiving` comes before, `placing` after it.

Each step is one transaction, so a crash between two of them leaves a message where it can be picked up.
A message that fails is parked with the reason, and the next one goes on.
"""

import dataclasses
import datetime
import typing
from collections.abc import Callable

from assistant import errors, letters, settings
from assistant.classify import verdict
from assistant.classify.labels import Label, Outcome
from assistant.filing import authority, matters, parties, plan, route
from assistant.filing.authority import Authority
from assistant.mail import authentic, automatic, language, newtext, parse, threads
from assistant.mail import message as mail_message
from assistant.record import (
    database,
    events,
    items,
    messages,
    projects,
    refs,
    tables,
)
from assistant.record.tables import DraftState, State

#: an approver's name under a decision, which the receiving server does not confirm (design, law 4)
UNVERIFIED = (
    "It decides in the name of an approver, but no trusted mail server confirms who sent it"
    " (manager.trusted_authserv_ids)."
)
#: of a mail that came twice, by a list or to two mailboxes: it is filed and answered once
COPY = "copy of"


class Reader(typing.Protocol):
    """What understanding needs; `classify.reader.Reader` is one."""

    @property
    def version(self) -> str:
        """The model's version."""

    def understand(self, text: str, context: verdict.Context) -> verdict.Verdict:
        """Give the verdict on one message."""


@dataclasses.dataclass(frozen=True)
class Desk:
    """What every step needs at hand."""

    config: settings.Settings
    record: database.Database
    reader: Reader
    #: the present instant, aware UTC
    clock: Callable[[], datetime.datetime]


def advance(desk: Desk, number: int) -> None:
    """Take one message as far as it goes without the mail server; park it where it fails.

    Errors that spoil more than the message (the record, the model) go through.
    """
    try:
        _advance(desk, number)
    except errors.AssistantError as error:
        if error.spoils is not errors.Spoils.MESSAGE:
            raise
        _park(desk, number, str(error))
    except Exception as error:
        _park(desk, number, f"{type(error).__name__}: {error}")


def _advance(desk: Desk, number: int) -> None:
    steps = {State.RECEIVED: _understand, State.FILED: _write}
    while True:
        with desk.record.transaction() as session:
            row = session.get_one(tables.Message, number)
            step = steps.get(row.state)
            if step is None:
                return
            step(desk, session, row)


def _park(desk: Desk, number: int, reason: str) -> None:
    with desk.record.transaction() as session:
        messages.park(session, session.get_one(tables.Message, number), reason, desk.clock())


def _understand(desk: Desk, session: database.Session, row: tables.Message) -> None:
    """Read the message, understand it, choose its project; file it where all of that is sure."""
    parsed = parse.parse(messages.raw(session, row))
    reading = newtext.read(parsed, _parent_text(session, row, parsed))
    row.new_text = reading.text
    row.language = language.detect(reading.text or parsed.subject)
    row.verified = authentic.check(parsed, desk.config.manager.trusted_authserv_ids).verified
    row.automatic = automatic.reason(parsed) or ""
    known = projects.every(session)
    chosen = route.route(row.sender_email, row.subject, _thread_keys(session, row), known)
    if chosen.project is not None:
        row.project_id = refs.project(session, chosen.project.key).id
    if row.automatic:
        _set_aside(desk, session, row)
        return
    if (copy := messages.copy_of(session, row)) is not None:
        row.automatic = f"{COPY} {refs.of_message(copy)}"
        _set_aside(desk, session, row)
        return
    found = desk.reader.understand(reading.text, _context(session, row, parsed))
    _keep(session, row, found)
    doubts = [*_doubts(parsed, reading, chosen, known), *found.reasons]
    if Label.APPROVAL in found.labels and _authority(row, chosen.project) is Authority.UNVERIFIED:
        doubts.append(UNVERIFIED)
    row.reasons = doubts
    row.sure = found.sure and not doubts and chosen.project is not None
    if row.sure:
        file(desk, session, row)
    else:
        row.state = State.HELD
        events.note(session, desk.clock(), events.ASSISTANT, "held", message=row, reasons=doubts)
    session.add(row)


def _set_aside(desk: Desk, session: database.Session, row: tables.Message) -> None:
    """Close automatic mail; an Exchange placeholder waits for the real message (pitfall 10)."""
    if row.automatic == automatic.EXCHANGE_PLACEHOLDER:
        raise errors.MessageUnreadable(
            "The server gave a placeholder instead of the message; open it in the mail client, then replay."
        )
    row.labels, row.sure, row.state = [Label.OTHER.value], True, State.CLOSED
    session.add(row)
    now = desk.clock()
    events.note(session, now, events.ASSISTANT, "automatic", message=row, reason=row.automatic)


def _doubts(
    parsed: mail_message.Message,
    reading: newtext.Reading,
    chosen: route.Route,
    known: list[parties.Project],
) -> list[str]:
    """List what makes the message a matter for the manager, whatever it says."""
    doubts = []
    if not reading.sure:
        doubts.append("It is not clear which words the client wrote this time.")
    if chosen.project is None:
        doubts.append(chosen.reason)
    people = [
        mail_message.Address(person.name, person.email)
        for project in known
        for person in project.contacts
    ]
    warning = authentic.impersonates(parsed.sender, people) if parsed.sender else None
    if warning:
        doubts.append(warning)
    return doubts


def _parent_text(
    session: database.Session, row: tables.Message, parsed: mail_message.Message
) -> str | None:
    """Give the whole text of the message that this one answers, where the record has it."""
    parent = messages.by_message_id(session, row.mailbox, threads.ancestors(parsed))
    return parse.parse(messages.raw(session, parent)).text if parent else None


def _context(
    session: database.Session, row: tables.Message, parsed: mail_message.Message
) -> verdict.Context:
    """Say what is known beside the text: the subject, and our own last message in the thread."""
    ours = _our_last(session, row, parsed)
    if ours is not None:
        text: str | None = newtext.read(parse.parse(messages.raw(session, ours))).text
    else:
        # A mail that answers nothing opens a thread; one whose parent is not here leaves it open.
        text = "" if threads.opens_thread(parsed) else None
    return verdict.Context(
        subject=row.subject,
        parent_text=text,
        parent_subject=ours.subject if ours else "",
        written_at=parsed.written_at,
    )


def _our_last(
    session: database.Session, row: tables.Message, parsed: mail_message.Message
) -> tables.Message | None:
    """Give our message that this one answers, else our last one in the thread before it."""
    parent = messages.by_message_id(session, row.mailbox, threads.ancestors(parsed)[:1])
    if parent is not None and parent.own and not parent.automatic:
        return parent
    ours = [other for other in messages.ours_in_thread(session, row) if _before(other, row)]
    return ours[-1] if ours else None


def _before(one: tables.Message, other: tables.Message) -> bool:
    return (one.date_at or one.received_at) <= (other.date_at or other.received_at)


def _thread_keys(session: database.Session, row: tables.Message) -> set[str]:
    """List the projects to which earlier messages of the thread belong."""
    numbers = messages.projects_of_thread(session, row)
    return {session.get_one(tables.Project, number).key for number in numbers}


def _keep(session: database.Session, row: tables.Message, found: verdict.Verdict) -> None:
    """Write the verdict down with its passages."""
    row.labels = [label.value for label in found.labels]
    row.outcomes = [outcome.value for outcome in found.outcomes]
    row.scores = {label.value: round(score, 4) for label, score in found.scores.items()}
    row.model = found.model
    messages.forget_verdict(session, row)
    for passage in found.passages:
        session.add(
            tables.Passage(
                message_id=row.id or 0,
                start=passage.start,
                end=passage.end,
                text=passage.text,
                labels=[label.value for label in passage.labels],
                outcomes=[outcome.value for outcome in passage.outcomes],
                score=round(passage.score, 4),
                because=list(passage.because),
                facts=[dataclasses.asdict(fact) for fact in passage.facts],
            )
        )
    session.flush()


def file(desk: Desk, session: database.Session, row: tables.Message) -> None:
    """Put what the message asks into its project's record; UsageError where it has no project yet."""
    if row.project_id is None:
        raise errors.UsageError(
            f"{refs.of_message(row)} belongs to no project yet; say which with"
            f" `assistant assign {refs.of_message(row)} KEY`."
        )
    project = session.get_one(tables.Project, row.project_id)
    found = matters.gather(row.new_text, _passages(session, row))
    filing_project = next(p for p in projects.every(session) if p.key == project.key)
    actions = plan.plan(
        found,
        items.known(session, row.project_id, row.thread_id),
        _authority(row, filing_project),
    )
    items.apply(session, row, project, actions, desk.clock())
    row.state = State.FILED
    session.add(row)


def _authority(row: tables.Message, project: parties.Project | None) -> Authority:
    """Judge with what authority the sender decides in this project."""
    return authority.of(project.contact(row.sender_email) if project else None, row.verified)


def _passages(session: database.Session, row: tables.Message) -> list[verdict.Passage]:
    """Read the message's passages back; a label that no passage bears rests on the whole text."""
    found = [
        verdict.Passage(
            start=kept.start,
            end=kept.end,
            text=kept.text,
            labels=tuple(Label(label) for label in kept.labels),
            outcomes=tuple(Outcome(outcome) for outcome in kept.outcomes),
        )
        for kept in messages.passages(session, row)
    ]
    borne = {label for passage in found for label in passage.labels}
    missing = tuple(
        label for label in map(Label, row.labels) if label not in borne and label is not Label.OTHER
    )
    if missing:
        whole = row.new_text or row.subject
        outcomes = tuple(Outcome(outcome) for outcome in row.outcomes)
        found.append(verdict.Passage(0, len(row.new_text), whole, missing, outcomes))
    return found


def _write(desk: Desk, session: database.Session, row: tables.Message) -> None:
    """Write the reply draft, unless the manager has answered already, or nobody wrote the message."""
    if row.automatic:
        row.state = State.CLOSED
    elif messages.answered_by(session, row) is not None:
        row.state = State.CLOSED
        events.note(session, desk.clock(), events.ASSISTANT, "answered by manager", message=row)
    else:
        draft = letters.write(desk.config, session, row, desk.clock())
        row.state = State.DRAFTED if draft.state is DraftState.COMPOSED else State.PLACED
    session.add(row)
