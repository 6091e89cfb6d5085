"""Features become vectors: of a passage, and of a message by those of its passages."""

import numpy

from assistant.classify import features, layers

KNOWN = layers.Vocabulary(
    numpy.array([3, 5, 9], numpy.uint32), numpy.array([1, 2, 3], numpy.float32)
)


def _features(*hashes: int) -> features.Hashes:
    return numpy.array(hashes, numpy.uint32)


def test_a_message_has_a_feature_once_in_however_many_passages_it_is() -> None:
    passages = KNOWN.bags([_features(3, 5), _features(5, 7, 9), _features(3), _features(8)])
    messages = KNOWN.together(passages, [2, 1, 1])
    asked = KNOWN.bags([_features(3, 5, 9), _features(3), _features()])
    assert messages.count == asked.count
    for given, wanted in (
        (messages.row, asked.row),
        (messages.column, asked.column),
        (messages.value, asked.value),
    ):
        assert given.tolist() == wanted.tolist()


def test_a_vector_has_length_1_and_leaves_out_what_is_not_known() -> None:
    bags = KNOWN.bags([_features(3, 7, 9)])
    assert bags.column.tolist() == [0, 2]
    assert numpy.allclose(numpy.square(bags.value).sum(), 1)
