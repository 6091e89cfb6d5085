"""The password of a mailbox: from the environment, a command, or the system's keyring."""

import contextlib
import shlex
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant import errors, settings

if TYPE_CHECKING:
    from keyring import backend

#: under which name passwords are kept in the keyring
SERVICE = "client-correspondence-assistant"
#: a password manager may ask the person to unlock it
COMMAND_SECONDS = 60.0


def password(mailbox: settings.Mailbox) -> str:
    """Find the password.

    `password_env` goes before `password_command`, and both before the keyring.

    Raises SettingsError where none is configured, MailboxError where a command or the keyring fails: a locked keyring
    or a lost network may be better by the next attempt.
    """
    if mailbox.password_env:
        return settings.secret_from_environment(mailbox.password_env)
    if mailbox.password_command:
        return first_line(mailbox.password_command, "password_command")
    return _from_keyring(mailbox)


def first_line(command: str, key: str) -> str:
    """Run `command` without a shell and give the first line that it prints; `key` is its name in the settings."""
    try:
        ran = subprocess.run(
            shlex.split(command),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise errors.MailboxError(
            f"The {key} ended with exit code {error.returncode}; run it by hand to see why."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise errors.MailboxError(
            f"The {key} did not end within {COMMAND_SECONDS:.0f} seconds; run it by hand to see why."
        ) from error
    except (OSError, ValueError) as error:
        raise errors.SettingsError(f"The {key} cannot be run: {error}.") from error
    lines = ran.stdout.splitlines()
    if not lines or not lines[0]:
        raise errors.MailboxError(
            f"The {key} printed nothing; it must print the secret on its first line."
        )
    return lines[0]


def recall(entry: str) -> str | None:
    """Look up a secret in the system's keyring; None where it holds none."""
    with _keyring() as ring:
        return ring.get_password(SERVICE, entry)


def remember(entry: str, secret: str) -> None:
    """Keep a secret in the system's keyring."""
    with _keyring() as ring:
        ring.set_password(SERVICE, entry, secret)


def _from_keyring(mailbox: settings.Mailbox) -> str:
    found = recall(mailbox.username)
    if not found:
        raise errors.SettingsError(
            f"There is no password for mailbox {mailbox.name}; set password_env or password_command, or store it "
            f"with `keyring set {SERVICE} {mailbox.username}`."
        )
    return found


@contextlib.contextmanager
def _keyring() -> "Iterator[backend.KeyringBackend]":
    # Looking for its backends costs keyring 0.1 s and more.
    import keyring
    from keyring import errors as keyring_errors

    try:
        yield keyring.get_keyring()
    except keyring_errors.KeyringError as error:
        raise errors.MailboxError(
            f"The system's keyring cannot be used ({error}); set password_env or password_command "
            "(token_command for oauth2) instead."
        ) from error
