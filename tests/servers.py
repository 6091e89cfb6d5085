"""Real mail servers for the tests, on unprivileged loopback ports.

Dovecot comes from its Debian package, pymap runs in process; `cyrus` has a third one. Dovecot runs as
root or as an ordinary user; mail is never read with uid 0. Each test gets an account of its own on a
server that the whole run shares.
"""

import contextlib
import datetime
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from assistant import settings
from assistant.demo import server as demo_server
from tests import tokens

PASSWORD = "sekret-words"
#: holds PASSWORD while the servers run
PASSWORD_ENV = "ASSISTANT_TEST_PASSWORD"

#: a command's beginning that ends it with the test run, however that ends (not Cyrus as root: it changes its user)
UNTIL_WE_DIE = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
#: for names that no two tests share
numbers = itertools.count(1)


@dataclass(frozen=True)
class Account:
    """One mail account on a running test server."""

    host: str
    #: without TLS at first; STARTTLS where the server has a certificate
    port: int
    #: TLS from the first byte; None where the server has none
    tls_port: int | None
    #: the authority that signed the server's certificate
    ca_file: Path | None
    username: str
    password: str
    #: the account's Maildir, where the server keeps one
    maildir: Path | None = None
    #: uid and gid of the mail files
    owner: tuple[int, int] | None = None

    def mailbox(self, **changes: object) -> settings.Mailbox:
        """Give the settings of this account; a keyword changes one of them."""
        values: dict[str, object] = {
            "name": "test",
            "host": self.host,
            "port": self.port,
            "security": settings.Security.NONE,
            "username": self.username,
            "password_env": PASSWORD_ENV,
            "ca_file": self.ca_file,
            "timeout_seconds": 10,
            "poll_seconds": 1,
        }
        return settings.Mailbox.model_validate(values | changes)

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Let a message arrive, byte for byte where the server keeps a Maildir, unseen."""
        if self.maildir is None:
            self.append(raw, folder)
        else:
            self._drop(raw, self.maildir if folder == "INBOX" else self.maildir / f".{folder}")

    def append(self, raw: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Let a mail client append a message."""
        with self.client() as client:
            typ, data = client.append(_quoted(folder), flags, "", raw)
            assert typ == "OK", data

    def create(self, folder: str) -> None:
        """Make a folder, named in modified UTF-7."""
        with self.client() as client:
            typ, data = client.create(_quoted(folder))
            assert typ == "OK", data

    def delete(self, folder: str) -> None:
        """Delete a folder with all that is in it."""
        with self.client() as client:
            typ, data = client.delete(_quoted(folder))
            assert typ == "OK", data

    def remove(self, uid: int, folder: str = "INBOX") -> None:
        """Let a person delete one message for good."""
        with self.client() as client:
            client.select(_quoted(folder))
            client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def raw_messages(self, folder: str = "INBOX") -> dict[int, bytes]:
        """Give UID -> bytes of every message, as the server hands them out."""
        with self.client() as client:
            client.select(_quoted(folder), readonly=True)
            data = client.uid("FETCH", "1:*", "(UID BODY.PEEK[])")[1]
        pairs = [item for item in data if isinstance(item, tuple)]
        return {_number_after(b"UID ", head): body for head, body in pairs}

    def flags(self, folder: str = "INBOX") -> dict[int, frozenset[str]]:
        r"""Give UID -> flags of every message, without \Recent."""
        with self.client() as client:
            client.select(_quoted(folder), readonly=True)
            data = client.uid("FETCH", "1:*", "(UID FLAGS)")[1]
        lines = [item for item in data if isinstance(item, bytes)]
        found = {
            _number_after(b"UID ", line): {flag.decode() for flag in imaplib.ParseFlags(line)}
            for line in lines
        }
        return {uid: frozenset(flags - {r"\Recent"}) for uid, flags in found.items()}

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Log in with the standard library's client, independent of what is tested."""
        with imaplib.IMAP4(self.host, self.port, timeout=10) as client:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(self.username, self.password)
            yield client

    def _drop(self, raw: bytes, maildir: Path) -> None:
        stamp = time.time_ns()
        name = f"{stamp // 10**9}.M{stamp // 1000 % 10**6}P{os.getpid()}Q{next(numbers)}.test"
        before = maildir / "tmp" / name
        before.write_bytes(raw)
        if self.owner is not None and os.geteuid() == 0:
            os.chown(before, *self.owner)
        before.rename(maildir / "new" / name)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number_after(word: bytes, line: bytes) -> int:
    return int(line.split(word, 1)[1].split()[0].rstrip(b")"))


def free_port() -> int:
    """Find a TCP port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def new_home(name: str) -> Path:
    """Make a folder for a server: in memory where there is room, for mail servers wait for the disk often.

    The path of a Unix socket has at most 108 bytes, and pytest's own folders are too deep for that.
    """
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1_000_000_000
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=memory if roomy else "/tmp"))


def wait_for(port: int, alive: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until something answers at `port`, ten seconds at most."""
    for _ in range(1000):
        if alive is not None and alive.poll() is not None:
            raise RuntimeError(f"the server stopped with {alive.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"nothing answers at port {port}")


def _program(name: str, version: str) -> str | None:
    """Find a server that is outside most users' path, if it is of this version."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None or not Path("/usr/lib/dovecot/imap").exists():
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return found if said.startswith(version) else None


class Dovecot:
    """A Dovecot with its own configuration in a temporary folder."""

    #: None where the Debian package dovecot-imapd of version 2.3 is not installed; 2.4 has another configuration
    program = _program("dovecot", "2.3.")

    def __init__(self) -> None:
        assert self.program is not None
        self.home = new_home("dovecot")
        self.home.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        self._write_certificate()
        self._mail = self.home / "mail"
        self._mail.mkdir()
        owner = self._owner()
        if os.geteuid() == 0:
            os.chown(self._mail, *owner)
        self._owner_ids = owner
        self.tokens = tokens.Tokens()
        (self.home / "oauth2.conf").write_text(
            f"introspection_url = http://127.0.0.1:{self.tokens.port}/introspect\n"
            "introspection_mode = post\nforce_introspection = yes\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        configuration = self.home / "dovecot.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        self._process = subprocess.Popen(
            [*UNTIL_WE_DIE, self.program, "-F", "-c", str(configuration)], start_new_session=True
        )
        wait_for(self.port, self._process)

    def account(self, folders: tuple[str, ...] = ()) -> Account:
        """Make a fresh account with Sent and Drafts (marked by SPECIAL-USE) and `folders`."""
        name = f"pm{next(numbers)}"
        account = Account(
            host="localhost",
            port=self.port,
            tls_port=self.tls_port,
            ca_file=self.home / "authority.pem",
            username=name,
            password=PASSWORD,
            maildir=self._mail / name / "Maildir",
            owner=self._owner_ids,
        )
        with account.client() as client:
            # Dovecot makes the folders of its configuration when they are first opened.
            for folder in ("INBOX", "Drafts", "Sent"):
                client.select(folder)
        for folder in folders:
            account.create(folder)
        return account

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        self.tokens.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _owner(self) -> tuple[int, int]:
        """Give uid and gid for the mail: our own, or an unprivileged one when we are root."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def _write_certificate(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.home / "authority.pem"))
        server = authority.issue_cert("localhost")
        server.private_key_and_cert_chain_pem.write_to_path(str(self.home / "server.pem"))

    def _configuration(self) -> str:
        root = os.geteuid() == 0
        own, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        uid, gid = self._owner_ids
        return f"""
            base_dir = {self.home}/run
            state_dir = {self.home}/state
            log_path = {self.home}/log
            protocols = imap
            listen = 127.0.0.1
            default_internal_user = {"dovecot" if root else own}
            default_login_user = {"dovenull" if root else own}
            {"" if root else f"default_internal_group = {group}"}
            first_valid_uid = 1
            first_valid_gid = 1
            disable_plaintext_auth = no
            auth_mechanisms = plain login xoauth2
            auth_failure_delay = 0
            mail_fsync = never
            ssl = yes
            ssl_cert = <{self.home}/server.pem
            ssl_key = <{self.home}/server.pem
            mail_location = maildir:~/Maildir
            mail_max_userip_connections = 100
            service imap-login {{
              chroot =
              inet_listener imap {{
                port = {self.port}
              }}
              inet_listener imaps {{
                port = {self.tls_port}
                ssl = yes
              }}
            }}
            service anvil {{
              chroot =
              unix_listener anvil-auth-penalty {{
                mode = 0
              }}
            }}
            passdb {{
              driver = oauth2
              mechanisms = xoauth2
              args = {self.home}/oauth2.conf
            }}
            passdb {{
              driver = static
              mechanisms = plain login
              args = password={PASSWORD}
            }}
            userdb {{
              driver = static
              args = uid={uid} gid={gid} home={self._mail}/%u
            }}
            namespace inbox {{
              inbox = yes
              separator = /
              mailbox Drafts {{
                auto = create
                special_use = \\Drafts
              }}
              mailbox Sent {{
                auto = create
                special_use = \\Sent
              }}
            }}
            """


class Pymap:
    """The embedded server of the demonstration; no TLS, no SPECIAL-USE."""

    def __init__(self) -> None:
        self._server = demo_server.EmbeddedServer().__enter__()
        self.port = self._server.port
        wait_for(self.port)

    def account(self, folders: tuple[str, ...] = ("Drafts", "Sent")) -> Account:
        """Make a fresh account with `folders`."""
        name = f"pm{next(numbers)}"
        self._server.account(name, PASSWORD, ())
        account = Account("127.0.0.1", self.port, None, None, name, PASSWORD)
        for folder in folders:
            account.create(folder)
        return account

    def stop(self) -> None:
        """Stop the server."""
        self._server.__exit__()


def message(
    subject: str, *, body: str = "Hello.", headers: str = "", at: datetime.datetime | None = None
) -> bytes:
    """Write a small message as it would come over the wire."""
    date = (at or datetime.datetime.now(datetime.UTC)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    text = (
        f"From: Wang Fang <wang@acme.example>\nTo: pm@vendor.example\nSubject: {subject}\nDate: {date}\n"
        f"Message-ID: <{next(numbers)}.{time.time_ns()}@acme.example>\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
    return text.replace("\n", "\r\n").encode()
