"""Fixtures that every room's tests may use: accounts on real mail servers."""

import os
from collections.abc import Iterator

import pytest

from tests import cyrus as cyrus_room
from tests import servers

_NO_DOVECOT = "NO DOVECOT 2.3: apt-get install dovecot-imapd, or its tests say nothing"
_NO_CYRUS = "NO CYRUS: .ci/run installs it beside Dovecot, or its tests say nothing"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which servers are missing: a skipped test is no passed test."""
    if servers.Dovecot.program is None:
        terminalreporter.write_line(_NO_DOVECOT, red=True, bold=True)
    if cyrus_room.Cyrus.program is None:
        terminalreporter.write_line(_NO_CYRUS, red=True, bold=True)


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[servers.Dovecot]:
    """A Dovecot for the whole run; skipped where the Debian package is missing."""
    if servers.Dovecot.program is None:
        pytest.skip(_NO_DOVECOT)
    os.environ[servers.PASSWORD_ENV] = servers.PASSWORD
    server = servers.Dovecot()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def cyrus_server() -> Iterator[cyrus_room.Cyrus]:
    """A Cyrus for the whole run; skipped where the Debian package is missing."""
    if cyrus_room.Cyrus.program is None:
        pytest.skip(_NO_CYRUS)
    os.environ[servers.PASSWORD_ENV] = servers.PASSWORD
    server = cyrus_room.Cyrus()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def pymap_server() -> Iterator[servers.Pymap]:
    """A pymap for the whole run."""
    os.environ[servers.PASSWORD_ENV] = servers.PASSWORD
    server = servers.Pymap()
    yield server
    server.stop()


@pytest.fixture
def dovecot(dovecot_server: servers.Dovecot) -> servers.Account:
    """A fresh account on Dovecot, with Sent and Drafts marked by SPECIAL-USE."""
    return dovecot_server.account()


@pytest.fixture
def cyrus(cyrus_server: cyrus_room.Cyrus) -> servers.Account:
    """A fresh account on Cyrus, with Sent and Drafts marked by SPECIAL-USE."""
    return cyrus_server.account()


@pytest.fixture
def pymap(pymap_server: servers.Pymap) -> servers.Account:
    """A fresh account on pymap, with plain folders called Drafts and Sent."""
    return pymap_server.account()


@pytest.fixture(params=["dovecot", "cyrus", "pymap"])
def account(request: pytest.FixtureRequest) -> servers.Account:
    """A fresh account on each real server in turn."""
    account = request.getfixturevalue(request.param)
    assert isinstance(account, servers.Account)
    return account
