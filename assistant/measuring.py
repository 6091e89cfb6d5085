"""STORY: labelled messages -> how well a model understands them."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant import errors
from assistant.classify import reader, verdict
from assistant.classify.labels import Label, Outcome

#: so many examples are shown of each confusion
EXAMPLES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One labelled message."""

    id: str
    text: str
    context: verdict.Context
    labels: frozenset[str]
    outcomes: frozenset[str]
    language: str


def read(path: Path) -> list[Case]:
    """Read labelled messages, one JSON object a line.

    Either `text` (or `new_text`), `labels`, `outcomes`, `subject` and `parent` (our last mail: a text, or
    `{"subject", "text"}`), or the corpus's own form with `segments`. Raises UsageError with the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise errors.UsageError(f"{path} cannot be read: {error}.") from error
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line), f"{path.stem}:{number}"))
        except (ValueError, KeyError, TypeError) as error:
            raise errors.UsageError(
                f"{path}, line {number} is no labelled message ({error}); it needs text and labels."
            ) from error
    return cases


def _case(row: dict[str, Any], default_id: str) -> Case:
    if "segments" in row:
        text = "\n".join(piece for piece, _ in row["segments"])
        tags = {tag for _, tags in row["segments"] for tag in tags}
    else:
        text = row.get("new_text") or row["text"]
        tags = {*row["labels"], *(f"approval:{outcome}" for outcome in row.get("outcomes") or [])}
    labels = {tag.partition(":")[0] for tag in tags} or {Label.OTHER.value}
    outcomes = {tag.partition(":")[2] for tag in tags if ":" in tag}
    return Case(
        id=str(row.get("id") or default_id),
        text=text,
        context=_context(row),
        labels=frozenset(Label(label).value for label in labels),
        outcomes=frozenset(Outcome(outcome).value for outcome in outcomes),
        language=str(row.get("lang") or "und"),
    )


def _context(row: dict[str, Any]) -> verdict.Context:
    parent = row.get("parent")
    if isinstance(parent, dict):
        return verdict.Context(
            subject=row.get("subject") or "",
            parent_text=parent["text"],
            parent_subject=parent.get("subject") or "",
        )
    return verdict.Context(subject=row.get("subject") or "", parent_text=parent)


def measure(read_by: reader.Reader, cases: Sequence[Case]) -> dict[str, Any]:
    """Score all cases, and each language apart; confusions with examples."""
    given = read_by.understand_many([(case.text, case.context) for case in cases])
    pairs = list(zip(cases, given, strict=True))
    languages = sorted({case.language for case in cases})
    return {
        "model": read_by.version,
        "all": _scores(pairs),
        "languages": {
            language: _scores([pair for pair in pairs if pair[0].language == language])
            for language in languages
        },
        "confusions": _confusions(pairs),
    }


Pairs = Sequence[tuple[Case, verdict.Verdict]]


def _scores(pairs: Pairs) -> dict[str, Any]:
    """Give F1 per label and outcome, the share of exact sets, and how far `sure` can be trusted."""
    labels = {
        label.value: _f1([(label in case.labels, label in found.labels) for case, found in pairs])
        for label in Label
    }
    outcomes = {
        outcome.value: _f1(
            [(outcome in c.outcomes, outcome in found.outcomes) for c, found in pairs]
        )
        for outcome in Outcome
    }
    sure = [exact(case, found) for case, found in pairs if found.sure]
    wrong_yes = [
        found.sure
        for case, found in pairs
        if Outcome.GRANTED in found.outcomes and Outcome.GRANTED not in case.outcomes
    ]
    return {
        "n": len(pairs),
        "labels": labels,
        "macro_f1": round(sum(labels.values()) / len(labels), 4),
        "outcomes": outcomes,
        "outcome_macro_f1": round(sum(outcomes.values()) / len(outcomes), 4),
        "exact": _share([exact(case, found) for case, found in pairs]),
        "sure": round(len(sure) / len(pairs), 4) if pairs else 0.0,
        "sure_exact": _share(sure),
        "false_granted": len(wrong_yes),
        "false_granted_sure": sum(wrong_yes),
    }


def exact(case: Case, found: verdict.Verdict) -> bool:
    """Say whether the set of labels is exactly right."""
    return case.labels == {label.value for label in found.labels}


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    both = sum(truth and given for truth, given in pairs)
    either = sum(truth + given for truth, given in pairs)
    return round(2 * both / either, 4) if either else 0.0


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def _confusions(pairs: Pairs) -> list[dict[str, Any]]:
    """List which sets were taken for which, the most frequent first, with examples."""
    wrong = [(case, found) for case, found in pairs if not exact(case, found)]
    kinds = Counter((_name(case.labels), _name(found.labels)) for case, found in wrong)
    return [
        {
            "truth": truth,
            "given": given,
            "n": count,
            "examples": [
                f"{case.id}: {' '.join(case.text.split())[:160]}"
                for case, found in wrong
                if (_name(case.labels), _name(found.labels)) == (truth, given)
            ][:EXAMPLES],
        }
        for (truth, given), count in kinds.most_common()
    ]


def _name(labels: Iterable[str]) -> str:
    return "+".join(sorted(labels))
