"""STORY: a first configuration, and a look whether it works."""

import dataclasses
import difflib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant import errors, settings
from assistant.classify import shelf
from assistant.imap import oauth, providers, secrets
from assistant.imap import session as imap_session
from assistant.record import database

#: the name of the mailbox that `init` writes
NAME = "projects"

_TEMPLATE = """\
# Every key, with a comment: config.example.toml. Does it work? `assistant check` tells.
[manager]
name = {name}
addresses = [{address}]      # own addresses: context, never classified
# Whose Authentication-Results count. Until you name your mail server here, no approval is ever `entitled`.
trusted_authserv_ids = []

[[mailbox]]
name = "{mailbox}"
host = {host}
port = {port}
security = {security}
username = {username}
{login}

[record]
url = "sqlite:///assistant.db"      # beside this file
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """What `init` was told; None and "" for what it should find out."""

    address: str
    name: str
    host: str = ""
    port: int | None = None
    security: settings.Security | None = None
    username: str = ""
    password_env: str = ""
    password_command: str = ""

    @property
    def preset(self) -> providers.Preset | None:
        """What is known of the provider, by the server if that was given, else by the address."""
        if self.host:
            return providers.by_host(self.host)
        return providers.preset_for(self.address)


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What one look of `check` found."""

    what: str
    ok: bool
    #: a sentence, or what was found
    said: str


def write(path: Path, answers: Answers) -> list[str]:
    """Write a first configuration, readable by its owner alone; give what is to be done next.

    Raises UsageError where there is one already, SettingsError where it cannot be written or an answer
    does not fit.
    """
    preset = answers.preset or providers.Preset("", answers.host, ())
    text = _TEMPLATE.format(
        name=_quoted(answers.name),
        address=_quoted(answers.address.lower()),
        mailbox=NAME,
        host=_quoted(preset.host),
        port=answers.port or preset.port,
        security=_quoted((answers.security or preset.security).value),
        username=_quoted(answers.username or answers.address),
        login=_login(answers, preset),
    )
    settings.parse(text, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except FileExistsError as error:
        raise errors.UsageError(f"{path} is there already; edit it, or remove it first.") from error
    except OSError as error:
        raise errors.SettingsError(
            f"The configuration {path} cannot be written: {error.strerror}."
        ) from error
    return _next_steps(answers, preset)


def _with_token(answers: Answers, preset: providers.Preset) -> bool:
    """Say whether the login is by token: the provider wants it, and no app password was named."""
    named = answers.password_env or answers.password_command
    return preset.auth is settings.Auth.OAUTH2 and not named


def _login(answers: Answers, preset: providers.Preset) -> str:
    if _with_token(answers, preset):
        return (
            'auth = "oauth2"\n\n[mailbox.oauth2]\n'
            f"provider = {_quoted(preset.oauth2 or 'command')}\n"
            'client_id = ""      # of the application that you registered with the provider'
        )
    if answers.password_env:
        return f"password_env = {_quoted(answers.password_env)}"
    if answers.password_command:
        return f"password_command = {_quoted(answers.password_command)}"
    return "# the password is looked up in the system keyring; or: password_env, password_command"


def _next_steps(answers: Answers, preset: providers.Preset) -> list[str]:
    if _with_token(answers, preset):
        return [f"Set client_id in the file, then sign in with `assistant login {NAME}`."]
    steps = [preset.note] if preset.note else []
    if not answers.password_env and not answers.password_command:
        username = answers.username or answers.address
        steps.append(f"Store the password with `keyring set {secrets.SERVICE} {username}`.")
    return steps


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def with_host(answers: Answers, host: str) -> Answers:
    """Give the answers with this server."""
    return dataclasses.replace(answers, host=host)


def sign_in(config: settings.Settings, name: str, ask: Callable[[str], str]) -> None:
    """Let a person sign in to the mailbox of this name; UsageError names the nearest one."""
    known = {mailbox.name: mailbox for mailbox in config.mailbox}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise errors.UsageError(f"There is no mailbox {name}; did you mean {near}?")
    oauth.authorize(known[name], ask)


def check(config: settings.Settings) -> Iterator[Result]:
    """Try every part once: each mailbox with its folders, the record, the model."""
    yield Result("configuration", True, f"{len(config.mailbox)} mailbox(es)")
    for mailbox in config.mailbox:
        yield from _mailbox(mailbox)
    yield _try("record", lambda: _record(config))
    yield _try("model", lambda: _model(config))
    trusted = ", ".join(config.manager.trusted_authserv_ids)
    said = trusted or "no trusted_authserv_ids: every approval stays unverified"
    yield Result("trusted servers", True, said)


def _mailbox(mailbox: settings.Mailbox) -> Iterator[Result]:
    name = f"mailbox {mailbox.name}"
    try:
        with imap_session.connect(mailbox) as server:
            yield Result(f"{name} login", True, f"{mailbox.username} at {mailbox.host}")
            folders = server.folders()
            yield Result(f"{name} inbox", True, folders.inbox)
            missing = "not found; name it with sent_folder"
            yield Result(f"{name} sent", folders.sent is not None, folders.sent or missing)
            yield _try(f"{name} drafts", server.drafts_folder)
            yield Result(f"{name} capabilities", True, ", ".join(server.capabilities()))
    except errors.AssistantError as error:
        yield Result(f"{name} login", False, str(error))


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
