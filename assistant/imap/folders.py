r"""Which folders count: the inbox, Sent as context, Drafts for our replies.

The settings win; then SPECIAL-USE (RFC 6154); then known names. None is ever created.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from assistant import errors, settings
from assistant.imap import line

#: how mail programs and providers call the folder of sent mail
SENT_NAMES = (
    *("Sent", "Sent Items", "Sent Mail", "Sent Messages"),
    *("已发送", "已发送邮件", "已发邮件", "发件箱"),
    *("已傳送郵件", "已傳送的郵件", "寄件備份", "已寄郵件"),
    *("Gesendet", "Gesendete Elemente", "Gesendete Objekte"),
    *("Envoyés", "Éléments envoyés", "Messages envoyés", "Objets envoyés"),
)
#: how they call the folder of drafts; 草稿箱 is `&g0l6P3ux-` on the wire
DRAFTS_NAMES = (
    *("Drafts", "Draft"),
    *("草稿箱", "草稿", "草稿夹", "草稿匣"),
    *("Entwürfe", "Entwurf"),
    *("Brouillons", "Brouillon"),
)


@dataclass(frozen=True)
class Folders:
    """The folders that the assistant uses, by their decoded names."""

    inbox: str
    #: None: the manager's own mail cannot be read as context
    sent: str | None
    #: None: no draft can be placed
    drafts: str | None


def choose(listed: Iterable[line.Listed], mailbox: settings.Mailbox) -> Folders:
    """Pick inbox, sent and drafts among the folders of the server."""
    there = [folder for folder in listed if not folder.flags & {"\\noselect", "\\nonexistent"}]
    return Folders(
        inbox=mailbox.inbox,
        sent=_pick(there, mailbox.sent_folder, "\\sent", SENT_NAMES),
        drafts=_pick(there, mailbox.drafts_folder, "\\drafts", DRAFTS_NAMES),
    )


def drafts_missing(
    listed: Iterable[line.Listed], mailbox: settings.Mailbox
) -> errors.FolderMissing:
    """Say that there is no Drafts folder, and which folder may have been meant."""
    names = [folder.name for folder in listed]
    if mailbox.drafts_folder:
        near = difflib.get_close_matches(mailbox.drafts_folder, names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names[:20])}."
        return errors.FolderMissing(
            f"Mailbox {mailbox.name} has no folder `{mailbox.drafts_folder}` for drafts; {hint}"
        )
    return errors.FolderMissing(
        f"Mailbox {mailbox.name} has no Drafts folder that can be recognized; set drafts_folder to one of "
        f"{', '.join(names[:20])}, or create `Drafts` in the mail client."
    )


def _pick(there: list[line.Listed], wanted: str, use: str, names: tuple[str, ...]) -> str | None:
    if wanted:
        # A name copied from another program's log may be as on the wire: `&g0l6P3ux-`.
        either = (wanted, line.folder_name(wanted))
        return next((folder.name for folder in there if folder.name in either), None)
    for folder in there:
        if use in folder.flags:
            return folder.name
    for name in names:
        for folder in there:
            if _same(folder.name, name):
                return folder.name
    return None


def _same(folder: str, name: str) -> bool:
    """Compare without case, and without the prefix that some servers put before every folder."""
    leaf = folder.removeprefix("INBOX.").removeprefix("INBOX/").removeprefix("[Gmail]/")
    return leaf.casefold() == name.casefold()
