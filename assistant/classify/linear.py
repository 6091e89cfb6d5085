"""The linear layers below the top: of passages, of whole messages, and of our own messages."""

from collections.abc import Mapping, Sequence

import numpy

from assistant.classify import (
    corpus,
    features,
    folds,
    labels,
    layers,
    lexicon,
    solver,
    words,
)

#: a feature seen in fewer passages is left out
RAREST = 5
#: strength of the layers of passages and of messages, and of that of our own messages
BELOW = 10.0
ASKING = 30.0
#: weight of the subject and of what was asked beside the text (tried 0.25, 0.5, 1.0 on the corpus's folds)
BESIDE = 0.5


def lower_layers(material: folds.Material, chosen: folds.Rows, seed: int) -> layers.Arrays:
    """Train the linear layers, of passages and of messages, on the chosen messages."""
    parts = material.mixed(chosen)
    counts = [len(each.spans) for each in parts]
    known = _vocabulary([passage for each in parts for passage in each.passages])
    bags = known.bags([passage for each in parts for passage in each.passages])
    subjects = known.bags([each.subject for each in parts])
    passages, beside, wholes = (
        solver.matrix(found, len(known.hashes))
        for found in (bags, subjects, known.together(bags, counts))
    )
    asked = solver.sparse(numpy.stack([each.asked for each in parts]))
    of_passages, of_messages = material.passages[material.rows(chosen)], material.messages[chosen]
    weights = material.weights[chosen]
    whole = {
        "whole": (wholes, 1.0),
        "whole_subject": (beside, BESIDE),
        "whole_asked": (asked, BESIDE),
    }
    return {
        "hashes": known.hashes,
        "rarity": known.rarity,
        **_layer(
            "own_bias", {"own": (passages, 1.0)}, of_passages, weights[layers.owner(counts)], seed
        ),
        **_layer("whole_bias", whole, of_messages, weights, seed),
    }


def _layer(
    bias: str,
    blocks: Mapping[str, tuple[solver.Matrix, float]],
    truth: solver.Truth,
    weights: solver.Floats,
    seed: int,
) -> layers.Arrays:
    """Train one logistic regression a tag on blocks of features, each with its scale.

    The weights are cut into their blocks again; the scale goes into them, so that reading need not know it.
    """
    scaled = solver.beside([block * scale for block, scale in blocks.values()])
    every, biases = solver.wide(scaled, truth, weights, BELOW, seed)
    arrays: layers.Arrays = {bias: biases.astype(numpy.float32)}
    start = 0
    for name, (block, scale) in blocks.items():
        arrays[name] = (every[start : start + block.shape[1]] * scale).astype(numpy.float16)
        start += block.shape[1]
    return arrays


def _vocabulary(found: Sequence[features.Hashes]) -> layers.Vocabulary:
    """Keep features seen often enough; weigh them by rarity (inverse document frequency)."""
    hashes, seen = numpy.unique(numpy.concatenate(found), return_counts=True)
    often = seen >= RAREST
    rarity = (numpy.log(len(found) / seen[often]) + 1).astype(numpy.float32)
    return layers.Vocabulary(hashes[often], rarity)


def request_layer(requests: Sequence[corpus.Request]) -> layers.Arrays:
    """Train the small model of what the manager's messages ask."""
    found = features.of(
        [lexicon.read(words.plain(f"{each.subject}\n{each.text}")) for each in requests]
    )
    known = _vocabulary(found)
    order = list(labels.Asked)
    bags = solver.matrix(known.bags(found), len(known.hashes))
    weights, bias = solver.choice(bags, [order.index(each.asks) for each in requests], ASKING)
    return {
        "request_hashes": known.hashes,
        "request_rarity": known.rarity,
        "request": weights.astype(numpy.float16),
        "request_bias": bias.astype(numpy.float32),
    }
