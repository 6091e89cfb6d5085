"""Getting in: each way that protects the password, and one clear sentence for each way it fails."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from assistant import errors, settings
from assistant.imap import session
from tests import servers


def refusal(mailbox: settings.Mailbox) -> errors.AssistantError:
    """Give the error with which a login ends, after seeing that it is one sentence for a person."""
    with pytest.raises(errors.AssistantError) as caught:
        session.connect(mailbox)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert "Traceback" not in text
    assert servers.PASSWORD not in text
    return caught.value


def test_tls_is_verified_against_the_given_authority(dovecot: servers.Account) -> None:
    assert dovecot.tls_port is not None
    with session.connect(dovecot.mailbox(port=dovecot.tls_port, security="tls")) as mailbox:
        assert mailbox.folders().inbox == "INBOX"


def test_starttls_is_verified_against_the_given_authority(dovecot: servers.Account) -> None:
    with session.connect(dovecot.mailbox(security="starttls")) as mailbox:
        assert mailbox.folders().inbox == "INBOX"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_authority_is_not_trusted(dovecot: servers.Account, security: str) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    error = refusal(dovecot.mailbox(port=port, security=security, ca_file=None))
    assert type(error) is errors.UntrustedServer
    assert "cannot be verified" in str(error)
    assert "nothing was sent" in str(error)


def test_another_authority_is_not_trusted(dovecot: servers.Account, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    error = refusal(dovecot.mailbox(port=dovecot.tls_port, security="tls", ca_file=stranger))
    assert type(error) is errors.UntrustedServer


def test_a_certificate_for_another_name_is_not_trusted(dovecot: servers.Account) -> None:
    error = refusal(dovecot.mailbox(host="127.0.0.1", port=dovecot.tls_port, security="tls"))
    assert type(error) is errors.UntrustedServer
    assert "127.0.0.1" in str(error)


def test_a_ca_file_that_is_none_is_said_to_be_unreadable(
    dovecot: servers.Account, tmp_path: Path
) -> None:
    error = refusal(
        dovecot.mailbox(port=dovecot.tls_port, security="tls", ca_file=tmp_path / "none.pem")
    )
    assert type(error) is errors.SettingsError
    assert "none.pem" in str(error)


def test_without_starttls_no_password_is_sent(pymap: servers.Account) -> None:
    error = refusal(pymap.mailbox(security="starttls"))
    assert type(error) is errors.UntrustedServer
    assert "offers no STARTTLS" in str(error)


def test_a_wrong_password_is_refused(
    account: servers.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "wrong")
    error = refusal(account.mailbox(password_env="WRONG"))
    assert type(error) is errors.LoginRefused
    assert f"refused the login of {account.username}" in str(error)
    assert "wrong" not in str(error)


def test_a_password_beyond_ascii_reaches_the_server(
    dovecot: servers.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "密码")
    assert type(refusal(dovecot.mailbox(password_env="WRONG"))) is errors.LoginRefused


def test_a_closed_port_is_named(dovecot: servers.Account) -> None:
    port = servers.free_port()
    error = refusal(dovecot.mailbox(port=port))
    assert type(error) is errors.MailboxError
    assert f"Nothing answers at localhost:{port}" in str(error)


def test_an_unknown_host_is_named(dovecot: servers.Account) -> None:
    error = refusal(dovecot.mailbox(host="imap.nowhere.invalid", security="tls"))
    assert type(error) is errors.MailboxError
    assert "imap.nowhere.invalid" in str(error)


def test_tls_at_a_plain_port_is_said_to_be_no_tls(dovecot: servers.Account) -> None:
    error = refusal(dovecot.mailbox(security="tls"))
    assert type(error) is errors.MailboxError
    assert "check port and security" in str(error)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    connections.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        for connection in connections:
            connection.close()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_silent_server_is_left_after_the_timeout(
    pymap: servers.Account, silent_port: int, security: str
) -> None:
    error = refusal(pymap.mailbox(port=silent_port, security=security, timeout_seconds=0.3))
    assert type(error) is errors.MailboxError
    assert "did not answer" in str(error)
