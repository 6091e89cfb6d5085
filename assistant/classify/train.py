"""The corpus -> a model and its card. Minutes on two cores; same text and seed, same bytes."""

import concurrent.futures
import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy

from assistant import errors
from assistant.classify import (
    corpus,
    evaluate,
    folds,
    heldout,
    layers,
    linear,
    model,
    reader,
    schooling,
    solver,
)


def train(
    folder: Path, seed: int = 0, corrections: Sequence[corpus.Example] = ()
) -> tuple[reader.Reader, dict[str, object]]:
    """Train on the corpus in `folder` and on the manager's corrections; give reader and card.

    Raises ModelError where the corpus is missing or faulty.
    """
    examples = [*corpus.examples(folder), *corrections]
    requests = corpus.requests(folder)
    if not examples or not requests:
        raise errors.ModelError(
            f"{folder} holds no clients-*.jsonl, or no manager-*.jsonl, to learn from; "
            "give the folder of the corpus."
        )
    if len({example.batch for example in examples}) < 2:
        raise errors.ModelError(
            f"{folder} holds the text of one author alone, and a model is judged on authors that it has not read;"
            " give at least two files clients-*.jsonl."
        )
    with solver.one_thread():
        material = folds.take_apart(examples, seed)
        if material.kept_out.sum() < 2:
            raise errors.ModelError(
                f"{folder} holds too little to judge a model by; give more messages in each file."
            )
        made, figures = _trained(material, examples, requests, len(corrections), seed)
    return made, {
        "data": fingerprint(folder),
        "seed": seed,
        "messages": len(examples),
        "segments": sum(len(example.segments) for example in examples),
        "libraries": {
            name: importlib.metadata.version(name)
            for name in ("numpy", "scipy", "scikit-learn", "spacy")
        },
        **figures,
    }


def _trained(
    material: folds.Material,
    examples: Sequence[corpus.Example],
    requests: Sequence[corpus.Request],
    corrections: int,
    seed: int,
) -> tuple[reader.Reader, dict[str, object]]:
    """Train all layers; give the reader, and its figures on the batches kept out."""
    everything = numpy.arange(len(material.known))
    seen = numpy.flatnonzero(~material.kept_out)
    # Two cores, two workers; what the held-out scores wait for comes first, and what nothing waits for last.
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        whole = pool.submit(school, material, everything, seed)
        lower = pool.submit(linear.lower_layers, material, seen, seed)
        net = pool.submit(school, material, seen, seed, schooling.PASSES_TO_JUDGE)
        of_all = pool.submit(linear.lower_layers, material, everything, seed)
        held_out = heldout.hold_out(material, {**lower.result(), **net.result()})
        last = {
            **heldout.top_layer(material, held_out, numpy.arange(len(held_out.rows))),
            **heldout.passage_scale(material, held_out),
        }
        chances = heldout.held_out_chances(material, held_out)
    arrays = {
        **linear.request_layer(requests),
        **of_all.result(),
        **whole.result(),
        **last,
    }
    truth = material.messages[held_out.rows]
    cuts = evaluate.thresholds(truth, chances[0])
    made = model.Model(arrays, cuts, evaluate.sure_from(truth, chances[0], cuts))
    judged = [examples[at] for at in held_out.rows]
    decided = held_out.rows >= len(examples) - corrections
    return reader.Reader(made), {
        "with_thread": _figures(truth, judged, chances[0], made),
        "without_thread": _figures(truth, judged, chances[1], made),
        "decisions_exact": _decisions_exact(truth[decided], chances[1][decided], cuts),
        "reliability": evaluate.reliability(truth, chances[0]),
    }


def _decisions_exact(
    truth: evaluate.Truth, chances: layers.Floats, cuts: Mapping[str, float]
) -> float | None:
    """Give the share of the manager's decisions that get their exact labels; None where there are none.

    Each is judged by layers that had not seen it, and without the thread.
    """
    if not len(truth):
        return None
    given = chances >= evaluate.cut_row(cuts)
    labels_alone = [0, 1, 2, 6]
    return float(((truth > 0) == given)[:, labels_alone].all(axis=1).mean())


def _figures(
    truth: evaluate.Truth,
    examples: Sequence[corpus.Example],
    chances: layers.Floats,
    made: model.Model,
) -> dict[str, object]:
    """Score held-out probabilities: in all, by language, and what is sure."""
    cuts = made.thresholds
    languages = numpy.array([example.language for example in examples])
    sure = evaluate.certainty(chances, cuts) >= made.sure_from
    exact = evaluate.right_sets(truth, chances, cuts)
    return {
        "all": evaluate.table(truth, chances, cuts),
        **{
            language: evaluate.table(
                truth[languages == language], chances[languages == language], cuts
            )
            for language in sorted(set(languages.tolist()))
        },
        "exact_sets": round(float(exact.mean()), 4),
        "sure": round(float(sure.mean()), 4),
        "sure_exact": round(float(exact[sure].mean()), 4) if sure.any() else 0.0,
    }


def fingerprint(folder: Path) -> str:
    """Hash all corpus files, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def school(
    material: folds.Material, chosen: folds.Rows, seed: int, passes: int = schooling.PASSES
) -> layers.Arrays:
    """Train the network on the chosen messages."""
    weights = schooling.train(material.lessons(chosen), seed, passes)
    return {f"net_{name}": values.astype(numpy.float16) for name, values in weights.items()}
