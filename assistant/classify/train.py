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
        made, figures = _trained(
            folds.take_apart(examples, seed), examples, requests, len(corrections), seed
        )
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
    """Train all layers; give the reader, and its figures on held-out folds."""
    everything = numpy.arange(len(material.known))
    # Two cores, two workers; what the held-out scores wait for comes first, and what nothing waits for last.
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        whole = pool.submit(school, material, everything, seed)
        lower = pool.submit(_linear_without, material, seed)
        halves = [pool.submit(_school_without, material, half, seed) for half in (0, 1)]
        of_all = pool.submit(linear.lower_layers, material, everything, seed)
        by_halves = lower.result()
        held_out = heldout.hold_out(
            material,
            [{**layer, **net.result()} for layer, net in zip(by_halves, halves, strict=True)],
        )
        last = {
            **heldout.top_layer(material, held_out, everything),
            **heldout.passage_scale(material, held_out),
        }
        chances = heldout.held_out_chances(material, held_out)
    arrays = {
        **linear.request_layer(requests),
        **of_all.result(),
        **whole.result(),
        **last,
    }
    cuts = evaluate.thresholds(material.messages, chances[0])
    made = model.Model(arrays, cuts, evaluate.sure_from(material.messages, chances[0], cuts))
    return reader.Reader(made), {
        "with_thread": _figures(material, examples, chances[0], made),
        "without_thread": _figures(material, examples, chances[1], made),
        "decisions_exact": _decisions_exact(material, corrections, chances[1], cuts),
        "reliability": evaluate.reliability(material.messages, chances[0]),
    }


def _decisions_exact(
    material: folds.Material, count: int, chances: layers.Floats, cuts: Mapping[str, float]
) -> float | None:
    """Give the share of the manager's decisions (the last `count` messages) that get their exact labels.

    Each is judged by layers that had not seen it, and without the thread; None where there are none.
    """
    if not count:
        return None
    truth, given = material.messages[-count:] > 0, chances[-count:] >= evaluate.cut_row(cuts)
    labels_alone = [0, 1, 2, 6]
    return float((truth == given)[:, labels_alone].all(axis=1).mean())


def _figures(
    material: folds.Material,
    examples: Sequence[corpus.Example],
    chances: layers.Floats,
    made: model.Model,
) -> dict[str, object]:
    """Score held-out probabilities: in all, by language, and what is sure."""
    truth, cuts = material.messages, made.thresholds
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


def _school_without(material: folds.Material, half: int, seed: int) -> layers.Arrays:
    """Train a network that has not seen one half."""
    chosen = numpy.flatnonzero(material.half != half)
    return school(material, chosen, seed, schooling.PASSES_OF_HALVES)


def _linear_without(material: folds.Material, seed: int) -> list[layers.Arrays]:
    """Train the linear layers that have not seen one half, for each of the two."""
    return [
        linear.lower_layers(material, numpy.flatnonzero(material.half != half), seed)
        for half in (0, 1)
    ]
