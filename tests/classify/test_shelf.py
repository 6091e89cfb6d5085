"""Models on disk: what is refused, and in which words."""

import json
import shutil
from pathlib import Path

import pytest

from assistant import errors
from assistant.classify import shelf


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf.shipped(), tmp_path / "model"))


def test_the_shipped_model_loads_and_its_card_names_its_version() -> None:
    assert shelf.load().version == shelf.card(shelf.shipped())["version"]


def test_what_is_saved_loads_as_the_same_version(tmp_path: Path) -> None:
    made = shelf.load()
    shelf.save(made, {"data": "test"}, tmp_path / "saved")
    assert shelf.load(tmp_path / "saved").version == made.version


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    made = shelf.load()
    for name in ("one", "two"):
        shelf.save(made, {}, tmp_path / name)
    one, two = ((tmp_path / name / "arrays.npz").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelError, match=r"There is no model in .*; run `assistant train`"):
        shelf.load(tmp_path)


def test_a_damaged_model_is_refused(copy: Path) -> None:
    raw = bytearray((copy / "arrays.npz").read_bytes())
    raw[len(raw) // 2] ^= 255
    (copy / "arrays.npz").write_bytes(raw)
    with pytest.raises(errors.ModelError, match="is damaged"):
        shelf.load(copy)


def test_a_model_without_weights_is_refused(copy: Path) -> None:
    (copy / "arrays.npz").unlink()
    with pytest.raises(errors.ModelError, match="no readable arrays"):
        shelf.load(copy)


def test_a_card_that_is_no_json_is_refused(copy: Path) -> None:
    (copy / "card.json").write_text("{", encoding="utf-8")
    with pytest.raises(errors.ModelError, match="card of the model"):
        shelf.load(copy)


def test_a_model_of_another_format_is_refused(copy: Path) -> None:
    about = json.loads((copy / "card.json").read_text(encoding="utf-8"))
    (copy / "card.json").write_text(json.dumps({**about, "format": 99}), encoding="utf-8")
    with pytest.raises(errors.ModelError, match="another version"):
        shelf.load(copy)


def test_a_card_without_thresholds_is_refused(copy: Path) -> None:
    about = json.loads((copy / "card.json").read_text(encoding="utf-8"))
    del about["thresholds"]
    (copy / "card.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(errors.ModelError, match="card of the model"):
        shelf.load(copy)
