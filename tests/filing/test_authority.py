"""Whose yes counts, as a table."""

import pytest

from assistant.filing import authority, parties

APPROVER = parties.Contact("boss@acme.example", "Boss", approver=True)
CONTACT = parties.Contact("wang@acme.example", "Wang")


@pytest.mark.parametrize(
    ("contact", "verified", "expected"),
    [
        (APPROVER, True, "entitled"),
        (APPROVER, False, "unverified"),
        (CONTACT, True, "not_entitled"),
        (CONTACT, False, "not_entitled"),
        (None, True, "not_entitled"),
        (None, False, "not_entitled"),
    ],
)
def test_only_a_confirmed_approver_is_entitled(
    contact: parties.Contact | None, verified: bool, expected: str
) -> None:
    """In doubt the approval does not count."""
    assert authority.of(contact, verified) == expected
