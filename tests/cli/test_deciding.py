"""The manager's decisions, by command: carried out, told in a line or as JSON, refused with the reason."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli import console


def _waiting(home: Path, *, project: bool = True) -> str:
    """Give a message that waits, and that has a project or none."""
    found = console.document(console.call(home, "queue", "--json"))
    return next(str(view["ref"]) for view in found if bool(view["project"]) is project)


def _show(home: Path, ref: str) -> dict[str, Any]:
    view = console.document(console.call(home, "show", ref, "--json"))
    assert isinstance(view, dict)
    return view


def test_accept_files_the_message_and_writes_its_draft(home: Path) -> None:
    ref = _waiting(home)
    told = console.done(console.call(home, "accept", ref))
    view = _show(home, ref)
    assert (view["state"], view["sure"], view["reasons"]) == ("drafted", True, [])
    assert view["items"]
    assert told.startswith(f"{ref}: drafted, ")
    assert all(name in told for name in (*view["items"], view["draft"]))
    assert ref not in console.done(console.call(home, "queue")).split()


def test_relabel_files_anew_by_the_new_labels(home: Path) -> None:
    ref = _waiting(home)
    words = ("relabel", ref, "approval", "issue", "--outcome", "refused", "--json")
    view = console.document(console.call(home, *words))
    assert (view["labels"], view["outcomes"]) == (["approval", "issue"], ["refused"])
    kinds = {name.split("/")[1][:2] for name in view["items"]}
    assert kinds == {"AP", "IS"}


def test_relabel_takes_back_what_was_filed_before(home: Path) -> None:
    """An item that rested on this message alone is dismissed."""
    found = console.lines(console.call(home, "messages", "--json"))
    held = [name for view in found for name in view["items"]]
    ref, item = next(
        (view["ref"], name)
        for view in found
        for name in view["items"]
        if view["state"] == "placed" and held.count(name) == 1
    )
    console.done(console.call(home, "relabel", ref, "other"))
    assert _show(home, item)["state"] == "dismissed"
    assert _show(home, ref)["items"] == []


def test_undo_gives_a_relabelled_message_its_labels_back_and_it_waits_again(home: Path) -> None:
    """Also the passages that bore the former labels, and one relabelling after the other."""
    found = console.lines(console.call(home, "messages", "--json"))
    ref = next(view["ref"] for view in found if view["state"] == "placed" and view["items"])
    before = _show(home, ref)
    console.done(console.call(home, "relabel", ref, "other"))
    console.done(console.call(home, "relabel", ref, "status_request"))
    view = console.document(console.call(home, "undo", ref, "--json"))
    assert (view["labels"], view["state"], view["items"]) == (["other"], "held", [])
    console.done(console.call(home, "undo", ref))
    after = _show(home, ref)
    assert (after["labels"], after["passages"]) == (before["labels"], before["passages"])
    assert after["reasons"] == ["You took your labels back."]
    refused = console.call(home, "undo", ref)
    assert refused.returncode == 1
    assert "nothing to undo" in console.said(refused)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("approval",), "--outcome"),
        (("issue", "--outcome", "granted"), "--outcome"),
        (("issue", "other"), "stands alone"),
    ],
)
def test_labels_that_contradict_each_other_change_nothing(
    home: Path, words: tuple[str, ...], why: str
) -> None:
    ref = _waiting(home)
    before = _show(home, ref)
    ran = console.call(home, "relabel", ref, *words)
    assert ran.returncode == 1
    assert why in console.said(ran)
    assert _show(home, ref) == before


def test_a_message_without_a_project_is_accepted_only_when_it_is_assigned(home: Path) -> None:
    ref = _waiting(home, project=False)
    ran = console.call(home, "accept", ref)
    assert ran.returncode == 1
    assert f"assistant assign {ref} KEY" in console.said(ran)
    view = console.document(console.call(home, "assign", ref, "oak", "--json"))
    assert (view["project"], view["state"]) == ("OAK", "drafted")


def test_dismiss_and_reopen_a_message(home: Path) -> None:
    ref = _waiting(home)
    assert console.done(console.call(home, "dismiss", ref)) == f"{ref}: closed\n"
    assert ref not in console.done(console.call(home, "queue")).split()
    assert console.done(console.call(home, "reopen", ref)) == f"{ref}: held\n"
    assert ref in console.done(console.call(home, "queue"))


def test_replay_reads_the_message_anew(home: Path) -> None:
    """What the model says comes back, whatever was decided in between."""
    ref = _waiting(home)
    read = console.document(console.call(home, "replay", ref, "--json"))
    console.done(console.call(home, "relabel", ref, "approval", "--outcome", "refused"))
    again = console.document(console.call(home, "replay", ref, "--json"))
    assert {**again, "draft": None, "items": []} == {**read, "draft": None, "items": []}


def test_an_item_is_moved_dismissed_and_reopened(home: Path) -> None:
    for words, state in (
        (("move", "HC/IS-1", "in_progress"), "in_progress"),
        (("dismiss", "HC/IS-1"), "dismissed"),
        (("reopen", "hc/is-1"), "open"),
    ):
        view = console.document(console.call(home, *words, "--json"))
        assert (view["ref"], view["state"]) == ("HC/IS-1", state)


def test_an_item_that_rests_on_one_passage_is_not_split(home: Path) -> None:
    found = console.document(console.call(home, "items", "--json"))
    ref = next(view["ref"] for view in found if "\n" not in view["evidence"])
    ran = console.call(home, "split", ref)
    assert ran.returncode == 1
    assert "one passage" in console.said(ran)


def test_an_item_is_split_at_its_last_passage(home: Path) -> None:
    found = console.document(console.call(home, "items", "--json"))
    several = [view for view in found if "\n" in view["evidence"]]
    assert several
    before = several[0]
    fresh = console.document(console.call(home, "split", before["ref"], "--json"))
    assert fresh["kind"] == before["kind"]
    assert before["evidence"] == _show(home, before["ref"])["evidence"] + "\n" + fresh["evidence"]


def test_a_project_is_entered_changed_and_shown(home: Path) -> None:
    words = ("project", "add", "acme", "--name", "ACME portal", "--client-domain", "@Acme.example")
    people = ("--contact", "Wang Fang <wang@acme.example>", "--approver", "wang@acme.example")
    view = console.document(console.call(home, *words, *people, "--language", "zh-Hans", "--json"))
    wang = {"email": "wang@acme.example", "name": "Wang Fang", "approver": True}
    assert view == {
        "key": "ACME",
        "name": "ACME portal",
        "language": "zh-Hans",
        "client_domains": ["acme.example"],
        "contacts": [wang],
        "milestones": [],
    }
    edit = ("project", "edit", "ACME", "--contact", "Fang <wang@acme.example>", "--json")
    assert console.document(console.call(home, *edit))["contacts"] == [wang | {"name": "Fang"}]
    ran = console.call(home, "project", "add", "ACME")
    assert ran.returncode == 1
    assert "project edit" in console.said(ran)


def test_a_milestone_keeps_what_is_not_named(home: Path) -> None:
    add = ("project", "milestone", "add", "HC", "Beta")
    console.done(console.call(home, *add, "--due", "2026-12-01"))
    view = console.document(console.call(home, *add, "--done", "--json"))
    assert {"name": "Beta", "due_on": "2026-12-01", "done": True} in view["milestones"]


def test_a_contact_is_entered_once_and_changed(home: Path) -> None:
    person = "Li Na <li@agency.example>"
    console.done(console.call(home, "contact", "add", "HC", person, "--approver"))
    ran = console.call(home, "contact", "add", "HC", person)
    assert ran.returncode == 1
    assert "contact edit" in console.said(ran)
    edit = ("contact", "edit", "HC", "li@agency.example")
    console.done(console.call(home, *edit))
    listed = console.document(console.call(home, "contact", "list", "--project", "HC", "--json"))
    wanted = {"project": "HC", "email": "li@agency.example", "name": "Li Na", "approver": True}
    assert wanted in listed
    console.done(console.call(home, *edit, "--no-approver"))
    listed = console.document(console.call(home, "contact", "list", "--project", "HC", "--json"))
    assert wanted | {"approver": False} in listed
    ran = console.call(home, "contact", "edit", "HC", "lee@agency.example")
    assert console.said(ran).endswith("did you mean li@agency.example?")


def test_a_mail_providers_domain_is_no_clients_domain(home: Path) -> None:
    """Everybody with an address there would belong to the project."""
    ran = console.call(home, "project", "add", "QQ", "--client-domain", "qq.com")
    assert ran.returncode == 2
    assert "anybody can have an address at qq.com; name the client's people with --contact" in (
        " ".join(ran.stderr.split())
    )
    assert "QQ" not in console.done(console.call(home, "project", "list"))
