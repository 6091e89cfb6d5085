"""The password of a mailbox: from the environment, a command, or the system's keyring."""

import shlex
import subprocess

from assistant import errors, settings

#: under which name passwords are kept in the keyring
SERVICE = "client-correspondence-assistant"
#: a password manager may ask the person to unlock it
COMMAND_SECONDS = 60.0


def password(mailbox: settings.Mailbox) -> str:
    """Find the password; SettingsError with one sentence where there is none.

    `password_env` goes before `password_command`, and both before the keyring.
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
        raise errors.SettingsError(
            f"The {key} ended with exit code {error.returncode}; run it by hand to see why."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise errors.SettingsError(
            f"The {key} did not end within {COMMAND_SECONDS:.0f} seconds; run it by hand to see why."
        ) from error
    except (OSError, ValueError) as error:
        raise errors.SettingsError(f"The {key} cannot be run: {error}.") from error
    lines = ran.stdout.splitlines()
    if not lines or not lines[0]:
        raise errors.SettingsError(
            f"The {key} printed nothing; it must print the secret on its first line."
        )
    return lines[0]


def _from_keyring(mailbox: settings.Mailbox) -> str:
    # Looking for its backends costs keyring 0.1 s and more.
    import keyring
    from keyring import errors as keyring_errors

    try:
        found = keyring.get_password(SERVICE, mailbox.username)
    except keyring_errors.KeyringError as error:
        raise errors.SettingsError(
            f"Mailbox {mailbox.name} has no password_env or password_command, and the system's keyring cannot be "
            f"read: {error}."
        ) from error
    if not found:
        raise errors.SettingsError(
            f"There is no password for mailbox {mailbox.name}; set password_env or password_command, or store it "
            f"with `keyring set {SERVICE} {mailbox.username}`."
        )
    return found
