"""Bearer tokens: against a real Dovecot with a local introspection endpoint, and token servers of our own."""

import http.server
import json
import ssl
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from assistant import errors, settings
from assistant.imap import oauth, secrets, session
from tests import servers


def with_token(account: servers.Account, token: str) -> settings.Mailbox:
    return account.mailbox(auth="oauth2", oauth2={"token_command": f"echo {token}"})


def test_a_good_token_opens_the_mailbox(
    dovecot_server: servers.Dovecot, dovecot: servers.Account
) -> None:
    dovecot_server.tokens.good["good-1"] = dovecot.username
    with session.connect(with_token(dovecot, "good-1")) as mailbox:
        assert mailbox.folders().drafts == "Drafts"


def test_a_bad_token_is_refused(dovecot: servers.Account) -> None:
    with pytest.raises(errors.LoginRefused, match=f"refused the token of {dovecot.username}"):
        session.connect(with_token(dovecot, "bad"))


def test_the_token_of_another_user_is_refused(
    dovecot_server: servers.Dovecot, dovecot: servers.Account
) -> None:
    dovecot_server.tokens.good["good-2"] = "somebody"
    with pytest.raises(errors.LoginRefused):
        session.connect(with_token(dovecot, "good-2"))


def test_a_server_without_xoauth2_gets_no_token(pymap: servers.Account) -> None:
    with pytest.raises(errors.LoginRefused, match="does not offer XOAUTH2"):
        session.connect(with_token(pymap, "good"))


def test_a_missing_token_command_is_one_sentence() -> None:
    mailbox = settings.Mailbox.model_validate(
        {"name": "m", "host": "h", "username": "pm", "auth": "oauth2", "oauth2": {}}
    )
    with pytest.raises(errors.SettingsError, match="has no token_command"):
        oauth.access_token(mailbox)


class Provider:
    """A token server over TLS that speaks for Microsoft and for Google; `answers` are the next ones of /token."""

    def __init__(self, authority: trustme.CA) -> None:
        self.answers: list[tuple[int, dict[str, object]]] = []
        self.asked: list[dict[str, str]] = []
        provider = self

        class Endpoint(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(200, provider.discovery())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(urllib.parse.parse_qsl(body))
                if self.path.endswith("/devicecode"):
                    self._say(200, provider.device)
                    return
                provider.asked.append(form)
                self._say(*provider.answers.pop(0))

            def _say(self, status: int, answer: dict[str, object]) -> None:
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_address[1]}"
        self.device: dict[str, object] = {
            "device_code": "d",
            "user_code": "ABC-123",
            "verification_uri": f"{self.url}/device",
            "expires_in": 60,
            "interval": 0.01,
        }
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def discovery(self) -> dict[str, object]:
        base = f"{self.url}/common"
        return {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A token server in the place of Microsoft's and Google's."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    provider = Provider(authority)
    monkeypatch.setattr(oauth, "MICROSOFT_AUTHORITY", provider.url)
    monkeypatch.setattr(oauth, "GOOGLE_TOKEN_URI", f"{provider.url}/token")
    yield provider
    provider.stop()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the keyring holds."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "recall", kept.get)
    monkeypatch.setattr(secrets, "remember", kept.__setitem__)
    return kept


def mailbox(provider: str, **changes: str) -> settings.Mailbox:
    table = {"provider": provider, "client_id": "our-app"} | changes
    return settings.Mailbox.model_validate(
        {
            "name": "m",
            "host": "h",
            "username": "pm@vendor.example",
            "auth": "oauth2",
            "oauth2": table,
        }
    )


GOOD: tuple[int, dict[str, object]] = (
    200,
    {
        "access_token": "access",
        "refresh_token": "refresh-2",
        "expires_in": 3600,
        "token_type": "Bearer",
    },
)
ENDED: tuple[int, dict[str, object]] = (
    400,
    {"error": "invalid_grant", "error_description": "AADSTS70008: it has expired.\r\nTrace ID: 1"},
)
PENDING: tuple[int, dict[str, object]] = (400, {"error": "authorization_pending"})
ENTRY = "pm@vendor.example oauth2"


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_a_refresh_token_is_traded_for_an_access_token(
    provider: Provider, kept: dict[str, str], name: str
) -> None:
    kept[ENTRY] = "refresh-1"
    provider.answers = [GOOD]
    assert oauth.access_token(mailbox(name)) == "access"
    assert (provider.asked[0]["grant_type"], provider.asked[0]["refresh_token"]) == (
        "refresh_token",
        "refresh-1",
    )
    assert kept[ENTRY] == ("refresh-2" if name == "microsoft" else "refresh-1")


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_a_refresh_token_that_has_ended_asks_for_a_new_login(
    provider: Provider, kept: dict[str, str], name: str
) -> None:
    kept[ENTRY] = "refresh-1"
    provider.answers = [ENDED]
    with pytest.raises(errors.LoginRefused, match="run `assistant login m`") as caught:
        oauth.access_token(mailbox(name))
    assert "Trace" not in str(caught.value)


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_before_the_first_login_the_sentence_says_how(kept: dict[str, str], name: str) -> None:
    with pytest.raises(errors.LoginRefused, match="run `assistant login m`"):
        oauth.access_token(mailbox(name))


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_a_token_server_that_is_down_is_tried_again(
    provider: Provider, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kept[ENTRY] = "refresh-1"
    nowhere = f"https://localhost:{servers.free_port()}"
    monkeypatch.setattr(oauth, "MICROSOFT_AUTHORITY", nowhere)
    monkeypatch.setattr(oauth, "GOOGLE_TOKEN_URI", nowhere)
    with pytest.raises(errors.MailboxError, match="cannot be reached") as caught:
        oauth.access_token(mailbox(name))
    assert type(caught.value) is errors.MailboxError


def test_microsoft_shows_a_device_code_and_waits(provider: Provider, kept: dict[str, str]) -> None:
    provider.answers = [PENDING, GOOD]
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return ""

    oauth.authorize(mailbox("microsoft"), ask)
    assert "ABC-123" in asked[0]
    assert f"{provider.url}/device" in asked[0]
    assert kept == {ENTRY: "refresh-2"}


def test_microsoft_says_why_it_refuses(provider: Provider, kept: dict[str, str]) -> None:
    refused: dict[str, object] = {
        "error": "access_denied",
        "error_description": "The user said no.",
    }
    provider.answers = [(400, refused)]
    with pytest.raises(errors.LoginRefused, match="The user said no"):
        oauth.authorize(mailbox("microsoft"), lambda text: "")
    assert kept == {}


def browser(code: str, state: str | None = None) -> Callable[[str], str]:
    """Give a person who opens the address, allows access and copies where the browser ended."""

    def ask(text: str) -> str:
        url = next(word for word in text.split() if word.startswith("https://accounts.google.com/"))
        given = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        assert given["scope"] == "https://mail.google.com/"
        assert given["login_hint"] == "pm@vendor.example"
        answer = {"code": code, "state": state or given["state"]}
        return f" {given['redirect_uri']}?{urllib.parse.urlencode(answer)}\n"

    return ask


def test_google_takes_the_address_at_which_the_browser_ended(
    provider: Provider, kept: dict[str, str]
) -> None:
    provider.answers = [GOOD]
    oauth.authorize(mailbox("google"), browser("code-1"))
    assert (provider.asked[0]["code"], "code_verifier" in provider.asked[0]) == ("code-1", True)
    assert kept == {ENTRY: "refresh-2"}


def test_google_s_answer_to_somebody_else_is_refused(
    provider: Provider, kept: dict[str, str]
) -> None:
    with pytest.raises(errors.LoginRefused, match="run `assistant login m`"):
        oauth.authorize(mailbox("google"), browser("code-1", state="forged"))
    assert kept == {}


@pytest.mark.parametrize("name", ["microsoft", "google"])
def test_a_missing_client_id_is_one_sentence(kept: dict[str, str], name: str) -> None:
    with pytest.raises(errors.SettingsError, match="has no client_id"):
        oauth.authorize(mailbox(name, client_id=""), lambda text: "")


@pytest.mark.parametrize(
    ("name", "library"), [("microsoft", "msal"), ("google", "google_auth_oauthlib")]
)
def test_a_missing_library_says_how_to_install_it(
    kept: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        errors.SettingsError, match=r"pip install 'client-correspondence-assistant\[oauth\]'"
    ):
        oauth.authorize(mailbox(name), lambda text: "")


def test_a_token_command_has_no_login() -> None:
    with pytest.raises(errors.UsageError, match="token_command"):
        oauth.authorize(mailbox("command"), lambda text: "")
