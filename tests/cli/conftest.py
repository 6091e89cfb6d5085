"""A record as it stands after a pass over the sample mail and one hostile message."""

import shutil
from pathlib import Path

import pytest

from assistant import daemon
from tests import servers
from tests.cli import poison
from tests.scenes import stage


@pytest.fixture(scope="session")
def worked(
    pymap_server: servers.Pymap, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, servers.Account]:
    """A folder in which one pass was made, and its account."""
    account, home = pymap_server.account(), tmp_path_factory.mktemp("worked")
    path = stage.configure(account, home)
    stage.enter_projects(path)
    stage.deliver_samples(account)
    account.deliver(poison.message())
    desk = stage.open_desk(path)
    assert daemon.once(desk) == daemon.Result()
    desk.record.close()
    return home, account


@pytest.fixture
def home(worked: tuple[Path, servers.Account], tmp_path: Path) -> Path:
    """A copy of that folder, to look at and to decide in."""
    return shutil.copytree(worked[0], tmp_path / "home")
