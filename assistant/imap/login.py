"""From a mailbox's settings to a line that is logged in."""

import ssl

import assistant
from assistant import errors, settings
from assistant.imap import faults, line, oauth, secrets


def open_line(mailbox: settings.Mailbox) -> line.Line:
    """Connect, protect, log in and say who we are.

    Raises UntrustedServer before anything secret is sent, LoginRefused, MailboxError, and SettingsError where the
    password cannot be found.
    """
    connection = _connected(mailbox)
    try:
        _log_in(connection, mailbox)
        _identify(connection)
    except errors.AssistantError:
        connection.close()
        raise
    return connection


def tls_context(mailbox: settings.Mailbox) -> ssl.SSLContext:
    """Trust the system's authorities, or those of `ca_file` alone; the host name is always checked."""
    try:
        return ssl.create_default_context(cafile=mailbox.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise errors.SettingsError(
            f"ca_file = {mailbox.ca_file} of mailbox {mailbox.name} cannot be read as PEM certificates: {error}."
        ) from error


def _connected(mailbox: settings.Mailbox) -> line.Line:
    tls = tls_context(mailbox) if mailbox.security is settings.Security.TLS else None
    connection = line.Line(
        mailbox.host, mailbox.port, tls=tls, timeout_seconds=mailbox.timeout_seconds
    )
    if mailbox.security is settings.Security.STARTTLS:
        try:
            _start_tls(connection, mailbox)
        except errors.AssistantError:
            connection.close()
            raise
    return connection


def _start_tls(connection: line.Line, mailbox: settings.Mailbox) -> None:
    if not connection.capable("STARTTLS"):
        raise errors.UntrustedServer(
            f"{mailbox.host}:{mailbox.port} offers no STARTTLS; nothing was sent. "
            'Use security = "tls" with the port for it, usually 993.'
        )
    connection.starttls(tls_context(mailbox))


def _log_in(connection: line.Line, mailbox: settings.Mailbox) -> None:
    if mailbox.auth is settings.Auth.OAUTH2:
        _log_in_with_token(connection, mailbox)
    else:
        _log_in_with_password(connection, mailbox)


def _log_in_with_password(connection: line.Line, mailbox: settings.Mailbox) -> None:
    if connection.capable("LOGINDISABLED"):
        raise errors.LoginRefused(
            f'{mailbox.host} allows no login with a password on this connection; use security = "tls" '
            'or auth = "oauth2".'
        )
    try:
        connection.login(mailbox.username, secrets.password(mailbox))
    except faults.Refused as error:
        raise errors.LoginRefused(
            f"The mail server {mailbox.host} refused the login of {mailbox.username}: {error.said}. "
            "Check user name and password; many providers want an authorization code or app password instead."
        ) from error


def _log_in_with_token(connection: line.Line, mailbox: settings.Mailbox) -> None:
    if not connection.capable("AUTH=XOAUTH2"):
        raise errors.LoginRefused(f'{mailbox.host} does not offer XOAUTH2; use auth = "password".')
    try:
        connection.login_with_token(mailbox.username, oauth.access_token(mailbox))
    except faults.Refused as error:
        raise errors.LoginRefused(
            f"The mail server {mailbox.host} refused the token of {mailbox.username}: {error.said}. "
            "Check that it is for this user, for IMAP, and not out of date."
        ) from error


def _identify(connection: line.Line) -> None:
    """Send ID: 163, 126 and yeah answer `Unsafe Login` to SELECT without it (himalaya issue 651)."""
    if not connection.capable("ID"):
        return
    try:
        connection.identify(
            {"name": "client-correspondence-assistant", "version": assistant.__version__}
        )
    except faults.Refused:
        # A server that lists ID and refuses it can still be read.
        return
