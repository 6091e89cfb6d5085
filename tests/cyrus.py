"""A Cyrus IMAP server from its Debian package, on an unprivileged loopback port."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests import servers, tokens

_COMMON = Path("/usr/lib/cyrus/bin")
#: where imapd and idled are: the package cyrus-imapd excludes dovecot-imapd, so they may have been unpacked beside
_PLACES = (_COMMON, Path("/usr/local/lib/cyrus/bin"))
_OWN = next((place for place in _PLACES if (place / "imapd").exists()), None)


class Cyrus:
    """A Cyrus with its own configuration in a temporary folder; runs as root or as an ordinary user."""

    #: None where the Debian packages cyrus-common and cyrus-imapd are not installed
    program = (
        shutil.which("cyrmaster", path=f"{os.environ.get('PATH', '')}:/usr/sbin") if _OWN else None
    )

    def __init__(self) -> None:
        assert self.program is not None
        self.home = servers.new_home("cyrus")
        self.port = servers.free_port()
        for folder in ("conf/socket", "mail", "run"):
            (self.home / folder).mkdir(parents=True)
        self._passwords = tokens.Passwords(self.home / "run" / "mux", servers.PASSWORD)
        (self.home / "imapd.conf").write_text(self._imapd())
        (self.home / "cyrus.conf").write_text(self._services())
        if os.geteuid() == 0:
            self._give_to("cyrus")
        # A session of its own: Cyrus ends by a signal to its whole process group.
        self._process = subprocess.Popen(
            [
                *servers.UNTIL_WE_DIE,
                self.program,
                *("-D", "-C", str(self.home / "imapd.conf"), "-M", str(self.home / "cyrus.conf")),
                *("-p", str(self.home / "run" / "pid")),
            ],
            start_new_session=True,
        )
        servers.wait_for(self.port, self._process)

    def account(self) -> servers.Account:
        """Make a fresh account with Sent and Drafts (marked by SPECIAL-USE)."""
        name = f"pm{next(servers.numbers)}"
        account = servers.Account("127.0.0.1", self.port, None, None, name, servers.PASSWORD)
        with account.client() as client:
            # The first login makes the folders.
            client.select("INBOX")
        return account

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        self._passwords.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _give_to(self, user: str) -> None:
        entry = pwd.getpwnam(user)
        for path in (self.home, *self.home.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _imapd(self) -> str:
        user = "cyrus" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        run = self.home / "run"
        return f"""\
cyrus_user: {user}
configdirectory: {self.home}/conf
partition-default: {self.home}/mail
defaultpartition: default
proc_path: {run}/proc
mboxname_lockpath: {run}/lock
idlesocket: {run}/idle
lmtpsocket: {run}/lmtp
notifysocket: {run}/notify
master_ready_file: {run}/ready
altnamespace: yes
unixhierarchysep: yes
allowplaintext: yes
failedloginpause: 0
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {run}/mux
sasl_mech_list: PLAIN
autocreate_quota: 0
autocreate_inbox_folders: Drafts|Sent
xlist-drafts: Drafts
xlist-sent: Sent
"""

    def _services(self) -> str:
        conf = f"-C {self.home}/imapd.conf"
        return f"""\
START {{
  recover cmd="{_COMMON}/ctl_cyrusdb {conf} -r"
}}
SERVICES {{
  imap cmd="{_OWN}/imapd {conf} -U 100" listen="127.0.0.1:{self.port}" prefork=1 maxchild=50
}}
DAEMON {{
  idled cmd="{_OWN}/idled {conf} -d"
}}
EVENTS {{
}}
"""
