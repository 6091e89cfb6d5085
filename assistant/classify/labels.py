"""The labels and outcomes of the annotation guide, and what a manager's message asks."""

from enum import StrEnum


class Label(StrEnum):
    """What a client's message asks of the project (annotation guide, table of labels)."""

    #: wants the agreed work to be different
    REQUIREMENT_CHANGE = "requirement_change"
    #: says that something is wrong
    ISSUE = "issue"
    #: decides on something put to them
    APPROVAL = "approval"
    #: asks how the work stands
    STATUS_REQUEST = "status_request"
    #: none of these; stands alone
    OTHER = "other"


class Outcome(StrEnum):
    """What an approval message decided (annotation guide, approval outcomes)."""

    #: yes, and nothing left open
    GRANTED = "granted"
    #: yes, provided that something that is not yet so
    CONDITIONAL = "conditional"
    #: no, not yet, hold
    REFUSED = "refused"


class Asked(StrEnum):
    """What our own last message in the thread asked of the client."""

    SIGNOFF = "signoff"
    QUESTION = "question"
    DELIVERY = "delivery"
    INFORMATION = "information"
    SCHEDULE = "schedule"
    #: it asked nothing, or there was no message of ours
    NONE = "none"
