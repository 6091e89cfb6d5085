"""The table of providers."""

from pathlib import Path

import pytest

from assistant import settings
from assistant.imap import providers

TABLE = [
    ("wang@163.com", "imap.163.com"),
    ("wang@126.com", "imap.126.com"),
    ("wang@yeah.net", "imap.yeah.net"),
    ("10001@qq.com", "imap.qq.com"),
    ("wang@foxmail.com", "imap.qq.com"),
    ("wang@aliyun.com", "imap.aliyun.com"),
    ("Jane.Doe@GMail.com", "imap.gmail.com"),
    ("jane@hotmail.com", "outlook.office365.com"),
    ("jane@acme.onmicrosoft.com", "outlook.office365.com"),
    ("jane@icloud.com", "imap.mail.me.com"),
    ("jane@yahoo.com", "imap.mail.yahoo.com"),
    ("jane@acme.example", None),
    ("no address", None),
    ("", None),
]


@pytest.mark.parametrize(("address", "host"), TABLE)
def test_the_address_tells_the_server(address: str, host: str | None) -> None:
    preset = providers.preset_for(address)
    assert (preset.host if preset else None) == host


def test_a_company_address_is_known_by_its_server() -> None:
    preset = providers.by_host("imap.exmail.qq.com")
    assert preset is not None
    assert (preset.name, preset.single_connection, preset.poll_seconds) == (
        "Tencent Exmail",
        True,
        120.0,
    )
    assert providers.by_host("mail.acme.example") is None
    assert providers.by_host("127.0.0.1") is None


def test_no_domain_stands_in_the_table_twice() -> None:
    domains = [domain for preset in providers.PRESETS for domain in preset.domains]
    assert sorted(domains) == sorted(set(domains))


@pytest.mark.parametrize("preset", providers.PRESETS, ids=lambda preset: preset.host)
def test_every_preset_makes_valid_settings(preset: providers.Preset) -> None:
    oauth2 = {"provider": preset.oauth2, "client_id": "id"} if preset.oauth2 else None
    mailbox = settings.Mailbox.model_validate(
        {
            "name": "m",
            "username": "pm",
            "host": preset.host,
            "port": preset.port,
            "security": preset.security,
            "auth": preset.auth,
            "oauth2": oauth2,
            "poll_seconds": preset.poll_seconds,
        }
    )
    assert mailbox.security is not settings.Security.NONE
    assert (preset.auth is settings.Auth.OAUTH2) == (preset.oauth2 is not None)


def test_the_documentation_lists_every_provider() -> None:
    text = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
    for preset in providers.PRESETS:
        assert (
            f"| {preset.name} | `{preset.host}` | {preset.port}, {preset.security} | {preset.note or '–'} |"
            in text
        )
