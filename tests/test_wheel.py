"""The wheel carries all that the program needs, and runs from an empty folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests import servers

ROOT = Path(__file__).parents[1]


def test_the_wheel_runs_from_an_empty_folder(tmp_path: Path) -> None:
    """Model, templates, migrations and sample mail travel with it; nothing of the checkout is needed."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (empty / "one.eml").write_bytes(
        servers.message("Login", body="The login page is broken again.")
    )

    found = _run(site, empty, "classify", "--json", "one.eml")
    demo = _run(site, empty, "demo")

    assert json.loads(found)["labels"] == ["issue"]
    assert "answered with a draft" in demo


def _run(site: Path, folder: Path, *words: str) -> str:
    """Run the command from the unpacked wheel, not from the checkout."""
    code = (
        "import assistant.cli.main as m, sys;"
        f"assert m.__file__.startswith({str(site)!r}), m.__file__; m.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
