"""init and check: a first configuration, and whether it works."""

import stat
from pathlib import Path

import pytest

from assistant import configuring, settings
from assistant.imap import providers
from tests import servers
from tests.cli import console
from tests.scenes import stage


def _init(home: Path, *words: str) -> settings.Settings:
    """Run `init` for a file here, and read what it wrote."""
    ran = console.call(home, "--config", "c.toml", "init", "--name", 'Lin "Leo" 岳', *words)
    console.done(ran)
    return settings.load(home / "c.toml")


def test_a_known_provider_needs_only_the_address(tmp_path: Path) -> None:
    mailbox = _init(tmp_path, "--address", "PM@163.com").mailbox[0]
    assert (mailbox.host, mailbox.port, mailbox.security) == ("imap.163.com", 993, "tls")
    assert (mailbox.username, mailbox.auth) == ("PM@163.com", "password")
    assert settings.load(tmp_path / "c.toml").manager.addresses == ("pm@163.com",)


def test_the_file_is_readable_by_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    _init(tmp_path, "--address", "pm@163.com")
    path = tmp_path / "c.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    ran = console.call(
        tmp_path, "--config", "c.toml", "init", "--address", "a@qq.com", "--name", "X"
    )
    assert ran.returncode == 1
    assert "is there already" in console.said(ran)
    assert path.read_bytes() == before


def test_every_answer_can_be_an_option(tmp_path: Path) -> None:
    words = ("--address", "pm@vendor.example", "--host", "127.0.0.1", "--port", "1143")
    more = ("--security", "none", "--username", "pm", "--password-env", "PM_PASSWORD")
    mailbox = _init(tmp_path, *words, *more).mailbox[0]
    assert (mailbox.host, mailbox.port, mailbox.security) == ("127.0.0.1", 1143, "none")
    assert (mailbox.username, mailbox.password_env) == ("pm", "PM_PASSWORD")


def test_plain_outside_loopback_is_refused_and_nothing_written(tmp_path: Path) -> None:
    words = ("--address", "pm@vendor.example", "--name", "X", "--host", "mail.vendor.example")
    ran = console.call(tmp_path, "--config", "c.toml", "init", *words, "--security", "none")
    assert ran.returncode == 1
    assert "loopback" in console.said(ran)
    assert not (tmp_path / "c.toml").exists()


def test_the_server_of_a_company_domain_tells_the_provider(tmp_path: Path) -> None:
    words = ("--address", "pm@vendor.example", "--host", "outlook.office365.com")
    mailbox = _init(tmp_path, *words).mailbox[0]
    assert mailbox.auth is settings.Auth.OAUTH2
    assert mailbox.oauth2 is not None
    assert mailbox.oauth2.provider == "microsoft"


def test_an_app_password_goes_before_a_token(tmp_path: Path) -> None:
    words = ("--address", "pm@gmail.com", "--password-command", 'pass show "mail/pm"')
    mailbox = _init(tmp_path, *words).mailbox[0]
    assert mailbox.auth is settings.Auth.PASSWORD
    assert mailbox.password_command == 'pass show "mail/pm"'


def test_an_unknown_provider_is_asked_for_on_a_terminal(tmp_path: Path) -> None:
    with console.Terminal(tmp_path, "--config", "c.toml", "init") as terminal:
        for question, answer in (
            ("Your mail address: ", "pm@vendor.example"),
            ("Your name: ", "林岳"),
            ("IMAP server: ", "mail.vendor.example"),
        ):
            terminal.until(question)
            terminal.press(answer + "\n")
        assert terminal.wait() == 0
    config = settings.load(tmp_path / "c.toml")
    assert (config.manager.name, config.mailbox[0].host) == ("林岳", "mail.vendor.example")


@pytest.mark.parametrize("preset", providers.PRESETS, ids=lambda preset: preset.host)
def test_what_is_written_for_every_provider_can_be_read(
    tmp_path: Path, preset: providers.Preset
) -> None:
    path = tmp_path / "c.toml"
    configuring.write(path, configuring.Answers(f"pm@{preset.domains[0]}", "Lin Yue"))
    mailbox = settings.load(path).mailbox[0]
    assert (mailbox.host, mailbox.port, mailbox.security, mailbox.auth) == (
        *(preset.host, preset.port, preset.security, preset.auth),
    )


def test_check_looks_at_every_part(account: servers.Account, tmp_path: Path) -> None:
    stage.configure(account, tmp_path)
    told = console.done(console.call(tmp_path, "check")).splitlines()
    assert all(line.startswith("ok ") for line in told)
    parts = [line[5:].partition(":")[0] for line in told]
    assert parts == [
        "configuration",
        *(
            f"mailbox projects {part}"
            for part in ("login", "inbox", "sent", "drafts", "capabilities")
        ),
        *("record", "model", "trusted servers"),
    ]


def test_check_finds_every_fault_in_one_run(pymap_server: servers.Pymap, tmp_path: Path) -> None:
    """No Drafts, no Sent, a damaged record: three lines say so, the others are fine."""
    account = pymap_server.account(folders=())
    stage.configure(account, tmp_path)
    (tmp_path / "assistant.db").write_bytes(b"no database" * 100)
    ran = console.call(tmp_path, "check", "--json")
    assert (ran.returncode, ran.stderr) == (1, "")
    found = console.parsed(ran)
    assert {one["what"] for one in found if not one["ok"]} == {
        *("mailbox projects sent", "mailbox projects drafts", "record")
    }


def test_check_changes_nothing(account: servers.Account, tmp_path: Path) -> None:
    stage.configure(account, tmp_path)
    stage.deliver_samples(account, slice(0, 2))
    before = account.flags()
    console.done(console.call(tmp_path, "check"))
    assert account.flags() == before
    assert console.lines(console.call(tmp_path, "messages", "--json")) == []


def test_login_names_the_nearest_mailbox(pymap: servers.Account, tmp_path: Path) -> None:
    stage.configure(pymap, tmp_path)
    ran = console.call(tmp_path, "login", "project")
    assert ran.returncode == 1
    assert console.said(ran).endswith("did you mean projects?")
