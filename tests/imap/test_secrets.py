"""Where passwords come from."""

import sys
from collections.abc import Iterator

import keyring
import pytest
from keyring import backend
from keyring import errors as keyring_errors

from assistant import errors, settings
from assistant.imap import secrets

_kept: dict[tuple[str, str], str] = {}


class Ring(backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring_errors.KeyringLocked("it is locked")
        return _kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        _kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del _kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    """An empty keyring in the place of the system's."""
    before, ring = keyring.get_keyring(), Ring()  # type: ignore[no-untyped-call]  # keyring annotates no __init__
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)
    _kept.clear()


def mailbox(**changes: str) -> settings.Mailbox:
    return settings.Mailbox.model_validate({"name": "m", "host": "h", "username": "pm"} | changes)


def python(code: str) -> str:
    """Write a command that runs `code`, for a configuration."""
    return f"{sys.executable} -c '{code}'"


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PM", "from outside")
    assert secrets.password(mailbox(password_env="PM", password_command="false")) == "from outside"


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PM", raising=False)
    with pytest.raises(errors.SettingsError, match="variable PM is not set"):
        secrets.password(mailbox(password_env="PM"))


def test_a_command_gives_its_first_line() -> None:
    command = python('print("one two"); print("three")')
    assert secrets.password(mailbox(password_command=command)) == "one two"


def test_a_command_runs_without_a_shell() -> None:
    assert secrets.password(mailbox(password_command="echo $HOME ; echo x")) == "$HOME ; echo x"


@pytest.mark.parametrize(
    ("command", "kind", "sentence"),
    [
        (
            python("import sys; sys.exit(3)"),
            errors.MailboxError,
            "password_command ended with exit code 3",
        ),
        (python("pass"), errors.MailboxError, "password_command printed nothing"),
        (python("print()"), errors.MailboxError, "password_command printed nothing"),
        ("/nowhere/at/all", errors.SettingsError, "password_command cannot be run"),
        ('echo "', errors.SettingsError, "password_command cannot be run"),
    ],
)
def test_a_command_that_fails_is_one_sentence(
    command: str, kind: type[errors.AssistantError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        secrets.password(mailbox(password_command=command))


def test_a_command_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    with pytest.raises(errors.MailboxError, match="did not end"):
        secrets.password(mailbox(password_command="sleep 30"))


def test_what_a_command_prints_when_it_fails_is_not_shown() -> None:
    with pytest.raises(errors.MailboxError) as caught:
        secrets.password(mailbox(password_command=python('print("hidden"); exit(1)')))
    assert "hidden" not in str(caught.value)


def test_the_keyring_is_asked_last(ring: Ring) -> None:
    ring.set_password("client-correspondence-assistant", "pm", "from the ring")
    assert secrets.password(mailbox()) == "from the ring"


def test_an_empty_keyring_says_how_to_fill_it(ring: Ring) -> None:
    with pytest.raises(
        errors.SettingsError, match="`keyring set client-correspondence-assistant pm`"
    ):
        secrets.password(mailbox())


def test_a_locked_keyring_is_one_sentence(ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(errors.MailboxError, match=r"keyring cannot be used \(it is locked\)"):
        secrets.password(mailbox())
