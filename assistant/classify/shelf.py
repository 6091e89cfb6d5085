"""SHELL: models on disk. A folder with `arrays.npz` (no pickle) and `card.json`."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import threadpoolctl  # type: ignore[import-untyped]  # ships no types

from assistant import errors
from assistant.classify import model, reader

#: of the folder's format: a model of another one is refused, not guessed at
FORMAT = 6
#: what a card must hold for its model to be used
_NEEDED = frozenset({"version", "arrays_sha256", "thresholds"})
#: all members of the archive bear this date, so that the same weights are the same bytes
_EPOCH = (1980, 1, 1, 0, 0, 0)


def shipped() -> Path:
    """Give the folder of the model that came with the program."""
    inside = Path(__file__).parent / "shipped"
    return inside if inside.exists() else Path(__file__).parents[2] / "models" / "shipped"


def corpus() -> Path:
    """Give the folder of the corpus that came with the program."""
    inside = Path(__file__).parent / "corpus_text"
    return inside if inside.exists() else Path(__file__).parents[2] / "models" / "corpus"


def load(folder: Path | None = None) -> reader.Reader:
    """Load the model in `folder`, or the shipped one.

    From then on numpy keeps to one thread in this process. Raises ModelError, with one sentence, where the
    model is missing, damaged or of another format.
    """
    folder = folder or shipped()
    about = card(folder)
    try:
        raw = (folder / "arrays.npz").read_bytes()
    except OSError as error:
        raise errors.ModelError(
            f"The model in {folder} has no readable arrays.npz; run `assistant train` or reinstall."
        ) from error
    if hashlib.sha256(raw).hexdigest() != about.get("arrays_sha256"):
        raise errors.ModelError(
            f"The model in {folder} is damaged: its weights are not those of its card; "
            "run `assistant train` or reinstall."
        )
    # Matrices as small as a message's are multiplied quicker by one thread than by several that wait for
    # each other: 330 to 398 messages a second instead of 167 to 242 (2026-11-30, a machine with other work).
    threadpoolctl.threadpool_limits(1)
    with numpy.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        return reader.Reader(
            model.Model(
                dict(arrays),
                about["thresholds"],
                float(about.get("sure_from", 0.9)),
            )
        )


def card(folder: Path) -> dict[str, Any]:
    """Read what the model in `folder` says of itself; ModelError where it cannot be used."""
    path = folder / "card.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise errors.ModelError(
            f"There is no model in {folder}; run `assistant train`, or choose another with `assistant model use`."
        ) from error
    except (OSError, ValueError) as error:
        raise errors.ModelError(
            f"The card of the model in {folder} cannot be read; run `assistant train` or reinstall."
        ) from error
    if isinstance(about, dict) and about.get("format") == FORMAT and not about.keys() >= _NEEDED:
        raise errors.ModelError(
            f"The card of the model in {folder} is not whole; run `assistant train` or reinstall."
        )
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise errors.ModelError(
            f"The model in {folder} was made for another version of the assistant; run `assistant train`."
        )
    return about


def save(made: reader.Reader, about: Mapping[str, object], folder: Path) -> None:
    """Write model and card into `folder`, the card last: a folder without one is no model."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = _packed(made.model.arrays)
    whole = {
        "format": FORMAT,
        "version": made.version,
        "arrays_sha256": hashlib.sha256(raw).hexdigest(),
        "thresholds": dict(made.model.thresholds),
        "sure_from": made.model.sure_from,
        **about,
    }
    (folder / "arrays.npz").write_bytes(raw)
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    fresh = folder / "card.json.new"
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(folder / "card.json")


def _packed(arrays: Mapping[str, Any]) -> bytes:
    """Write arrays as npz, members in order of name and without a clock."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            numpy.lib.format.write_array(
                member, numpy.ascontiguousarray(arrays[name]), allow_pickle=False
            )
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", _EPOCH), member.getvalue(), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()
