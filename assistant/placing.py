"""STORY: drafts and the mail client: place them, see what became of them, take withdrawn ones back.

The mail client belongs to the manager: what a person touched is never rewritten or removed (design, law 3).
"""

from collections.abc import Sequence

from assistant import errors, intake, settings
from assistant.classify.labels import Label
from assistant.imap import drafts as imap_drafts
from assistant.imap import session as imap_session
from assistant.record import database, drafts, events, items, messages, tables
from assistant.record.tables import DraftState, ItemState, State


def place(desk: intake.Desk, server: imap_session.Session, folder: str, number: int) -> None:
    """Lay a message's draft into the Drafts folder, unless its mark is there already.

    The server is asked for the mark first: after a crash between append and commit the draft is found
    there and only noted. The folder is noted before the append, so that the draft is found there too when
    the manager decides otherwise before the next pass.
    """
    with desk.record.transaction() as session:
        draft = drafts.of_message(session, session.get_one(tables.Message, number))
        if draft is None or draft.state is not DraftState.COMPOSED:
            return
        draft.folder, draft.placed_sha256 = folder, imap_drafts.digest(draft.raw)
        session.add(draft)
    placed = server.append_draft(folder, draft.raw, draft.mark)
    with desk.record.transaction() as session:
        row = session.get_one(tables.Message, number)
        kept = session.get_one(tables.Draft, draft.id)
        if kept.state is DraftState.COMPOSED:
            kept.state, row.state = DraftState.PLACED, State.PLACED
        # Withdrawn in the meantime: it lies there all the same, and the next pass takes it back.
        kept.folder, kept.uid, kept.placed_sha256 = folder, placed.uid, placed.sha256
        session.add_all([kept, row])
        events.note(session, desk.clock(), events.ASSISTANT, "placed", message=row, folder=folder)


def tidy(desk: intake.Desk, mailbox: settings.Mailbox, server: imap_session.Session) -> None:
    """See what became of the drafts that were placed, and take back those that were withdrawn.

    The server is asked once a folder, however many drafts lie there.
    """
    with desk.record.reading() as session:
        lying = drafts.lying(session, mailbox.name)
    for folder in sorted({draft.folder for draft in lying}):
        here = [draft for draft in lying if draft.folder == folder]
        for draft, found in zip(here, _looked_for(desk, server, folder, here), strict=True):
            step = _take_back if draft.state is DraftState.WITHDRAWN else _follow
            step(desk, server, draft, found)


def _looked_for(
    desk: intake.Desk, server: imap_session.Session, folder: str, lying: Sequence[tables.Draft]
) -> list[imap_drafts.DraftState]:
    """Look for drafts where they were placed, and where the Drafts folder is now if it was renamed."""
    asked = [
        imap_drafts.Asked(draft.mark, draft.placed_sha256, draft.in_reply_to) for draft in lying
    ]
    now = server.drafts_folder()
    if now == folder:
        return server.draft_states(folder, asked)
    try:
        states = server.draft_states(folder, asked)
    except errors.FolderMissing:
        states = [imap_drafts.DraftState(imap_drafts.Fate.GONE) for _ in asked]
    found = server.draft_states(now, asked)
    for at, (draft, state) in enumerate(zip(lying, states, strict=True)):
        if state.fate is imap_drafts.Fate.GONE and found[at].fate is not imap_drafts.Fate.GONE:
            states[at] = found[at]
            with desk.record.transaction() as session:
                draft.folder = session.get_one(tables.Draft, draft.id).folder = now
    return states


def _take_back(
    desk: intake.Desk,
    server: imap_session.Session,
    draft: tables.Draft,
    found: imap_drafts.DraftState,
) -> None:
    """Remove a withdrawn draft from the folder; one that a person touched stays, and counts again."""
    untouched = found.fate is imap_drafts.Fate.UNTOUCHED and found.uid is not None
    removed = untouched and server.remove_draft(draft.folder, found.uid or 0, draft.placed_sha256)
    with desk.record.transaction() as session:
        kept = session.get_one(tables.Draft, draft.id)
        row = session.get_one(tables.Message, draft.message_id)
        if found.fate is not imap_drafts.Fate.EDITED or not _prefer(session, row, kept):
            kept.folder, kept.uid = "", None
        session.add(kept)
        what = "draft taken back" if removed else f"draft left alone, {found.fate}"
        events.note(session, desk.clock(), events.ASSISTANT, what, message=row)


def _prefer(session: database.Session, row: tables.Message, edited: tables.Draft) -> bool:
    """Let the manager's edited draft stand instead of a newer one, unless that is placed already."""
    newer = drafts.of_message(session, row)
    if newer is not None and newer.state is not DraftState.COMPOSED:
        return False
    if newer is not None:
        newer.state, row.state = DraftState.WITHDRAWN, State.PLACED
        session.add_all([newer, row])
        session.flush()
    edited.state = DraftState.EDITED
    return True


def _follow(
    desk: intake.Desk,
    server: imap_session.Session,
    draft: tables.Draft,
    found: imap_drafts.DraftState,
) -> None:
    """Note that a placed draft was answered, edited or thrown away; else nothing is noted."""
    with desk.record.reading() as session:
        row = session.get_one(tables.Message, draft.message_id)
        answered = messages.answered_by(session, row) is not None
    state = _state_of(found.fate, answered)
    if state is DraftState.WITHDRAWN and draft.uid is not None:
        # Sent may show the answer a moment later: believe it at the second look.
        with desk.record.transaction() as session:
            session.get_one(tables.Draft, draft.id).uid = None
        return
    if state is draft.state:
        return
    if answered and found.fate is imap_drafts.Fate.UNTOUCHED and found.uid is not None:
        # The manager wrote an answer of their own; ours is in the way.
        server.remove_draft(draft.folder, found.uid, draft.placed_sha256)
    _note(desk, draft, state)


def _note(desk: intake.Desk, draft: tables.Draft, state: DraftState) -> None:
    """Write down what became of a draft; an answered or unwanted one closes its message."""
    with desk.record.transaction() as session:
        kept = session.get_one(tables.Draft, draft.id)
        row = session.get_one(tables.Message, draft.message_id)
        kept.state = state
        if state in (DraftState.SENT, DraftState.WITHDRAWN):
            kept.folder, kept.uid, row.state = "", None, State.CLOSED
        if state is DraftState.SENT:
            _answer_questions(desk, session, row)
        session.add_all([kept, row])
        events.note(session, desk.clock(), events.MANAGER, f"draft {state}", message=row)


def _state_of(fate: imap_drafts.Fate, answered: bool) -> DraftState:
    """Name what became of a placed draft; one that is gone without an answer was thrown away."""
    if answered:
        return DraftState.SENT
    return {
        imap_drafts.Fate.UNTOUCHED: DraftState.PLACED,
        imap_drafts.Fate.EDITED: DraftState.EDITED,
        imap_drafts.Fate.GONE: DraftState.WITHDRAWN,
    }[fate]


def _answer_questions(desk: intake.Desk, session: database.Session, row: tables.Message) -> None:
    """Close the status requests that the sent answer has answered."""
    for item in items.of_message(session, row):
        if item.kind is Label.STATUS_REQUEST and item.state in tables.OPEN_STATES:
            items.move(session, item, ItemState.DONE, desk.clock())
