"""The check of the corpus before it is trained on: exit 1 with a line for each fault.

    python benchmarks/corpus.py [--corpus FOLDER] [--shared FOLDER]

Faults are illegal rows, near-duplicates (Jaccard 0.6 over character shingles), and anything that is
nearly a message of those kept for measuring. Beside them, how many lines of a label use an everyday word for
it, and how many lines with such a word carry the label. A minute or two.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant import errors
from assistant.classify import corpus, twins

MODELS = Path(__file__).parents[1] / "models"

#: words with which people ask, label by label
EVERYDAY = {
    "issue": r"\b(problem|fault|error|bug|broken|(does|do) ?n.t work|not work|fail|crash|leak|wrong|missing|late\b)"
    r"|\b(overdue|still not|still no\b|complain|mistake|defect|damage|incorrect|issue)"
    r"|问题|坏|报错|不能用|漏|错|少了|没收到|晚了|投诉|故障|打不开|不对|延误|缺|还没",
    "requirement_change": r"\b(chang|add|remov|replac|instead|extra|more|fewer|requirement|would like|we.d like|need)"
    r"|\b(please|bring forward|postpone|extend|cancel|drop|swap|could (you|we)|rather than|want)"
    r"|改|加|换|去掉|取消|不要|希望|需要|提前|推迟|调整|补充|变更|能不能",
    "status_request": r"\b(status|progress|update|news|how far|when (will|can|do|does)|where (are|is|do)|ready)\b"
    r"|\b(report|finished|coming along|how (are|is))\b|进度|进展|做到|什么时候|情况|汇报|到哪|好了吗|多久|几时",
    "approval": r"\b(approv|agree|accept|ok\b|okay|confirm|go ahead|sign(ed)? off|happy with|provided|once)"
    r"|\b(as long as|reject|hold|not yet)|同意|批准|确认|可以|通过|没问题|前提|先不|暂缓|驳回",
}


def measured(shared: Path) -> dict[str, str]:
    """Give the texts that are for measuring only, by name: never may they be trained on."""
    found = {}
    ours = [*MODELS.glob("suites/*.jsonl"), *MODELS.glob("unseen/*.jsonl")]
    for path in [*sorted(shared.glob("messages-*.jsonl")), *sorted(ours)]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            lines = "\n".join(piece for piece, _ in row.get("segments", []))
            found[f"{path.name}:{number}"] = row.get("new_text") or row.get("text") or lines
    return found


def faults(folder: Path, shared: Path) -> list[str]:
    """List what is wrong with the corpus, a line each."""
    try:
        examples = corpus.examples(folder)
    except errors.ModelError as error:
        return [str(error)]
    texts = {example.id: corpus.joined(example)[0] for example in examples}
    told = [] if len(texts) == len(examples) else ["Two messages have the same id."]
    kept = measured(shared)
    names = [*texts, *kept]
    for one, other, alike in twins.pairs([*texts.values(), *kept.values()]):
        if one < len(texts):
            told.append(f"{names[one]} and {names[other]} are {alike:.0%} alike.")
    return told


def everyday(examples: Sequence[corpus.Example]) -> list[str]:
    """Tell of each label how many of its lines use an everyday word, and how many lines with one carry it."""
    lines = [line for example in examples for line in example.segments]
    told = []
    for label, words in EVERYDAY.items():
        carries = [any(tag.startswith(label) for tag in tags) for _, tags in lines]
        uses = [bool(re.search(words, text, re.IGNORECASE)) for text, _ in lines]
        both = sum(one and other for one, other in zip(carries, uses, strict=True))
        told.append(
            f"{label}: {sum(carries)} lines, {both / sum(carries):.2f} of them with an everyday word;"
            f" {sum(uses)} lines with one, {both / sum(uses):.2f} of them {label}"
        )
    return told


def main() -> None:
    """Print the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    root = Path(__file__).parents[1]
    parser.add_argument("--corpus", type=Path, default=root / "models" / "corpus")
    parser.add_argument("--shared", type=Path, default=root.parent / "shared")
    options = parser.parse_args()
    told = faults(options.corpus, options.shared)
    examples = corpus.examples(options.corpus)
    for language in ("en", "zh"):
        print(
            language,
            *everyday([each for each in examples if each.language == language]),
            sep="\n  ",
        )
    print(*told, f"{len(told)} faults in the corpus.", sep="\n")
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
