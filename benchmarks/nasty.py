"""Read 334 mails that break parsers and 117 bounces: nothing raises, each in less than a second.

    python benchmarks/nasty.py [--shared ../shared]

Also: every bounce is automatic, and no development message is that is not marked so. Exit 1 where
one of these fails. One file among the bounces is a person's answer (see `PERSONS`).
"""

import argparse
import dataclasses
import importlib.util
import pathlib
import sys
import time
import types

from assistant.mail import authentic, automatic, language, newtext, parse, threads

#: seconds that one message may take
LIMIT_SECONDS = 1.0
#: kept by flufl.bounce because it is no bounce: a hotel answers a reservation, with a file and a quote
PERSONS = frozenset({"groupwise_03.txt"})
#: traps of development messages that machines sent
MACHINES = frozenset({"auto-reply", "auto-mail", "bounce", "newsletter"})


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """What was made of one message."""

    name: str
    reason: str | None
    seconds: float
    #: what went wrong, "" if nothing
    fault: str = ""


def read(name: str, raw: bytes) -> Read:
    """Take a message the whole way through this room."""
    begun = time.perf_counter()
    try:
        mail = parse.parse(raw)
        reading = newtext.read(mail)
        reason = automatic.reason(mail)
        language.detect(reading.text)
        threads.ancestors(mail)
        threads.base_subject(mail.subject)
        authentic.check(mail, {"mx.example"})
    except Exception as error:
        return Read(name, None, time.perf_counter() - begun, f"{type(error).__name__}: {error}")
    covered = "".join(mail.text[span.start : span.end] for span in reading.spans) == mail.text
    fault = "" if covered else "the spans do not cover the text"
    return Read(name, reason, time.perf_counter() - begun, fault)


def development(shared: pathlib.Path) -> list[tuple[str, bytes, bool]]:
    """Give the development messages: name, bytes, and whether a machine sent it."""
    measure = _load(shared / "measure.py")
    return [
        (row["id"], measure.render(row), not MACHINES.isdisjoint(row.get("traps") or ()))
        for row in measure.load()
    ]


def _load(path: pathlib.Path) -> types.ModuleType:
    """Import a script by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(title: str, found: list[Read]) -> int:
    """Print one group; give the number of faults."""
    slow = max(found, key=lambda one: one.seconds)
    mean = sum(one.seconds for one in found) / len(found)
    print(
        f"{title}: {len(found)} read, {1000 * mean:.1f} ms each, slowest {slow.seconds:.2f} s ({slow.name})"
    )
    faults = [one for one in found if one.fault or one.seconds > LIMIT_SECONDS]
    for one in faults:
        print(f"    {one.name}: {one.fault or 'too slow'}")
    return len(faults)


def main() -> None:
    """Read all, and say what failed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared"))
    shared = options.parse_args().shared
    folder = shared / "mail"
    nasty = [
        read(path.name, path.read_bytes()) for path in sorted((folder / "nasty").glob("*.eml"))
    ]
    bounces = [
        read(path.name, path.read_bytes()) for path in sorted((folder / "bounces").iterdir())
    ]
    faults = report("nasty", nasty) + report("bounces", bounces)
    missed = [one.name for one in bounces if one.reason is None and one.name not in PERSONS]
    print(f"bounces taken for a person's mail: {len(missed)} {' '.join(missed)}")
    messages = development(shared)
    found = [read(name, raw) for name, raw, _ in messages]
    faults += report("development messages", found)
    machines = {name for name, _, machine in messages if machine}
    wrong = [one.name for one in found if (one.reason is not None) != (one.name in machines)]
    print(f"development messages wrongly automatic or not: {len(wrong)} {' '.join(wrong)}")
    sys.exit(1 if faults or missed or wrong else 0)


if __name__ == "__main__":
    main()
