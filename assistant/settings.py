"""TOML and environment -> frozen Settings. Nobody else reads either.

The schema below is the manual; tests keep `config.example.toml` and `docs/reference.md` in step with it.
"""

import datetime
import difflib
import os
import tomllib
import typing
from enum import StrEnum
from pathlib import Path

import platformdirs
import pydantic

from assistant import errors

#: a host that never leaves this machine; the only ones that may be spoken to without TLS
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Security(StrEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    #: loopback only
    NONE = "none"


class Auth(StrEnum):
    """How the mailbox proves who it is."""

    PASSWORD = "password"  # noqa: S105 - the name of a method, not a password
    OAUTH2 = "oauth2"


class Table(pydantic.BaseModel):
    """A TOML table: frozen, and a key that it does not know is an error."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Manager(Table):
    """[manager]: the person whose mailbox this is."""

    name: str
    #: own addresses, lower-case: their mail is context and never classified
    addresses: tuple[str, ...] = pydantic.Field(min_length=1)
    #: whose Authentication-Results count (RFC 8601 section 5); empty: no approval is ever entitled
    trusted_authserv_ids: tuple[str, ...] = ()

    @pydantic.field_validator("addresses", "trusted_authserv_ids")
    @classmethod
    def _lower(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value.strip().lower() for value in values)


class OAuth2(Table):
    """[mailbox.oauth2]: a bearer token instead of a password (SASL XOAUTH2)."""

    #: "google", "microsoft" or "command"
    provider: typing.Literal["google", "microsoft", "command"] = "command"
    #: prints an access token; used when provider is "command"
    token_command: str = ""
    client_id: str = ""
    #: environment variable that holds the client secret, where the provider wants one
    client_secret_env: str = ""
    #: Microsoft's tenant: "common", "organizations" or an id
    tenant: str = "common"


class LabelFolders(Table):
    """[mailbox.label_folders]: a message that you move into one of these folders asks this, and nothing else."""

    requirement_change: str = ""
    issue: str = ""
    #: approvals, by their outcome
    granted: str = ""
    conditional: str = ""
    refused: str = ""
    status_request: str = ""
    other: str = ""


class Mailbox(Table):
    """[[mailbox]]: one account on one mail server."""

    name: str
    host: str
    port: int = pydantic.Field(default=993, ge=1, le=65535)
    security: Security = Security.TLS
    username: str
    auth: Auth = Auth.PASSWORD
    #: environment variable that holds the password
    password_env: str = ""
    #: command whose first line of output is the password
    password_command: str = ""
    oauth2: OAuth2 | None = None
    #: PEM file of certificate authorities to trust instead of the system's
    ca_file: Path | None = None
    #: the first run looks no further back; default: the day of the first run
    since: datetime.date | None = None
    inbox: str = "INBOX"
    #: where SPECIAL-USE and the known names do not tell
    sent_folder: str = ""
    drafts_folder: str = ""
    label_folders: LabelFolders = LabelFolders()
    #: socket timeout
    timeout_seconds: float = pydantic.Field(default=60.0, gt=0, le=600)
    #: between polls where the server has no IDLE
    poll_seconds: float = pydantic.Field(default=120.0, ge=1, le=86400)
    #: IDLE is renewed after this long (RFC 2177 asks for less than 29 minutes; NATs for less than 10)
    idle_seconds: float = pydantic.Field(default=540.0, ge=1, le=1500)
    #: bytes asked for in one FETCH
    batch_bytes: int = pydantic.Field(default=8_000_000, ge=1_000)

    @pydantic.model_validator(mode="after")
    def _fits_together(self) -> "Mailbox":
        if self.security is Security.NONE and self.host not in LOOPBACK:
            raise ValueError(
                f'security = "none" is for loopback only, and {self.host} is not; use "tls" or "starttls"'
            )
        named = [name.lower() for name in self.label_folders.model_dump().values() if name]
        taken = {self.inbox.lower(), "inbox", self.sent_folder.lower(), self.drafts_folder.lower()}
        if len(set(named)) < len(named) or taken.intersection(named):
            raise ValueError(
                "each of label_folders needs a folder of its own, and none of them is the inbox, Sent or Drafts"
            )
        if self.auth is Auth.OAUTH2 and self.oauth2 is None:
            raise ValueError('auth = "oauth2" needs a [mailbox.oauth2] table')
        return self


class Record(Table):
    """[record]: the database."""

    #: sqlite:///FILE (relative to the configuration file), or postgresql+psycopg://…
    url: str = "sqlite:///assistant.db"


class Drafts(Table):
    """[drafts]: what is left in the mail client."""

    #: signature under every draft; "" for the manager's name alone
    signature: str = ""


class Model(Table):
    """[model]: which model reads the mail."""

    #: folder of a trained model; None: the one that was shipped, or the one chosen by `model use`
    path: Path | None = None
    #: so many new decisions are enough for the daemon to learn from them at night; 0: never by itself
    learn_after: int = pydantic.Field(default=20, ge=0)
    #: when the night's learning begins, local time
    learn_at: datetime.time = datetime.time(3)


class Settings(Table):
    """The whole configuration."""

    manager: Manager
    mailbox: tuple[Mailbox, ...] = pydantic.Field(min_length=1)
    record: Record = Record()
    drafts: Drafts = Drafts()
    model: Model = Model()
    #: the folder of the configuration file: relative paths start here
    home: Path = pydantic.Field(default=Path(), exclude=True)

    @pydantic.model_validator(mode="after")
    def _names_are_unique(self) -> "Settings":
        names = [mailbox.name for mailbox in self.mailbox]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two mailboxes are called {', '.join(twice)}; give each its own name")
        return self


def default_path() -> Path:
    """Give config.toml here if there is one, else the one in the platform's configuration folder."""
    here = Path("config.toml")
    if here.exists():
        return here
    return Path(platformdirs.user_config_dir("client-correspondence-assistant")) / "config.toml"


def load(path: Path) -> Settings:
    """Read and check the configuration.

    Raises SettingsError with one sentence: no file, bad TOML (with line), an unknown key (with the
    nearest known one), or a value that does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise errors.SettingsError(
            f"There is no configuration at {path}; write one with `assistant init`."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise errors.SettingsError(f"The configuration {path} cannot be read: {error}.") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Settings:
    """Check the TOML in `text`; `path` gives the home folder and stands in the messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise errors.SettingsError(f"{path} is not valid TOML: {error}.") from error
    try:
        settings = Settings.model_validate(data)
    except pydantic.ValidationError as error:
        raise errors.SettingsError(f"{path}: {_sentence(error)}") from error
    home = path.absolute().parent
    mailboxes = tuple(
        box.model_copy(update={"ca_file": home / box.ca_file}) if box.ca_file else box
        for box in settings.mailbox
    )
    return settings.model_copy(update={"home": home, "mailbox": mailboxes})


def secret_from_environment(name: str) -> str:
    """Give the environment variable `name`; SettingsError where it is not set."""
    value = os.environ.get(name)
    if not value:
        raise errors.SettingsError(
            f"The environment variable {name} is not set; set it to the secret, or name another one."
        )
    return value


def _sentence(error: pydantic.ValidationError) -> str:
    """Say the first fault in one sentence, with the nearest known key where one was unknown."""
    # A mistyped key is also a missing one: what was written says more than what was not.
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in fault["loc"]) or "the configuration"
    if fault["type"] == "extra_forbidden":
        known = _known_keys(fault["loc"][:-1])
        near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.0)
        return f"the key `{where}` is not known; did you mean `{near[0]}`?"
    if fault["type"] == "missing":
        return f"the key `{where}` is missing; add it."
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"`{where}` does not fit: {message}."


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    """List the keys of the table at `loc`."""
    table: type[pydantic.BaseModel] = Settings
    for part in loc:
        if isinstance(part, str):
            table = _table_of(table.model_fields[part].annotation) or table
    return [name for name in table.model_fields if name != "home"]


def _table_of(annotation: object) -> type[pydantic.BaseModel] | None:
    """Find the table class inside `Mailbox`, `OAuth2 | None` or `tuple[Mailbox, ...]`."""
    for candidate in (annotation, *typing.get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, pydantic.BaseModel):
            return candidate
    return None
