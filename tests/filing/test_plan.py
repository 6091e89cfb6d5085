"""Whether a matter opens an item or goes on with one of the thread, as a table."""

import pytest

from assistant.classify.labels import Label, Outcome
from assistant.classify.verdict import Passage
from assistant.filing import matters, plan
from assistant.filing.authority import Authority

LOGIN = plan.Known("IS-1", Label.ISSUE, "The login page shows a white screen", True, True)
FONT = plan.Known("IS-2", Label.ISSUE, "The font on the invoice is far too small", True, True)
CLOSED = plan.Known("IS-3", Label.ISSUE, "The login page shows a white screen", False, True)
ELSEWHERE = plan.Known("IS-4", Label.ISSUE, "The login page shows a white screen", True, False)
YES = plan.Known("AP-1", Label.APPROVAL, "Approved, go ahead", True, True)
EXPORT = plan.Known("CR-1", Label.REQUIREMENT_CHANGE, "希望增加导出 Excel 的功能", True, True)


def matter(words: str, kind: Label = Label.ISSUE, outcome: Outcome | None = None) -> matters.Matter:
    """Make a matter of one passage."""
    return matters.Matter(kind, (Passage(0, len(words), words, (kind,)),), outcome)


CASES = [
    # words, kind, known items -> joined item
    ("The login page still shows a white screen", Label.ISSUE, [LOGIN, FONT], "IS-1"),
    ("Still not fixed.", Label.ISSUE, [LOGIN], "IS-1"),
    ("还是打不开", Label.ISSUE, [LOGIN], "IS-1"),
    ("Still not fixed.", Label.ISSUE, [LOGIN, FONT], ""),
    ("The printer is on fire", Label.ISSUE, [LOGIN], ""),
    ("Also, the login page shows another white screen", Label.ISSUE, [LOGIN], ""),
    ("The login page shows a white screen", Label.ISSUE, [CLOSED], ""),
    ("The login page shows a white screen", Label.ISSUE, [ELSEWHERE], ""),
    ("IS-4 is back again", Label.ISSUE, [ELSEWHERE], "IS-4"),
    ("导出 Excel 的功能先不要了", Label.REQUIREMENT_CHANGE, [EXPORT], "CR-1"),
    ("Please stop, I take it back", Label.APPROVAL, [YES], "AP-1"),
    ("The login page shows a white screen", Label.REQUIREMENT_CHANGE, [LOGIN], ""),
]


@pytest.mark.parametrize(("words", "kind", "known", "expected"), CASES)
def test_a_follow_up_joins_its_item_and_a_new_matter_opens_one(
    words: str, kind: Label, known: list[plan.Known], expected: str
) -> None:
    """Each row is one way to go on, or not."""
    (action,) = plan.plan([matter(words, kind)], known, Authority.NOT_ENTITLED)
    assert action.joins == expected


def test_two_matters_of_one_message_never_join_one_item() -> None:
    """The second one opens an item of its own."""
    words = "The login page still shows a white screen"
    actions = plan.plan([matter(words), matter(words)], [LOGIN], Authority.NOT_ENTITLED)
    assert [action.joins for action in actions] == ["IS-1", ""]


@pytest.mark.parametrize(
    ("words", "authority", "expected"),
    [
        ("We do not accept this after all", Authority.ENTITLED, "AP-2"),
        ("We do not accept this after all", Authority.NOT_ENTITLED, ""),
        ("AP-2 is refused", Authority.UNVERIFIED, ""),
        ("AP-2 is refused", Authority.NOT_ENTITLED, ""),
    ],
)
def test_a_confirmed_decision_is_changed_by_an_approver_alone(
    words: str, authority: Authority, expected: str
) -> None:
    """Anybody else's word on the same thing is an item of its own (design, law 4)."""
    settled = plan.Known("AP-2", Label.APPROVAL, "Approved, go ahead", True, True, settled=True)
    found = [matter(words, Label.APPROVAL, Outcome.REFUSED)]
    (action,) = plan.plan(found, [settled], authority)
    assert action.joins == expected


def test_only_an_approval_carries_authority() -> None:
    """An issue needs none."""
    actions = plan.plan(
        [matter("Approved", Label.APPROVAL, Outcome.GRANTED), matter("It hangs")],
        [],
        Authority.ENTITLED,
    )
    assert [action.authority for action in actions] == [Authority.ENTITLED, None]
    assert actions[0].outcome is Outcome.GRANTED
