"""How long to leave a mail server alone after it failed."""

from dataclasses import dataclass

from assistant import errors


@dataclass(frozen=True)
class Backoff:
    """Waits that grow by a factor up to a bound; no clock and no chance in it."""

    #: wait after the first failure
    first_seconds: float = 5.0
    factor: float = 2.0
    longest_seconds: float = 900.0

    def delay(self, attempt: int) -> float:
        """Give the seconds to wait after a failure; `attempt` counts the failures before it, from 0."""
        # Beyond 64 doublings the power would only overflow.
        return min(self.first_seconds * self.factor ** min(attempt, 64), self.longest_seconds)


#: a broken connection, or a server that is down
DEFAULT = Backoff()
#: a refused login: trying again soon makes QQ and others lock the account (hermes-agent PR 92753)
REFUSED = Backoff(first_seconds=120.0, longest_seconds=3600.0)


def after(error: errors.AssistantError) -> Backoff:
    """Choose how to wait after `error`."""
    return REFUSED if isinstance(error, errors.LoginRefused) else DEFAULT
