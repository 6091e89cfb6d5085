"""The mail server: login, folders, what has arrived, waiting, drafts. The only room that knows imapclient.

    session.connect(mailbox) -> Session         one connection, used as a context manager
        .capabilities() -> tuple[str, ...]      of those that matter
        .folders() -> Folders                   inbox, sent, drafts (None where there is none)
        .drafts_folder() -> str                 raises FolderMissing with one sentence
        .arrivals(folder, cursor, since)        what is newer than the cursor, oldest first
        .reread(folder, uid, uidvalidity)       one message again, None if it cannot be had
        .find_draft(folder, mark)               UIDs of the drafts with our mark
        .append_draft(folder, raw, mark)        Placed(uid, uidvalidity, sha256); looks for the mark first, never twice
        .draft_states(folder, [Asked, …])       DraftState(fate, uid) each: untouched, edited or gone
        .draft_state(folder, mark, sha256, …)   the same for one
        .remove_draft(folder, uid, sha256)      only while nobody has touched it
        .wait(folder, seconds, stop)            True as soon as something new has arrived

Modules: `line` is the door to imapclient and knows no policy, `faults` translates its exceptions; `login`, `folders`,
`fetch`, `drafts` and `watch` are the policies, each on top of a line; `session` puts them together.
`cursor`, `backoff`, `providers` are plain values; `secrets` and `oauth` find passwords and tokens.

A UIDVALIDITY that differs from the cursor's starts the folder afresh from `since`: the arrivals then carry
cursors with the new UIDVALIDITY, and the caller tells old messages from new ones by the SHA-256 of their
bytes (`hashlib.sha256(arrival.raw)`), storing the new cursor and nothing else for those that it has.
"""
