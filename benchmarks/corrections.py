"""What twenty corrections of one kind change: the next messages of that kind, and all the others.

    python benchmarks/corrections.py [--shared FOLDER]

A simulated manager works on a real record: forty messages of one client come in who writes in a way that
no model can know ("goat book" is that client's list of defects). The first twenty are relabelled as the
manager would, `learn` trains and judges a candidate, and the other twenty are read by the model that is
then in use. Beside it: the development messages and the suites, before and after. A quarter of an hour.
"""

import argparse
import datetime
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant import daemon, garbage, intake, learn, receiving, review, settings
from assistant.classify import shelf
from assistant.classify.labels import Label
from assistant.filing import parties
from assistant.imap import cursor, fetch
from assistant.record import cursors, messages, projects
from benchmarks import understanding
from tests.record.conftest import CONFIG

#: the first half is corrected, the second half comes after
KIND = """\
Goat book, page 14: the handrail at pier 4.|Please enter the north lift in the goat book.
Another two for the goat book, both in stairwell C.|The goat book has a new guest: our loading bay door.
Goat book again, Marek. Platform lights.|For your goat book: kiosk 3, counter side.
The foreman says the ramp belongs in the goat book too.|Page 15 of the goat book is now the east canopy.
We wrote the ticket gates into the goat book this morning.|Goat book: the second fire door on level 1.
Kindly note for the goat book, bench 7.|One more goat, the drain cover by the taxi rank.
The goat book grew by the waiting room heater.|I put the clock on platform 2 in the goat book.
Into the goat book with the signage at exit B, please.|Goats of today: the hand dryer and the left basin.
Goat book, last line: escalator 2.|Two goats since Monday, both on the footbridge.
The inspector dictated a goat: the cable tray over track 1.|Goat book, new page, parcel lockers.
Goat book: the glazing by the newsagent.|The bicycle rack makes its entry in the goat book.
Please open the goat book at the ticket office shutter.|A goat from the night shift, the CCTV mast.
Goat book, top of page 16: the tactile paving.|Our station master has a goat, the help point.
The west stair has earned its place in the goat book.|Goat book for the third time: kiosk 3.
Add the gutter over the arcade to the goat book.|Today's goat is the lift lobby on level 2.
The goat book says hello from the car park barrier.|Goat book: door closer, staff room.
We have a goat on platform 5, the bench nearest the stairs.|Two lines for the goat book, the ramp and its rail.
The goat book now lists the plant room hatch.|A fresh goat, the smoke vent over the hall.
Goat book, please: the letter box.|From the cleaners, a goat, the tiles behind the lift.
Page 17 of the goat book opens with the flagpole.|Goat book, and this is the last for today: the bollard.
"""
SENDER = "foreman@station.example"


def now() -> datetime.datetime:
    """Give the present instant."""
    return datetime.datetime.now(datetime.UTC)


def arrive(desk: intake.Desk, uid: int, text: str) -> int:
    """Let a message arrive and be understood; give its number."""
    mailbox = desk.config.mailbox[0]
    raw = (
        f"From: Foreman <{SENDER}>\nTo: pm@vendor.example\nSubject: Station\n"
        f"Message-ID: <{uid}@station.example>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()
    here = cursor.Cursor(mailbox.name, "INBOX", 1, uid)
    with desk.record.transaction() as session:
        cursors.begin(session, mailbox.name, "INBOX", now().date(), now())
    receiving.receive(desk, mailbox, fetch.Arrival(uid, raw, here, now(), frozenset()), sent=False)
    with desk.record.reading() as session:
        number = max(row.id or 0 for row in messages.clients(session))
    intake.advance(desk, number)
    return number


def issues(desk: intake.Desk, numbers: list[int]) -> int:
    """Count the messages that were taken for an issue and nothing else."""
    with desk.record.reading() as session:
        rows = messages.of_ids(session, numbers)
        return sum(row.labels == [Label.ISSUE.value] for row in rows)


def others(model: Path | None, shared: Path) -> str:
    """Score what is not of that kind."""
    scores, _ = understanding.development(model, shared, thread=True)
    read = shelf.load(model)
    false = [
        understanding.negation(read, path, thread=True)["false_granted"]
        for path in sorted(understanding.SUITES.glob("negation-*.jsonl"))
    ]
    return f"development messages {scores['macro_f1']}, false yeses of the suites {sum(false)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    options = parser.parse_args()
    garbage.seldom()
    texts = KIND.replace("\n", "|").strip("|").split("|")
    with tempfile.TemporaryDirectory() as home:
        desk = daemon.open_desk(settings.parse(CONFIG, Path(home) / "config.toml"))
        with desk.record.transaction() as session:
            person = parties.Contact(SENDER, "Foreman")
            projects.add(session, parties.Project("ST", "Station", (), (person,)), now())
        first = [arrive(desk, uid, text) for uid, text in enumerate(texts[:20], start=1)]
        untaught = [arrive(desk, uid, text) for uid, text in enumerate(texts[20:], start=101)]
        print(
            f"before: {issues(desk, first)} and {issues(desk, untaught)} of 20 as the manager would"
        )
        print(f"        {others(learn.chosen(desk.config), options.shared)}")
        for number in first:
            with desk.record.transaction() as session:
                (row,) = messages.of_ids(session, [number])
                review.relabel(desk, session, row, [Label.ISSUE], [])
        start = time.perf_counter()
        print(learn.learn(desk.config, desk.record, shelf.corpus()))
        print(f"        {time.perf_counter() - start:.0f} s")
        for number in untaught:
            with desk.record.transaction() as session:
                (row,) = messages.of_ids(session, [number])
                review.replay(desk, session, row)
            intake.advance(desk, number)
        print(f"after:  {issues(desk, untaught)} of the next 20 as the manager would")
        print(f"        {others(learn.chosen(desk.config), options.shared)}")
        desk.record.close()


if __name__ == "__main__":
    main()
