"""Which project a message belongs to, as a table."""

import pytest

from assistant.filing import parties, route

ACME = parties.Project("ACME", "Portal", ("acme.example",), (parties.Contact("wang@acme.example"),))
BETA = parties.Project(
    "BETA", "Shop", ("beta.example",), (parties.Contact("li@agency.example", "Li", approver=True),)
)
ACME2 = parties.Project("ACME2", "App", ("acme.example",))
CASES = [
    # sender, subject, projects of the thread, projects -> project, rivals
    ("wang@acme.example", "Login", [], [ACME, BETA], "ACME", ()),
    ("new@acme.example", "Login", [], [ACME, BETA], "ACME", ()),
    ("li@agency.example", "Login", [], [ACME, BETA], "BETA", ()),
    ("stranger@else.example", "Login", [], [ACME, BETA], None, ()),
    ("", "Login", [], [ACME, BETA], None, ()),
    ("someone@acme.example", "Login", [], [ACME, ACME2], None, ("ACME", "ACME2")),
    ("someone@acme.example", "[ACME2] Login", [], [ACME, ACME2], "ACME2", ()),
    ("someone@acme.example", "回复：ACME2/CR-1 登录", [], [ACME, ACME2], "ACME2", ()),
    ("someone@acme.example", "XACME2Y", [], [ACME, ACME2], None, ("ACME", "ACME2")),
    ("someone@acme.example", "Login", ["ACME2"], [ACME, ACME2], "ACME2", ()),
    ("someone@acme.example", "ACME: Login", ["ACME2"], [ACME, ACME2], None, ("ACME", "ACME2")),
    ("wang@acme.example", "Login", [], [ACME, ACME2], "ACME", ()),
    # law 5: neither thread nor subject takes a message where its sender does not belong
    ("wang@acme.example", "BETA", ["BETA"], [ACME, BETA], "ACME", ()),
    ("stranger@else.example", "[ACME] approved", ["ACME"], [ACME, BETA], None, ()),
    # a sub-domain or a longer name is another domain
    ("x@mail.acme.example", "Login", [], [ACME], None, ()),
    ("x@notacme.example", "Login", [], [ACME], None, ()),
]


@pytest.mark.parametrize(("sender", "subject", "thread", "projects", "key", "rivals"), CASES)
def test_the_sender_chooses_thread_and_subject_only_narrow(
    sender: str,
    subject: str,
    thread: list[str],
    projects: list[parties.Project],
    key: str | None,
    rivals: tuple[str, ...],
) -> None:
    """Each row is one rule; what is not clear names the rivals or the stranger."""
    found = route.route(sender, subject, thread, projects)
    assert (found.project.key if found.project else None) == key
    assert found.rivals == rivals
    assert bool(found.reason) == (key is None)
    assert all(rival in found.reason for rival in rivals)
