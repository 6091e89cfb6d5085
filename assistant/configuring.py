"""STORY: a first configuration, and a look whether it works."""

import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant import errors, settings
from assistant.classify import shelf
from assistant.imap import providers
from assistant.imap import session as imap_session
from assistant.record import database

_TEMPLATE = """\
[manager]
name = {name}
addresses = [{address}]      # own addresses: context, never classified
# Whose Authentication-Results count. Until you name your mail server here, no approval is ever `entitled`.
trusted_authserv_ids = []

[[mailbox]]
name = "projects"
host = {host}
port = {port}
security = {security}
username = {username}
{password}

[record]
url = "sqlite:///assistant.db"
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """What `init` was told; "" for what it should find out."""

    address: str
    name: str
    host: str = ""
    username: str = ""
    password_env: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What one look of `check` found."""

    what: str
    ok: bool
    #: a sentence, or what was found
    said: str


def knows_host(answers: Answers) -> bool:
    """Say whether the server is given, or known from the address."""
    return bool(answers.host) or providers.preset_for(answers.address) is not None


def with_host(answers: Answers, host: str) -> Answers:
    """Give the answers with this server."""
    return dataclasses.replace(answers, host=host)


def write(path: Path, answers: Answers) -> list[str]:
    """Write a first configuration, readable by its owner alone; give what is good to know of the provider."""
    preset = providers.preset_for(answers.address)
    given = bool(answers.host) or preset is None
    text = _TEMPLATE.format(
        name=_quoted(answers.name),
        address=_quoted(answers.address.lower()),
        host=_quoted(answers.host if given or preset is None else preset.host),
        port=993 if given or preset is None else preset.port,
        security=_quoted("tls" if given or preset is None else preset.security.value),
        username=_quoted(answers.username or answers.address),
        password=_password_line(answers),
    )
    settings.parse(text, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    notes = [preset.note] if preset is not None and preset.note and not answers.host else []
    if not answers.password_env:
        username = answers.username or answers.address
        notes.append(
            f"Store the password with `keyring set client-correspondence-assistant {username}`."
        )
    return notes


def _password_line(answers: Answers) -> str:
    if answers.password_env:
        return f"password_env = {_quoted(answers.password_env)}"
    return "# the password is looked up in the system keyring; or: password_env, password_command"


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def check(config: settings.Settings) -> list[Result]:
    """Try every part once: each mailbox with its folders, the record, the model."""
    results = [Result("configuration", True, f"{len(config.mailbox)} mailbox(es)")]
    for mailbox in config.mailbox:
        results += _mailbox(mailbox)
    results.append(_try("record", lambda: _record(config)))
    results.append(_try("model", lambda: _model(config)))
    if not config.manager.trusted_authserv_ids:
        said = "no trusted_authserv_ids: approvals stay unverified"
        results.append(Result("authentication", True, said))
    return results


def _mailbox(mailbox: settings.Mailbox) -> Iterator[Result]:
    name = f"mailbox {mailbox.name}"
    try:
        with imap_session.connect(mailbox) as server:
            yield Result(f"{name} login", True, f"{mailbox.username} at {mailbox.host}")
            folders = server.folders()
            yield Result(f"{name} inbox", True, folders.inbox)
            yield Result(
                f"{name} sent",
                folders.sent is not None,
                folders.sent or "not found; name it with sent_folder",
            )
            yield _try(f"{name} drafts", server.drafts_folder)
            yield Result(f"{name} capabilities", True, ", ".join(server.capabilities()))
    except errors.AssistantError as error:
        yield Result(name, False, str(error))


def _record(config: settings.Settings) -> str:
    record = database.open_record(config)
    with record.transaction():
        pass
    record.close()
    return config.record.url


def _model(config: settings.Settings) -> str:
    folder = config.home / config.model.path if config.model.path else None
    return f"version {shelf.load(folder).version}"


def _try(what: str, look: Callable[[], str]) -> Result:
    """Give what the look found, or the sentence of its error."""
    try:
        return Result(what, True, look())
    except errors.AssistantError as error:
        return Result(what, False, str(error))
