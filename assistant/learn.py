"""STORY: decisions -> candidate model -> compare -> swap or leave; and which models there are.

Models that were trained here lie beside the configuration in `models/<version>`; the file
`models/current` names the one in use. Without it, the shipped model reads the mail.
"""

import contextlib
import dataclasses
import typing
from collections.abc import Sequence
from pathlib import Path

from assistant import errors, settings
from assistant.classify.labels import Label
from assistant.record import database, decisions, messages, tables

if typing.TYPE_CHECKING:
    from assistant.classify import corpus, reader

#: the name of the model that came with the program
SHIPPED = "shipped"
#: how often a decision of the manager's counts beside one message of the corpus
WEIGHT = 6
#: macro-F1 on the corpus's batches kept out that a candidate may lose: chance alone moves it so far
TOLERANCE = 0.003
#: batches over which decisions are spread: the first and the last are kept out (`folds.kept_out`), and are judged
#: by layers that have seen the two between, under top layers that have seen the other
BATCHES = 4
#: name of those batches
BATCH = "manager"
#: key of a card: the newest decision that was there to learn from
UNTIL = "decisions_until"


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning."""

    version: str
    #: decisions learned from, and how many of them were kept out to judge
    examples: int
    judged: int
    #: shares of these that are exactly right, in [0, 1]: by the model in use, and by the candidate's layers
    before: float
    after: float
    #: macro-F1 on what is kept out of the corpus
    corpus_before: float
    corpus_after: float
    swapped: bool

    def __str__(self) -> str:
        used = "reads the mail from now on" if self.swapped else "is worse and was left aside"
        return (
            f"Learned from {self.examples} decisions: of the {self.judged} that were kept out to judge by,"
            f" {self.before:.0%} were right before and {self.after:.0%} after; on the corpus"
            f" {self.corpus_before:.3f} and {self.corpus_after:.3f}. Model {self.version} {used}."
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One model that can be used."""

    name: str
    folder: Path
    in_use: bool


def chosen(config: settings.Settings) -> Path | None:
    """Give the folder of the model in use; None for the shipped one."""
    if config.model.path:
        return config.home / config.model.path
    pointer = _folder(config) / "current"
    name = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else SHIPPED
    return None if name == SHIPPED else _folder(config) / name


def known(config: settings.Settings) -> list[Entry]:
    """List the models that can be used, the shipped one first."""
    from assistant.classify import shelf

    using = chosen(config)
    cards = sorted(_folder(config).glob("*/card.json"), key=lambda path: path.stat().st_mtime)
    return [
        Entry(SHIPPED, shelf.shipped(), using is None),
        *(Entry(card.parent.name, card.parent, using == card.parent) for card in cards),
    ]


def use(config: settings.Settings, name: str) -> None:
    """Let this model read the mail from now on; UsageError where there is none of this name."""
    from assistant.classify import shelf

    names = {entry.name: entry.folder for entry in known(config)}
    if name not in names:
        raise errors.UsageError(f"There is no model {name}; there are {', '.join(names)}.")
    if config.model.path:
        raise errors.UsageError(
            "`model.path` in the configuration names the model; remove it first."
        )
    shelf.load(names[name])
    pointer = _folder(config) / "current"
    pointer.parent.mkdir(parents=True, exist_ok=True)
    fresh = pointer.with_suffix(".new")
    fresh.write_text(name + "\n", encoding="utf-8")
    fresh.replace(pointer)


def fresh(config: settings.Settings, session: database.Session) -> int:
    """Count the decided messages from which no model here has learned yet.

    A model that cannot be used counts for none.
    """
    from assistant.classify import shelf

    learned = 0
    for entry in known(config):
        with contextlib.suppress(errors.ModelError):
            learned = max(learned, int(shelf.card(entry.folder).get(UNTIL, 0)))
    return len(decisions.settled(session, learned))


def learn(config: settings.Settings, record: database.Database, corpus_folder: Path) -> Lesson:
    """Train a candidate on corpus and decisions, and use it if it is no worse than the model in use.

    No worse: not on what is kept out of the corpus (within TOLERANCE), and not on the half of the manager's own
    decisions that is kept out, each judged by layers that had not seen it: of the model in use, those that it
    learned from count as they did when it was trained. A quarter of an hour. Raises UsageError where there is
    nothing to learn from.
    """
    from assistant.classify import shelf, train

    using = chosen(config) or shelf.shipped()
    current, card = shelf.load(using), shelf.card(using)
    with record.reading() as session:
        examples, until = lessons(session), decisions.newest(session)
        unseen = lessons(session, int(card.get(UNTIL, 0)))
    if not examples:
        raise errors.UsageError(
            "There is nothing to learn from yet: decide some messages with `assistant review` first."
        )
    candidate, told = train.train(corpus_folder, corrections=examples * WEIGHT)
    corpus_before, corpus_after = _macro(card), _macro(told)
    judged = _judging(corpus_folder, examples)
    new = [each for each in unseen if each in judged]
    after = typing.cast(float, told["decisions_exact"])
    before = _share(
        card.get("decisions_exact"), len(judged) - len(new), right(current, new), len(new)
    )
    swapped = corpus_after >= corpus_before - TOLERANCE and after >= before
    shelf.save(candidate, {**told, UNTIL: until}, _folder(config) / candidate.version)
    if swapped:
        use(config, candidate.version)
    return Lesson(
        candidate.version,
        len(examples),
        len(judged),
        before,
        after,
        corpus_before,
        corpus_after,
        swapped,
    )


def _judging(folder: Path, examples: Sequence["corpus.Example"]) -> list["corpus.Example"]:
    """Give the decisions of the batches that `train` keeps out."""
    from assistant.classify import folds

    batches = {path.name for path in folder.glob("clients-*.jsonl")}
    kept_out = folds.kept_out(batches | {each.batch for each in examples})
    return [each for each in examples if each.batch in kept_out]


def _share(one: float | None, count: int, other: float, more: int) -> float:
    """Give the share of both together: `one` of `count` (None: not known), and `other` of `more`."""
    count = 0 if one is None else count
    return ((one or 0.0) * count + other * more) / max(1, count + more)


def _macro(card: typing.Mapping[str, typing.Any]) -> float:
    return float(card["with_thread"]["all"]["macro"])


def right(read_by: "reader.Reader", examples: Sequence["corpus.Example"]) -> float:
    """Give the share of decisions whose labels the reader finds exactly, without knowing the thread; 0 of none."""
    from assistant.classify import corpus, verdict

    found = read_by.understand_many(
        [(corpus.joined(example)[0], verdict.Context(example.subject)) for example in examples]
    )
    hits = [
        {tag.partition(":")[0] for tag in example.tags}
        == {label.value for label in given.labels if label is not Label.OTHER}
        for example, given in zip(examples, found, strict=True)
    ]
    return sum(hits) / max(1, len(hits))


def lessons(session: database.Session, after: int = 0) -> list["corpus.Example"]:
    """Give every message whose labels the manager set or let stand, as an example to learn from.

    Only what was decided after the decision `after`; nothing is learned from a message without words.
    All decisions are dealt out to the batches one by one, so that even the only one is in a batch that judges.
    """
    dealt = {row.id: at % BATCHES for at, row in enumerate(decisions.settled(session))}
    found = [_example(session, row, dealt[row.id]) for row in decisions.settled(session, after)]
    return [example for example in found if any(text.strip() for text, _ in example.segments)]


def _example(session: database.Session, row: tables.Message, batch: int) -> "corpus.Example":
    from assistant.classify import corpus

    return corpus.Example(
        id=f"M-{row.id}",
        batch=f"{BATCH}-{batch}",
        language="zh" if row.language.startswith("zh") else "en",
        subject=row.subject,
        asked=None,
        segments=tuple(_segments(session, row)),
    )


def _segments(session: database.Session, row: tables.Message) -> list[tuple[str, frozenset[str]]]:
    """Cut the text at its passages; a label that no passage bears belongs to the whole text."""
    segments: list[tuple[str, frozenset[str]]] = []
    borne: set[str] = set()
    end = 0
    for passage in messages.passages(session, row):
        tags = _tags(passage.labels, passage.outcomes)
        borne |= tags
        segments.append((row.new_text[end : passage.start], frozenset()))
        segments.append((row.new_text[max(end, passage.start) : passage.end], frozenset(tags)))
        end = max(end, passage.end)
    segments.append((row.new_text[end:], frozenset()))
    if _tags(row.labels, row.outcomes) - borne:
        return [(row.new_text or row.subject, frozenset(_tags(row.labels, row.outcomes)))]
    return [(text.strip(), tags) for text, tags in segments if text.strip()]


def _tags(labels: Sequence[str], outcomes: Sequence[str]) -> set[str]:
    """Write labels and outcomes as the corpus does."""
    plain = {label for label in labels if label not in (Label.APPROVAL.value, Label.OTHER.value)}
    return plain | {f"{Label.APPROVAL.value}:{outcome}" for outcome in outcomes}


def _folder(config: settings.Settings) -> Path:
    return config.home / "models"
