"""What the looking commands print: the contract's JSON, tables that fit, and no client's tricks."""

from pathlib import Path

import pytest
import rich.cells

from tests.cli import console, poison

ITEM = {
    *("ref", "kind", "state", "title", "project", "message_id", "sender", "evidence"),
    *("outcome", "authority", "created_at"),
}
ENTRY = {
    *("ref", "message_id", "project", "sender", "subject", "received_at", "labels", "outcomes"),
    *("sure", "reasons", "items", "draft"),
}
DRAFT = {"ref", "kind", "in_reply_to", "to", "subject", "state", "text"}


def _hostile_ref(home: Path) -> str:
    found = console.lines(console.call(home, "messages", "--json"))
    return next(str(view["ref"]) for view in found if view["message_id"] == poison.MESSAGE_ID)


def test_items_have_the_keys_of_the_contract(home: Path) -> None:
    found = console.document(console.call(home, "items", "--json"))
    assert all(set(view) >= ITEM for view in found)
    kinds = {view["kind"] for view in found}
    assert kinds == {"requirement_change", "issue", "approval", "status_request"}
    assert {view["project"] for view in found} == {"HC", "OAK"}
    assert all(view["ref"].startswith(view["project"] + "/") for view in found)
    assert all(view["evidence"] for view in found)


def test_items_are_filtered_by_project_kind_and_state(home: Path) -> None:
    every = console.document(console.call(home, "items", "--json"))
    wanted = {key: every[0][key] for key in ("project", "kind", "state")}
    words = [word for key, value in wanted.items() for word in (f"--{key}", value)]
    found = console.document(console.call(home, "items", *words, "--json"))
    assert found == [view for view in every if wanted.items() <= view.items()]
    assert len(found) < len(every)


def test_the_queue_is_least_certain_first_with_the_keys_of_the_contract(home: Path) -> None:
    found = console.document(console.call(home, "queue", "--json"))
    assert all(set(view) >= ENTRY for view in found)
    assert all(view["reasons"] and not view["sure"] for view in found)
    weakest = []
    for view in found:
        scores = console.document(console.call(home, "show", view["ref"], "--json"))["scores"]
        weakest.append(min((scores[label] for label in view["labels"]), default=0))
        if len(weakest) == 4:
            break
    assert weakest == sorted(weakest)


def test_drafts_have_the_keys_of_the_contract(home: Path) -> None:
    found = console.document(console.call(home, "drafts", "--json"))
    assert all(set(view) >= DRAFT for view in found)
    assert {view["kind"] for view in found} == {"acknowledgement", "status_update"}
    assert "placed" in {view["state"] for view in found}
    assert console.document(console.call(home, "drafts", "--state", "sent", "--json")) == []


def test_messages_are_one_object_a_line_and_filtered(home: Path) -> None:
    found = console.lines(
        console.call(home, "messages", "--project", "OAK", "--state", "held", "--json")
    )
    assert found
    assert {(view["project"], view["state"]) for view in found} == {("OAK", "held")}
    assert all(set(view) >= ENTRY for view in found)


def test_status_tells_of_mailboxes_and_states(home: Path) -> None:
    found = console.document(console.call(home, "status", "--json"))
    assert found["mailboxes"][0]["name"] == "projects"
    assert found["mailboxes"][0]["last_contact_at"].endswith("+00:00")
    assert found["waiting"] == found["messages"]["held"] > 0
    assert found["parked"] == []
    told = console.done(console.call(home, "status"))
    assert f"{found['waiting']} waiting for you" in told


def test_report_tells_how_a_project_stands(home: Path) -> None:
    found = console.document(console.call(home, "report", "HC", "--json"))
    assert found["sections"]["Open issues"]
    told = console.done(console.call(home, "report", "HC"))
    assert all(row in told for row in found["sections"]["Milestones"])


def test_show_gives_a_message_with_its_words_an_item_and_a_draft(home: Path) -> None:
    item = console.document(console.call(home, "items", "--json"))[0]
    draft = console.document(console.call(home, "drafts", "--state", "placed", "--json"))[0]
    assert console.document(console.call(home, "show", item["ref"], "--json")) == item
    assert console.document(console.call(home, "show", draft["ref"], "--json")) == draft
    words = ("show", draft["message"], "--original", "--json")
    message = console.document(console.call(home, *words))
    assert message["draft"] == draft["ref"]
    assert message["draft_text"] == draft["text"]
    assert message["new_text"].strip() in message["text"]
    assert all(
        message["new_text"][passage["start"] : passage["end"]] == passage["text"]
        for passage in message["passages"]
    )


@pytest.mark.parametrize(
    ("ref", "nearest"),
    [("M-999", "M-"), ("D-999", "D-"), ("HC/CR-99", "HC/"), ("nonsense", "/")],
)
def test_an_unknown_reference_names_the_nearest(home: Path, ref: str, nearest: str) -> None:
    ran = console.call(home, "show", ref)
    assert ran.returncode == 1
    told = console.said(ran)
    assert f" {ref}; did you mean " in told
    assert nearest in told.rpartition("did you mean ")[2]


def test_an_unknown_project_names_the_nearest(home: Path) -> None:
    ran = console.call(home, "items", "--project", "OAKS")
    assert ran.returncode == 1
    assert console.said(ran).endswith("did you mean OAK?")


LISTS = ("items", "messages", "queue", "contact list")


@pytest.mark.parametrize("command", LISTS)
def test_lists_fit_a_terminal_of_80_columns(home: Path, command: str) -> None:
    """On a terminal long texts are folded under their own column; no short column is broken."""
    told = console.terminal(home, *command.split())
    lines = told.splitlines()
    assert max(map(rich.cells.cell_len, lines)) <= 80
    refs = [line.split()[0] for line in lines if "/" in line[:10]]
    assert all(ref.split("/")[1][:2] in ("CR", "IS", "AP", "SR") for ref in refs)


def test_piped_lists_have_one_line_a_row_with_nothing_cut(home: Path) -> None:
    found = console.document(console.call(home, "items", "--json"))
    lines = console.done(console.call(home, "items")).splitlines()
    assert len(lines) == len(found) + 1
    assert all(
        view["ref"] in line and " ".join(view["title"].split()) in line
        for view, line in zip(found, lines[1:], strict=True)
    )


@pytest.mark.parametrize(
    "words",
    [
        "queue",
        "items",
        "messages",
        "drafts",
        "status",
        "report HC",
        "show REF",
        "show REF --original",
    ],
)
def test_a_clients_text_cannot_steer_the_terminal(home: Path, words: str) -> None:
    ref = _hostile_ref(home)
    for more in ([], ["--json"]):
        ran = console.call(home, *words.replace("REF", ref).split(), *more)
        assert poison.steering(console.done(ran)) == set()


def test_json_gives_a_clients_text_back_unchanged(home: Path) -> None:
    view = console.document(console.call(home, "show", _hostile_ref(home), "--original", "--json"))
    assert "\u202e" in view["text"]
