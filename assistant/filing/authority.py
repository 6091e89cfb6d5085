"""Whether an approval counts (design, law 4)."""

from enum import StrEnum

from assistant.filing import parties


class Authority(StrEnum):
    """With what authority a decision was made."""

    #: an approver of the project, confirmed by the receiving server
    ENTITLED = "entitled"
    #: not among the project's approvers
    NOT_ENTITLED = "not_entitled"
    #: an approver's address, but the receiving server does not confirm the sender
    UNVERIFIED = "unverified"


def of(contact: parties.Contact | None, verified: bool) -> Authority:
    """Judge the sender; in doubt, against."""
    if contact is None or not contact.approver:
        return Authority.NOT_ENTITLED
    return Authority.ENTITLED if verified else Authority.UNVERIFIED
