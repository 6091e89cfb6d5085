"""Sample mail on real servers, from arrival to draft."""

import dataclasses
import email
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import daemon
from tests import servers
from tests.scenes import stage


@dataclasses.dataclass(frozen=True)
class Passed:
    """An account after one pass."""

    account: servers.Account
    config: Path
    flags_before: dict[int, frozenset[str]]
    result: daemon.Result
    found: stage.Outcome


@pytest.fixture(scope="module", params=["dovecot_server", "pymap_server"])
def passed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Passed]:
    """Deliver the sample mail to each real server in turn and make one pass."""
    account = request.getfixturevalue(request.param).account()
    path = stage.configure(account, tmp_path_factory.mktemp("home"))
    stage.enter_projects(path)
    stage.deliver_samples(account)
    flags = account.flags("INBOX")
    result = _once(path)
    yield Passed(account, path, flags, result, stage.outcome(path, account))


def _once(path: Path) -> daemon.Result:
    desk = stage.open_desk(path)
    try:
        return daemon.once(desk)
    finally:
        desk.record.close()


def test_every_message_is_filed_or_queued(passed: Passed) -> None:
    """Nothing is lost on the way, and nothing is left halfway."""
    assert passed.result == daemon.Result()
    assert len(passed.found.messages) == len(passed.account.raw_messages("INBOX"))
    assert stage.states(passed.found) <= stage.FINAL_STATES


def test_flags_in_the_inbox_are_as_before(passed: Passed) -> None:
    r"""The assistant neither sets \Seen nor anything else (design, law 2)."""
    assert passed.account.flags("INBOX") == passed.flags_before


def test_each_sure_message_of_a_person_has_one_draft_that_answers_it(passed: Passed) -> None:
    """In-Reply-To is that of the message, once each."""
    sure = [row["message_id"] for row in passed.found.messages if row["state"] == "placed"]
    assert passed.found.drafts == sorted(sure)
    assert len(sure) > 5


def test_automatic_mail_and_unsure_mail_get_no_draft(passed: Passed) -> None:
    """What nobody wrote, and what is not clear, is left to the manager."""
    left = [row for row in passed.found.messages if row["automatic"] or not row["sure"]]
    assert left
    assert not {row["message_id"] for row in left} & set(passed.found.drafts)


def test_a_question_about_the_state_is_answered_with_a_status_update(passed: Passed) -> None:
    """Status updates for status requests, acknowledgements for the rest."""
    asked = {r["message_id"] for r in passed.found.messages if "status_request" in r["labels"]}
    kinds = {str(draft["In-Reply-To"]): draft["X-Assistant-Draft"] for draft in _drafts(passed)}
    assert asked & kinds.keys()
    assert {key for key, kind in kinds.items() if kind == "status_update"} == asked & kinds.keys()


def test_drafts_can_be_sent_as_they_are(passed: Passed) -> None:
    r"""Every draft is from the manager, marked \Draft, with full threading and our mark."""
    for draft in _drafts(passed):
        assert draft["From"].endswith("<lin.yue@studio.example>")
        assert draft["References"].split()[-1] == draft["In-Reply-To"]
        assert draft["X-Assistant-Mark"]
    assert all(r"\Draft" in flags for flags in passed.account.flags("Drafts").values())


def test_an_approval_that_no_server_confirms_waits_for_the_manager(passed: Passed) -> None:
    """A forged yes is neither filed nor answered (design, law 4)."""
    decided = [row for row in passed.found.messages if "granted" in row["outcomes"] and row["sure"]]
    authorities = {item["authority"] for item in passed.found.items if item["kind"] == "approval"}
    assert decided
    assert authorities <= {"entitled", "not_entitled"}


def test_a_second_pass_changes_nothing(passed: Passed) -> None:
    """Record, drafts and flags are the same after a second pass."""
    drafts = passed.account.raw_messages("Drafts")
    assert _once(passed.config) == daemon.Result()
    assert stage.outcome(passed.config, passed.account) == passed.found
    assert passed.account.raw_messages("Drafts") == drafts
    assert passed.account.flags("INBOX") == passed.flags_before


def _drafts(passed: Passed) -> list[email.message.Message]:
    found = [
        email.message_from_bytes(raw) for raw in passed.account.raw_messages("Drafts").values()
    ]
    assert found
    return found
