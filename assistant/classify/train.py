"""The corpus -> a model and its card. Minutes on two cores; same text and seed, same bytes."""

import concurrent.futures
import dataclasses
import hashlib
import importlib.metadata
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy
import numpy.typing

from assistant import errors
from assistant.classify import (
    corpus,
    evaluate,
    features,
    folds,
    labels,
    layers,
    lexicon,
    model,
    reader,
    schooling,
    solver,
    words,
)

Arrays = dict[str, numpy.typing.NDArray[numpy.generic]]

#: a feature seen in fewer passages is left out
RAREST = 5
#: strength of the layers below and of the top layer (tried 0.1, 0.3, 1 and 0.03, 0.3, 3)
BELOW = 10.0
TOP = 0.3
ASKING = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class HeldOut:
    """What models that never saw a message's batch said of it: with what was asked, and without."""

    #: (messages x 57) each
    known: layers.Floats
    unknown: layers.Floats
    #: (2 x passages x 7), with what was asked: the passage layer's scores, and the network's
    passages: layers.Floats


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
    # liblinear's chance is one for the whole process: all of it in one thread, the networks in others.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        whole = pool.submit(school, material, everything, seed)
        halves = pool.submit(_schooled_by_halves, material, seed)
        linear = pool.submit(
            lambda: (linear_by_folds(material, seed), lower_layers(material, everything, seed))
        )
        (by_folds, lower), nets = linear.result(), halves.result()
    held_out = hold_out(material, by_folds, nets)
    arrays = {
        **request_layer(requests),
        **lower,
        **whole.result(),
        **top_layer(material, held_out, everything),
        **passage_scale(material, held_out),
    }
    chances = held_out_chances(material, held_out)
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


def school(material: folds.Material, chosen: folds.Rows, seed: int) -> Arrays:
    """Train the network on the chosen messages."""
    weights = schooling.train(material.lessons(chosen), seed)
    return {f"net_{name}": values.astype(numpy.float16) for name, values in weights.items()}


def _schooled_by_halves(material: folds.Material, seed: int) -> list[Arrays]:
    """Train one network for each half, which has not seen it."""
    return [school(material, numpy.flatnonzero(material.half != half), seed) for half in (0, 1)]


def linear_by_folds(material: folds.Material, seed: int) -> list[Arrays]:
    """Train passage and message layers for each fold, which have not seen it."""
    return [
        lower_layers(material, numpy.flatnonzero(material.fold != fold), seed)
        for fold in range(folds.FOLDS)
    ]


def hold_out(
    material: folds.Material, by_folds: Sequence[Arrays], nets: Sequence[Arrays]
) -> HeldOut:
    """Score each message by layers that have not seen its batch."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        known, unknown = pool.map(
            lambda parts: _told(material, parts, by_folds, nets),
            (material.known, material.unknown),
        )
    return HeldOut(known[0], unknown[0], known[1])


def _told(
    material: folds.Material,
    parts: Sequence[model.Parts],
    by_folds: Sequence[Arrays],
    nets: Sequence[Arrays],
) -> tuple[layers.Floats, layers.Floats]:
    """Give what the layers below say to the top: (messages x 57), and (2 x passages x 7) scores."""
    about = numpy.zeros((0, 0), dtype=numpy.float32)
    passages = numpy.zeros((2, len(material.passages), len(layers.TAGS)), numpy.float32)
    for fold, half in itertools.product(range(folds.FOLDS), range(len(nets))):
        part = model.Model({**by_folds[fold], **nets[half]}, {})
        outside = numpy.flatnonzero((material.fold == fold) & (material.half == half))
        for start in range(0, len(outside), folds.TOGETHER):
            chosen = outside[start : start + folds.TOGETHER]
            given = [parts[at] for at in chosen]
            below = part.below(given)
            told = below.about(
                numpy.stack([each.asked for each in given]), [len(each.spans) for each in given]
            )
            if not len(about):
                about = numpy.zeros((len(parts), told.shape[1]), numpy.float32)
            about[chosen] = told
            passages[:, material.rows(chosen)] = below.near, below.passages
    return about, passages


def lower_layers(material: folds.Material, chosen: folds.Rows, seed: int) -> Arrays:
    """Train passage and message layers on the chosen messages."""
    parts = material.mixed(chosen)
    counts = [len(each.spans) for each in parts]
    known = _vocabulary([passage for each in parts for passage in each.passages])
    bags = _matrix(known, [passage for each in parts for passage in each.passages])
    subjects = _matrix(known, [each.subject for each in parts]) * layers.BESIDE
    wholes = _matrix(known, [model.together(each.passages) for each in parts])
    asked = numpy.stack([each.asked for each in parts]) * layers.BESIDE
    owner = layers.owner(counts)
    blocks = {
        "near": bags,
        "before": solver.neighbours(bags, counts, -1) * layers.BESIDE,
        "after": solver.neighbours(bags, counts, 1) * layers.BESIDE,
        "subject": subjects[owner],
        "asked": solver.sparse(asked[owner]),
        "place": solver.sparse(layers.place(counts) * layers.PLACE),
    }
    of_passages, of_messages = material.passages[material.rows(chosen)], material.messages[chosen]
    weights = material.weights[chosen]
    arrays: Arrays = {"hashes": known.hashes, "rarity": known.rarity}
    arrays |= _layer("near_bias", blocks, of_passages, weights[owner], seed)
    arrays |= _layer("own_bias", {"own": bags}, of_passages, weights[owner], seed)
    whole = {
        "whole": wholes,
        "whole_subject": subjects,
        "whole_asked": solver.sparse(asked),
    }
    return arrays | _layer("whole_bias", whole, of_messages, weights, seed)


def _layer(
    bias: str,
    blocks: dict[str, solver.Matrix],
    truth: solver.Truth,
    weights: solver.Floats,
    seed: int,
) -> Arrays:
    """Train one logistic regression a tag; the weights are cut into their blocks again.

    The blocks' own scale (BESIDE, PLACE) goes into the weights, so that reading need not know it.
    """
    every, biases = solver.wide(solver.beside(list(blocks.values())), truth, weights, BELOW, seed)
    arrays: Arrays = {bias: biases.astype(numpy.float32)}
    start = 0
    for name, block in blocks.items():
        scale = {"place": layers.PLACE}.get(name, layers.BESIDE if name in _BESIDE else 1.0)
        arrays[name] = (every[start : start + block.shape[1]] * scale).astype(numpy.float16)
        start += block.shape[1]
    return arrays


_BESIDE = frozenset({"before", "after", "subject", "asked", "whole_subject", "whole_asked"})


def _vocabulary(found: Sequence[features.Hashes]) -> layers.Vocabulary:
    """Keep features seen often enough; weigh them by rarity (inverse document frequency)."""
    hashes, seen = numpy.unique(numpy.concatenate(found), return_counts=True)
    often = seen >= RAREST
    rarity = (numpy.log(len(found) / seen[often]) + 1).astype(numpy.float32)
    return layers.Vocabulary(hashes[often], rarity)


def _matrix(known: layers.Vocabulary, found: Sequence[features.Hashes]) -> solver.Matrix:
    """Write bags as a scipy matrix."""
    return solver.matrix(known.bags(found), len(known.hashes))


def request_layer(requests: Sequence[corpus.Request]) -> Arrays:
    """Train the small model of what the manager's messages ask."""
    found = features.of(
        [lexicon.read(words.plain(f"{each.subject}\n{each.text}")) for each in requests]
    )
    known = _vocabulary(found)
    order = list(labels.Asked)
    weights, bias = solver.choice(
        _matrix(known, found), [order.index(each.asks) for each in requests], ASKING
    )
    return {
        "request_hashes": known.hashes,
        "request_rarity": known.rarity,
        "request": weights.astype(numpy.float16),
        "request_bias": bias.astype(numpy.float32),
    }


def top_layer(material: folds.Material, held_out: HeldOut, chosen: folds.Rows) -> Arrays:
    """Train the layer on top from the held-out scores of the layers below."""
    about = numpy.vstack([held_out.known[chosen], held_out.unknown[chosen]])
    truth = numpy.vstack([material.messages[chosen]] * 2)
    weights, bias = solver.narrow(about, truth, numpy.tile(material.weights[chosen], 2), TOP)
    return {"top": weights.astype(numpy.float32), "top_bias": bias.astype(numpy.float32)}


def passage_scale(material: folds.Material, held_out: HeldOut) -> Arrays:
    """Fit the curve from a passage's two scores to a probability (Platt's), one a tag."""
    ones = numpy.ones(len(material.passages))
    fitted = [
        solver.narrow(held_out.passages[:, :, at].T, truth[:, None], ones, 1e3)
        for at, truth in enumerate(material.passages.T)
    ]
    return {
        "slopes": numpy.array([weights[:, 0] for weights, _ in fitted], numpy.float32).T[:, None],
        "offset": numpy.array([bias[0] for _, bias in fitted], numpy.float32),
    }


def held_out_chances(
    material: folds.Material, held_out: HeldOut
) -> tuple[layers.Floats, layers.Floats]:
    """Give (messages x 7) probabilities, each from a top layer of other folds; with thread, without."""
    chances = [numpy.zeros(material.messages.shape, numpy.float32) for _ in range(2)]
    for fold in sorted(set(material.fold.tolist())):
        top = top_layer(material, held_out, numpy.flatnonzero(material.fold != fold))
        outside = material.fold == fold
        for kind, about in enumerate((held_out.known, held_out.unknown)):
            scores = about[outside] @ top["top"] + top["top_bias"]
            chances[kind][outside] = layers.sigmoid(scores)
    return chances[0], chances[1]
