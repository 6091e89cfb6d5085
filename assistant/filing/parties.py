"""Who takes part: projects, their clients' domains and contacts."""

import dataclasses
import re

from assistant import errors


@dataclasses.dataclass(frozen=True, slots=True)
class Contact:
    """A person on the client's side of one project."""

    #: lower-case
    email: str
    name: str = ""
    #: may this person's yes be taken for the client's
    approver: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Project:
    """What filing needs to know of a project."""

    #: short, upper-case, unique: the first half of every item's reference
    key: str
    name: str
    #: lower-case domains whose every sender belongs to the project
    client_domains: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    language: str = "en"

    def contact(self, email: str) -> Contact | None:
        """Give the contact with this lower-case address."""
        return next((contact for contact in self.contacts if contact.email == email), None)

    def has_member(self, email: str) -> bool:
        """Say whether the sender belongs: a contact, or anyone at a client domain."""
        return self.contact(email) is not None or email.rpartition("@")[2] in self.client_domains


def check_key(key: str) -> str:
    """Give the key in upper case; UsageError where it cannot stand in a reference."""
    wanted = key.strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9._-]{0,19}", wanted):
        raise errors.UsageError(
            f"{key!r} cannot be a project's key; use up to 20 letters, digits, dots and hyphens."
        )
    return wanted
