"""What is known of mail providers, by the domain of the address: one table, for `assistant init`.

Hosts and ports are those of each provider's help pages; the notes are what a person must do there first.
"""

from dataclasses import dataclass
from typing import Literal

from assistant import settings

_CODE = "Switch IMAP on in the webmail's settings and use the authorization code from there instead of the password."
_APP_CODE = (
    "Create an app password in the account's security settings and use it instead of the password."
)
_GOOGLE = 'Use auth = "oauth2", or an app password (which needs two-step verification).'
_MICROSOFT = 'Passwords are no longer accepted: use auth = "oauth2" with provider = "microsoft".'


@dataclass(frozen=True)
class Preset:
    """How one provider's mailboxes are reached."""

    #: the provider's name, as a person knows it
    name: str
    host: str
    #: domains of its addresses
    domains: tuple[str, ...]
    port: int = 993
    security: settings.Security = settings.Security.TLS
    auth: settings.Auth = settings.Auth.PASSWORD
    #: whose OAuth 2.0 it is, where auth is oauth2
    oauth2: Literal["google", "microsoft"] | None = None
    #: what to do before the first login; "" for nothing
    note: str = ""
    #: shortest time between two polls that the provider stands
    poll_seconds: float = 60.0
    #: true: a second connection may be refused or throttled
    single_connection: bool = False


PRESETS = (
    Preset("163", "imap.163.com", ("163.com",), note=_CODE),
    Preset("163 VIP", "imap.vip.163.com", ("vip.163.com",), note=_CODE),
    Preset("126", "imap.126.com", ("126.com",), note=_CODE),
    Preset("yeah.net", "imap.yeah.net", ("yeah.net",), note=_CODE),
    Preset("188", "imap.188.com", ("188.com",), note=_CODE),
    Preset("NetEase Qiye", "imap.qiye.163.com", ("qiye.163.com",), note=_CODE),
    # Logins every 15 s led to lock-outs, every 120 s did not (hermes-agent PR 92753).
    Preset(
        "QQ Mail",
        "imap.qq.com",
        ("qq.com", "vip.qq.com", "foxmail.com"),
        note=_CODE,
        poll_seconds=120.0,
        single_connection=True,
    ),
    Preset(
        "Tencent Exmail",
        "imap.exmail.qq.com",
        ("exmail.qq.com",),
        note=_CODE,
        poll_seconds=120.0,
        single_connection=True,
    ),
    Preset("Aliyun Mail", "imap.aliyun.com", ("aliyun.com",), note=_CODE),
    Preset("Aliyun Qiye", "imap.qiye.aliyun.com", ("qiye.aliyun.com",), note=_CODE),
    Preset("Sina", "imap.sina.com", ("sina.com", "sina.cn", "vip.sina.com"), note=_CODE),
    Preset("Sohu", "imap.sohu.com", ("sohu.com",), note=_CODE),
    Preset("139", "imap.139.com", ("139.com",), note=_CODE),
    Preset("189", "imap.189.cn", ("189.cn",), note=_CODE),
    Preset(
        "Gmail",
        "imap.gmail.com",
        ("gmail.com", "googlemail.com"),
        auth=settings.Auth.OAUTH2,
        oauth2="google",
        note=_GOOGLE,
    ),
    Preset(
        "Microsoft 365 and Outlook.com",
        "outlook.office365.com",
        (
            *(
                "outlook.com",
                "hotmail.com",
                "live.com",
                "msn.com",
                "office365.com",
                "onmicrosoft.com",
            ),
            *(
                "outlook.de",
                "hotmail.de",
                "live.de",
                "outlook.fr",
                "hotmail.fr",
                "live.fr",
                "hotmail.co.uk",
            ),
            *("live.cn", "outlook.jp", "live.hk", "outlook.com.hk"),
        ),
        auth=settings.Auth.OAUTH2,
        oauth2="microsoft",
        note=_MICROSOFT,
    ),
    Preset("iCloud", "imap.mail.me.com", ("icloud.com", "me.com", "mac.com"), note=_APP_CODE),
    Preset(
        "Yahoo",
        "imap.mail.yahoo.com",
        (
            *("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"),
            *("yahoo.com.tw", "yahoo.com.hk"),
        ),
        note=_APP_CODE,
    ),
    Preset("AOL", "imap.aol.com", ("aol.com",), note=_APP_CODE),
    Preset("Fastmail", "imap.fastmail.com", ("fastmail.com", "fastmail.fm"), note=_APP_CODE),
    Preset(
        "GMX",
        "imap.gmx.net",
        ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
        note="Switch IMAP on in the webmail.",
    ),
    Preset(
        "GMX",
        "imap.gmx.com",
        ("gmx.com", "gmx.us", "gmx.co.uk"),
        note="Switch IMAP on in the webmail.",
    ),
    Preset("WEB.DE", "imap.web.de", ("web.de",), note="Switch IMAP on in the webmail."),
    Preset(
        "T-Online",
        "secureimap.t-online.de",
        ("t-online.de", "magenta.de"),
        note="Set an e-mail password for mail programs in the customer centre.",
    ),
    Preset("Orange", "imap.orange.fr", ("orange.fr", "wanadoo.fr")),
    Preset("Free", "imap.free.fr", ("free.fr",)),
    Preset("La Poste", "imap.laposte.net", ("laposte.net",)),
    Preset("Zoho", "imap.zoho.com", ("zoho.com", "zohomail.com"), note=_APP_CODE),
    Preset("Yandex", "imap.yandex.com", ("yandex.com", "yandex.ru", "ya.ru"), note=_APP_CODE),
    Preset(
        "Proton",
        "127.0.0.1",
        ("proton.me", "protonmail.com", "pm.me"),
        port=1143,
        security=settings.Security.STARTTLS,
        note="Run Proton Mail Bridge and use its password; export its certificate and name it with ca_file.",
    ),
)

_BY_DOMAIN = {domain: preset for preset in PRESETS for domain in preset.domains}


def preset_for(address: str) -> Preset | None:
    """Find the provider of a mail address; None for a domain that is not in the table.

    A company's own domain tells nothing of its provider; `by_host` knows the servers.
    """
    domain = address.rpartition("@")[2].strip().lower()
    # Every company at Microsoft has a domain of its own under this one.
    return _BY_DOMAIN.get("onmicrosoft.com" if domain.endswith(".onmicrosoft.com") else domain)


def by_host(host: str) -> Preset | None:
    """Find the provider of a mail server, for addresses under a company's own domain.

    A server on this machine is nobody's: Proton's bridge is known by the address alone.
    """
    wanted = host.strip().lower()
    if wanted in settings.LOOPBACK:
        return None
    return next((preset for preset in PRESETS if preset.host == wanted), None)
