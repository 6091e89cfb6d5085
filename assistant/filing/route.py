"""Which project a message belongs to. Several or none is an answer too, and goes to the queue."""

import dataclasses
import re
from collections.abc import Collection, Sequence

from assistant.filing import parties


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """The project, or the reason why the manager must choose."""

    project: parties.Project | None
    #: keys of the projects it might be, where it is not clear
    rivals: tuple[str, ...] = ()
    #: a sentence for the manager; "" where the project is clear
    reason: str = ""


def route(
    sender_email: str,
    subject: str,
    thread_keys: Collection[str],
    projects: Sequence[parties.Project],
) -> Route:
    """Choose among the projects to which the sender belongs, and no others (design, law 5).

    Thread and subject may only narrow that choice; a contact goes before a mere domain.
    """
    candidates = [project for project in projects if project.has_member(sender_email)]
    if not candidates:
        return Route(None, (), f"{sender_email or 'The sender'} belongs to no project.")
    hinted = [p for p in candidates if p.key in thread_keys or names_key(subject, p.key)]
    listed = [p for p in candidates if p.contact(sender_email)]
    chosen = hinted or listed or candidates
    if len(chosen) == 1:
        return Route(chosen[0])
    rivals = tuple(sorted(project.key for project in chosen))
    return Route(None, rivals, f"It could belong to {' or '.join(rivals)}.")


def names_key(subject: str, key: str) -> bool:
    """Say whether the subject holds the key as a word of its own ("[ACME] …", "ACME/CR-1")."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(key)}(?![A-Za-z0-9])", subject, re.I) is not None
