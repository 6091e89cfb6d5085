"""The configuration: what is read, what is refused, and in which words."""

from pathlib import Path

import pytest

from assistant import errors, settings

HERE = Path("/etc/assistant/config.toml")
SMALL = """
[manager]
name = "Lin Yue"
addresses = ["PM@Vendor.example "]

[[mailbox]]
name = "projects"
host = "mail.vendor.example"
username = "pm"
"""


def test_a_small_configuration_has_safe_defaults() -> None:
    """TLS, port 993, no trusted server, a record beside the file."""
    config = settings.parse(SMALL, HERE)
    mailbox = config.mailbox[0]
    assert (mailbox.port, mailbox.security, mailbox.auth) == (993, "tls", "password")
    assert mailbox.since is None
    assert config.manager.addresses == ("pm@vendor.example",)
    assert config.manager.trusted_authserv_ids == ()
    assert config.record.url == "sqlite:///assistant.db"
    assert config.home == HERE.parent


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_plain_is_for_loopback(host: str) -> None:
    plain = SMALL.replace("mail.vendor.example", host) + 'security = "none"\n'
    assert settings.parse(plain, HERE).mailbox[0].security is settings.Security.NONE


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('security = "none"', "is for loopback only"),
        ('securty = "none"', "`mailbox.0.securty` is not known; did you mean `security`?"),
        ("xyzzy = 1", "`mailbox.0.xyzzy` is not known; did you mean `"),
        ("port = 70000", "`mailbox.0.port` does not fit"),
        ('since = "soon"', "`mailbox.0.since` does not fit"),
        ('auth = "oauth2"', "needs a [mailbox.oauth2] table"),
        ('[mailbox.label_folders]\nissue = "Inbox"', "a folder of its own"),
        ('[mailbox.label_folders]\nissue = "A"\nother = "a"', "a folder of its own"),
        ('[mailbox.oauth2]\ntenannt = "x"', "did you mean `tenant`?"),
        ('[recrod]\nurl = "x"', "`recrod` is not known; did you mean `record`?"),
        ('[drafts]\nsignatur = "x"', "`drafts.signatur` is not known; did you mean `signature`?"),
        ('home = "/"', "`mailbox.0.home` is not known"),
        (SMALL.partition("[[")[2].join(("[[", "")), "two mailboxes are called projects"),
        ("= 1", "is not valid TOML"),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_place(more: str, words: str) -> None:
    with pytest.raises(errors.SettingsError) as caught:
        settings.parse(SMALL + more + "\n", HERE)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(HERE))
    assert "\n" not in str(caught.value)


def test_a_mistyped_key_is_named_before_the_one_that_is_missing_for_it() -> None:
    with pytest.raises(errors.SettingsError, match="did you mean `host`"):
        settings.parse(SMALL.replace("host", "hots"), HERE)


def test_settings_cannot_be_changed() -> None:
    config = settings.parse(SMALL, HERE)
    with pytest.raises(ValueError, match="frozen"):
        config.mailbox[0].port = 1


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    """With a byte order mark and CRLF."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert settings.load(path).manager.name == "Lin Yue"


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "There is no configuration"), (b"\xff\xfe", "cannot be read")],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.SettingsError, match=words):
        settings.load(path)


def test_the_configuration_here_goes_before_the_platforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "platform"))
    monkeypatch.setenv("HOME", str(tmp_path / "platform"))
    assert settings.default_path().is_relative_to(tmp_path / "platform")
    Path("config.toml").touch()
    assert settings.default_path() == Path("config.toml")


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PM_PASSWORD", "sekret")
    assert settings.secret_from_environment("PM_PASSWORD") == "sekret"
    monkeypatch.delenv("PM_PASSWORD")
    with pytest.raises(errors.SettingsError, match="PM_PASSWORD is not set"):
        settings.secret_from_environment("PM_PASSWORD")
