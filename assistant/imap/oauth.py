"""Bearer tokens for mailboxes without passwords.

They come from a command, from Microsoft through msal, or from Google through google-auth.

A person signs in once (`authorize`); the refresh token is kept in the system's keyring, and each login trades it for
a fresh access token. The libraries come with the extra `oauth` and are imported only where they are used.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from assistant import errors, settings
from assistant.imap import secrets

#: the authority; the tenant follows
MICROSOFT_AUTHORITY = "https://login.microsoftonline.com"
MICROSOFT_SCOPES = ["https://outlook.office.com/IMAP.AccessAsUser.All"]
GOOGLE_AUTH_URI = "https://accounts.google.com/o/oauth2/auth"
GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a token
GOOGLE_SCOPES = ["https://mail.google.com/"]
#: Where Google sends the browser at the end. Nothing listens there: the person copies the address.
GOOGLE_REDIRECT = "http://localhost:1/"
NETWORK_SECONDS = 30.0


def access_token(mailbox: settings.Mailbox) -> str:
    """Give an access token that is good now.

    Raises SettingsError where something is not set up, LoginRefused where a person must sign in (again), MailboxError
    where the provider cannot be reached.
    """
    table = _table(mailbox)
    if table.provider == "command":
        if not table.token_command:
            raise errors.SettingsError(
                f"Mailbox {mailbox.name} uses oauth2 but has no token_command; set it in [mailbox.oauth2], "
                'or provider to "google" or "microsoft".'
            )
        return secrets.first_line(table.token_command, "token_command")
    refresh = secrets.recall(_entry(mailbox))
    if refresh is None:
        raise errors.LoginRefused(_sign_in(mailbox, "nobody has signed in yet"))
    if table.provider == "microsoft":
        return _from_microsoft(mailbox, table, refresh)
    return _from_google(mailbox, table, refresh)


def authorize(mailbox: settings.Mailbox, ask: Callable[[str], str]) -> None:
    """Let a person sign in, and keep the refresh token.

    `ask` shows a text and gives what the person types. Microsoft has a device code: any browser will do, and ENTER is
    enough. Google's device flow does not hand out mail (only a limited set of scopes), so there the person copies the
    address at which the browser ends.
    """
    table = _table(mailbox)
    if table.provider == "microsoft":
        refresh = _ask_microsoft(mailbox, table, ask)
    elif table.provider == "google":
        refresh = _ask_google(mailbox, table, ask)
    else:
        raise errors.UsageError(
            f"Mailbox {mailbox.name} gets its token from token_command; there is nothing to do."
        )
    secrets.remember(_entry(mailbox), refresh)


def _from_microsoft(mailbox: settings.Mailbox, table: settings.OAuth2, refresh: str) -> str:
    with _reaching(mailbox):
        answer = _microsoft(mailbox, table).acquire_token_by_refresh_token(
            refresh, scopes=MICROSOFT_SCOPES
        )
    token = _said_yes(mailbox, answer)
    if answer.get("refresh_token"):
        # Microsoft hands out a new one each time, and the old one ends some day.
        secrets.remember(_entry(mailbox), str(answer["refresh_token"]))
    return token


def _ask_microsoft(
    mailbox: settings.Mailbox, table: settings.OAuth2, ask: Callable[[str], str]
) -> str:
    with _reaching(mailbox):
        app = _microsoft(mailbox, table)
        flow = app.initiate_device_flow(scopes=MICROSOFT_SCOPES)
        if "user_code" not in flow:
            raise errors.LoginRefused(_sign_in(mailbox, _words(flow)))
        ask(
            f"Open {flow['verification_uri']} in a browser, enter the code {flow['user_code']}, then press ENTER here."
        )
        answer = app.acquire_token_by_device_flow(flow)
    _said_yes(mailbox, answer)
    return str(answer.get("refresh_token", ""))


def _microsoft(mailbox: settings.Mailbox, table: settings.OAuth2) -> Any:  # noqa: ANN401 - msal has no types
    with _library():
        import msal  # type: ignore[import-untyped]  # ships no py.typed
    try:
        return msal.PublicClientApplication(
            _client_id(mailbox, table),
            authority=f"{MICROSOFT_AUTHORITY}/{table.tenant}",
            # The authority is ours, not a caller's: there is nothing to discover.
            instance_discovery=False,
            timeout=NETWORK_SECONDS,
        )
    except ValueError as error:
        raise errors.SettingsError(
            f"Microsoft does not know the tenant `{table.tenant}` of mailbox {mailbox.name}; check [mailbox.oauth2]."
        ) from error


def _from_google(mailbox: settings.Mailbox, table: settings.OAuth2, refresh: str) -> str:
    with _library():
        from google.auth import exceptions
        from google.auth.transport import requests
        from google.oauth2 import credentials
    held = credentials.Credentials(  # type: ignore[no-untyped-call]  # annotates little
        None,
        refresh_token=refresh,
        token_uri=GOOGLE_TOKEN_URI,
        client_id=_client_id(mailbox, table),
        client_secret=_client_secret(table),
        scopes=GOOGLE_SCOPES,
    )
    try:
        held.refresh(requests.Request())  # type: ignore[no-untyped-call]
    except exceptions.TransportError as error:
        raise errors.MailboxError(_unreachable(mailbox)) from error
    except exceptions.GoogleAuthError as error:
        raise errors.LoginRefused(
            _sign_in(mailbox, str(error.args[0]) if error.args else "refused")
        ) from error
    return str(held.token)


def _ask_google(
    mailbox: settings.Mailbox, table: settings.OAuth2, ask: Callable[[str], str]
) -> str:
    with _library():
        from google_auth_oauthlib import flow as google_flow  # type: ignore[import-untyped]  # ships no py.typed
        from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # ships no py.typed
    client = {
        "client_id": _client_id(mailbox, table),
        "client_secret": _client_secret(table),
        "auth_uri": GOOGLE_AUTH_URI,
        "token_uri": GOOGLE_TOKEN_URI,
    }
    flow = google_flow.InstalledAppFlow.from_client_config(
        {"installed": client}, GOOGLE_SCOPES, redirect_uri=GOOGLE_REDIRECT
    )
    url, _ = flow.authorization_url(
        access_type="offline", prompt="consent", login_hint=mailbox.username
    )
    ended = ask(
        f"Open {url} in a browser and allow access. The browser ends at an address that begins with {GOOGLE_REDIRECT} "
        "and shows nothing: copy that whole address here."
    )
    with _reaching(mailbox):
        try:
            # oauthlib wants to see https; the address never left this machine.
            flow.fetch_token(
                authorization_response=ended.strip().replace("http://", "https://", 1),
                timeout=NETWORK_SECONDS,
            )
        except OAuth2Error as error:
            raise errors.LoginRefused(_sign_in(mailbox, str(error))) from error
    return str(flow.credentials.refresh_token)


def _table(mailbox: settings.Mailbox) -> settings.OAuth2:
    if mailbox.oauth2 is None:
        raise errors.SettingsError(
            f"Mailbox {mailbox.name} has no [mailbox.oauth2] table; add one."
        )
    return mailbox.oauth2


def _entry(mailbox: settings.Mailbox) -> str:
    """Name the keyring entry of a mailbox's refresh token."""
    return f"{mailbox.username} oauth2"


def _client_id(mailbox: settings.Mailbox, table: settings.OAuth2) -> str:
    if not table.client_id:
        raise errors.SettingsError(
            f"[mailbox.oauth2] of mailbox {mailbox.name} has no client_id; register an application with the provider "
            "and set it."
        )
    return table.client_id


def _client_secret(table: settings.OAuth2) -> str:
    return (
        settings.secret_from_environment(table.client_secret_env) if table.client_secret_env else ""
    )


def _said_yes(mailbox: settings.Mailbox, answer: dict[str, object]) -> str:
    if "access_token" not in answer:
        raise errors.LoginRefused(_sign_in(mailbox, _words(answer)))
    return str(answer["access_token"])


def _words(answer: dict[str, object]) -> str:
    """Give the first line of what Microsoft says of an error: the rest are trace numbers."""
    return str(answer.get("error_description") or answer.get("error") or "no reason").splitlines()[
        0
    ]


def _sign_in(mailbox: settings.Mailbox, why: str) -> str:
    # The first line: what follows at Microsoft are trace numbers.
    reason = why.splitlines()[0].rstrip(".") if why else "no reason given"
    return f"Mailbox {mailbox.name} has no token ({reason}); run `assistant login {mailbox.name}`."


def _unreachable(mailbox: settings.Mailbox) -> str:
    return f"The token server of mailbox {mailbox.name} cannot be reached; it will be tried again."


@contextlib.contextmanager
def _library() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise errors.SettingsError(
            f"The library {error.name} is not installed; pip install 'client-correspondence-assistant[oauth]'."
        ) from error


@contextlib.contextmanager
def _reaching(mailbox: settings.Mailbox) -> Iterator[None]:
    """Turn what requests raises on the way to the provider into ours."""
    with _library():
        import requests
    try:
        yield
    except requests.RequestException as error:
        raise errors.MailboxError(_unreachable(mailbox)) from error
