"""STORY: one decision by the manager about one message.

Every decision is kept, and where it changes labels, as a correction to learn from. Nothing here talks to
a mail server: what a decision means for a draft is carried out by the next pass.
"""

from collections.abc import Sequence

from assistant import errors, intake
from assistant.classify.labels import Label, Outcome
from assistant.record import database, decisions, drafts, events, items, messages, refs, tables
from assistant.record.tables import DraftState, ItemState, State

#: states in which a decision files the message anew
_FILED = (State.FILED, State.DRAFTED, State.PLACED, State.CLOSED)


def accept(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Let the labels stand: a held message is filed, and its draft is due.

    Raises UsageError for a parked message, or one without a project.
    """
    _not_parked(row)
    if row.state is State.HELD:
        _settled(row)
        intake.file(desk, session, row)
    _decided(desk, session, row, "accept")


def relabel(
    desk: intake.Desk,
    session: database.Session,
    row: tables.Message,
    labels: Sequence[Label],
    outcomes: Sequence[Outcome],
) -> None:
    """Give the message other labels, and file it by them; the draft is written anew.

    Raises UsageError where the labels contradict each other (annotation guide: `other` stands alone, an
    approval has an outcome, and nothing else has one).
    """
    _not_parked(row)
    _check(labels, outcomes)
    session.add(
        tables.Correction(
            at=desk.clock(),
            message_id=row.id or 0,
            labels_before=row.labels,
            labels_after=[label.value for label in labels],
            outcomes_before=row.outcomes,
            outcomes_after=[outcome.value for outcome in outcomes],
            model=row.model,
        )
    )
    _take_back(desk, session, row)
    row.labels = [label.value for label in labels]
    row.outcomes = [outcome.value for outcome in outcomes]
    _settled(row)
    if row.project_id is None:
        row.state = State.HELD
        row.reasons = ["It belongs to no project yet."]
    else:
        intake.file(desk, session, row)
    _decided(desk, session, row, "relabel")


def undo(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Take the last relabelling back: labels as they were before it, and the message waits in the queue again.

    Nothing is learned from what was taken back. Raises UsageError where there is none.
    """
    _not_parked(row)
    last = decisions.last_correction(session, row)
    if last is None or (last.labels_after, last.outcomes_after) != (row.labels, row.outcomes):
        raise errors.UsageError(
            f"{refs.of_message(row)} does not bear labels of yours, so there is nothing to undo."
        )
    row.labels, row.outcomes = last.labels_before, last.outcomes_before
    session.delete(last)
    _wait_again(desk, session, row, "You took your labels back.")
    _decided(desk, session, row, "undo")


def assign(
    desk: intake.Desk, session: database.Session, row: tables.Message, project: tables.Project
) -> None:
    """Put the message into a project; it is filed there by the labels it has."""
    _not_parked(row)
    _take_back(desk, session, row)
    row.project_id = project.id
    _settled(row)
    intake.file(desk, session, row)
    _decided(desk, session, row, "assign")


def dismiss(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Ask nothing more of the message: its items are dismissed, its draft is withdrawn."""
    _take_back(desk, session, row)
    row.state = State.CLOSED
    _decided(desk, session, row, "dismiss")


def reopen(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Put the message back into the queue."""
    _not_parked(row)
    _wait_again(desk, session, row, "You reopened it.")
    _decided(desk, session, row, "reopen")


def replay(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Read and understand the message anew, as if it had just arrived."""
    if not messages.raw(session, row):
        raise errors.UsageError(
            f"The server has not handed out {refs.of_message(row)} yet; the next pass asks again."
        )
    _take_back(desk, session, row)
    row.state, row.parked_because, row.reasons = State.RECEIVED, "", []
    _decided(desk, session, row, "replay")


def split(desk: intake.Desk, session: database.Session, item: tables.Item) -> tables.Item:
    """Make the item's last passage an item of its own; UsageError where it has only one."""
    proof = items.evidence(session, item)
    if len(proof) < 2:
        raise errors.UsageError(f"{refs.short(item)} rests on one passage and cannot be split.")
    return items.split(session, item, proof[-1], desk.clock())


def move(desk: intake.Desk, session: database.Session, item: tables.Item, state: ItemState) -> None:
    """Say where an item stands now."""
    items.move(session, item, state, desk.clock())


def _wait_again(
    desk: intake.Desk, session: database.Session, row: tables.Message, why: str
) -> None:
    """Put the message into the queue, and undo what was filed from it."""
    row.state, row.sure, row.reasons = State.HELD, False, [why]
    _take_back(desk, session, row)


def _take_back(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Undo what was filed from the message; a draft that is not sent is withdrawn.

    A draft that lies in the mail client is removed by the next pass, and only if nobody touched it.
    """
    items.unfile(session, row, desk.clock())
    draft = drafts.of_message(session, row)
    if draft is not None and draft.state in (DraftState.COMPOSED, DraftState.PLACED):
        draft.state = DraftState.WITHDRAWN
        session.add(draft)


def _check(labels: Sequence[Label], outcomes: Sequence[Outcome]) -> None:
    if not labels:
        raise errors.UsageError("A message has at least one label; `other` where none fits.")
    if Label.OTHER in labels and len(labels) > 1:
        raise errors.UsageError("`other` stands alone; leave it out, or the others.")
    if (Label.APPROVAL in labels) != bool(outcomes):
        raise errors.UsageError(
            "An approval needs its outcome, and nothing else has one:"
            " --outcome granted, conditional or refused."
        )


def _not_parked(row: tables.Message) -> None:
    if row.state is State.PARKED:
        raise errors.UsageError(
            f"{refs.of_message(row)} is parked ({row.parked_because});"
            f" try it again with `assistant replay {refs.of_message(row)}`."
        )


def _settled(row: tables.Message) -> None:
    """Note that the manager has looked: nothing is in doubt any more."""
    row.sure, row.reasons = True, []


def _decided(desk: intake.Desk, session: database.Session, row: tables.Message, what: str) -> None:
    now = desk.clock()
    session.add(row)
    session.add(tables.Decision(at=now, message_id=row.id or 0, what=what))
    events.note(session, now, events.MANAGER, what, message=row)
