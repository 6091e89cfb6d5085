"""`assistant review` on a terminal: one key each, and a clean end whatever happens."""

from pathlib import Path

import pytest

from assistant import errors
from assistant.classify.labels import Label, Outcome
from assistant.cli import reviewing
from tests.cli import console, poison

MENU = "q quit"


def _waiting(home: Path) -> list[str]:
    return [view["ref"] for view in console.document(console.call(home, "queue", "--json"))]


def _settle_strangers(home: Path) -> list[str]:
    """Dismiss what has no project; give what waits then, in the queue's order."""
    for view in console.document(console.call(home, "queue", "--json")):
        if not view["project"]:
            console.done(console.call(home, "dismiss", view["ref"]))
    return _waiting(home)


def test_every_key_does_what_the_line_below_says(home: Path) -> None:
    """Accept, dismiss, relabel, reassign, show the original, skip and quit, in one sitting."""
    refs = _settle_strangers(home)
    with console.Terminal(home, "review") as terminal:
        assert f"{refs[0]}  " in terminal.asks(MENU)
        terminal.press("g")
        terminal.until("Project: ")
        terminal.press("hc\n")
        assert f"{refs[1]}  " in terminal.asks(MENU)
        terminal.press("d")
        terminal.asks(MENU)
        terminal.press("r")
        terminal.until("): ")
        terminal.press("approval refused\n")
        terminal.asks(MENU)
        terminal.press("o")
        assert "its text:" in terminal.asks(MENU)
        terminal.press("s")
        terminal.asks(MENU)
        terminal.press("q")
        assert terminal.wait() == 0
    views = [console.document(console.call(home, "show", ref, "--json")) for ref in refs[:3]]
    assert (views[0]["project"], views[0]["state"]) == ("HC", "drafted")
    assert views[1]["state"] == "closed"
    assert (views[2]["labels"], views[2]["outcomes"]) == (["approval"], ["refused"])
    assert refs[2] not in _waiting(home)
    assert refs[3] in _waiting(home)


def test_the_accept_key_files_and_goes_on(home: Path) -> None:
    ref, following = _settle_strangers(home)[:2]
    with console.Terminal(home, "review") as terminal:
        terminal.asks(MENU)
        terminal.press("a")
        told = terminal.asks(MENU)
        assert f"{ref}: drafted" in told
        assert f"{following}  " in told
        terminal.press("q")
        assert terminal.wait() == 0


def test_what_a_decision_lacks_is_said_and_the_message_stays(home: Path) -> None:
    refs = _waiting(home)
    with console.Terminal(home, "review") as terminal:
        for key, question, answer, reply in (
            ("r", "): ", "aproval\n", "did you mean approval?"),
            ("r", "): ", "approval\n", "An approval needs its outcome"),
            ("g", "Project: ", "OAKS\n", "did you mean OAK?"),
            ("g", "Project: ", "\x04", ""),
        ):
            terminal.asks(MENU)
            terminal.press(key)
            terminal.until(question)
            terminal.press(answer)
            terminal.until(reply)
        for nothing in ("x", "\x1b[A", "aa"):
            terminal.asks(MENU)
            terminal.press(nothing)
        terminal.asks(MENU)
        terminal.press("q")
        assert terminal.wait() == 0
    assert _waiting(home) == refs


@pytest.mark.parametrize("key", ["\x04", "\x03"])
def test_end_of_input_and_interrupt_stop_cleanly(home: Path, key: str) -> None:
    with console.Terminal(home, "review") as terminal:
        terminal.asks(MENU)
        terminal.press(key)
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.text


def test_a_terminal_that_goes_away_decides_nothing(home: Path) -> None:
    refs = _waiting(home)
    with console.Terminal(home, "review") as terminal:
        terminal.asks(MENU)
        terminal.hang_up()
    assert _waiting(home) == refs


def test_a_clients_text_cannot_steer_the_terminal(home: Path) -> None:
    """The message with terminal commands is shown with its whole text; only our own colours are left."""
    found = console.lines(console.call(home, "messages", "--json"))
    hostile = next(view["ref"] for view in found if view["message_id"] == poison.MESSAGE_ID)
    console.done(console.call(home, "reopen", hostile))
    with console.Terminal(home, "review") as terminal:
        while f"{hostile}  " not in terminal.asks(MENU):
            terminal.press("s")
        terminal.press("o")
        assert "gnp.exe" in terminal.asks(MENU)
        terminal.press("q")
        assert terminal.wait() == 0
        assert poison.steering(console.uncoloured(terminal.text)) == set()


def test_without_a_terminal_it_says_what_to_use(home: Path) -> None:
    ran = console.run(home, "review")
    assert ran.returncode == 1
    assert "needs a terminal" in console.said(ran)


def test_labels_are_read_by_their_beginnings() -> None:
    assert reviewing.parse_labels("app, granted  Iss") == (
        [Label.APPROVAL, Label.ISSUE],
        [Outcome.GRANTED],
    )
    with pytest.raises(errors.UsageError, match="did you mean conditional"):
        reviewing.parse_labels("condicional")
