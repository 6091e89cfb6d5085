"""The sample mail is real mail: it reads as it was written, and shows what the demonstration is about."""

import base64
import datetime
import email
import email.policy
import re

import pytest

from assistant.classify.labels import Label, Outcome
from assistant.demo import build, correspondence, samples
from assistant.filing import authority, parties, route
from assistant.mail import authentic, automatic, language, message, newtext, parse

TODAY = datetime.date(2026, 11, 21)
NOTES = correspondence.notes()
CLIENTS = [note for note in NOTES.values() if not note.is_own]
PROJECTS = [sample.project for sample in samples.projects(TODAY)]


def read(note: correspondence.Note) -> message.Message:
    return parse.parse(build.build(note, NOTES, TODAY))


def flat(text: str) -> str:
    return "".join(text.split())


def keys(notes: list[correspondence.Note]) -> list[str]:
    return [note.key for note in notes]


def test_there_are_about_thirty_messages_and_the_managers_answers() -> None:
    assert 30 <= len(samples.inbox(TODAY)) <= 40
    assert len(samples.sent(TODAY)) == 10
    assert len(samples.expected(TODAY)) == len(samples.inbox(TODAY))


@pytest.mark.parametrize("note", CLIENTS, ids=keys(CLIENTS))
def test_message_reads_as_it_was_told(note: correspondence.Note) -> None:
    mail = read(note)
    assert mail.sender == message.Address(note.sender.name, note.sender.email)
    assert mail.subject == note.subject
    assert mail.date_at == build.sent_at(note, TODAY)
    assert mail.message_id == build.message_id(note)
    assert [attachment.name for attachment in mail.attachments if not note.calendar] == list(
        note.attachments
    )


PLAIN = [note for note in CLIENTS if not automatic.reason(read(note)) and ">" not in note.body]


@pytest.mark.parametrize("note", PLAIN, ids=keys(PLAIN))
def test_new_text_is_the_body_without_the_quotation(note: correspondence.Note) -> None:
    found = flat(newtext.read(read(note)).text)
    # where exactly a signature begins is for the tests of mail/
    body = flat(build.body(note, TODAY))
    assert found[:30] == body[:30]
    assert len(found) <= len(body + flat(note.sender.signature))
    parent = NOTES.get(note.answers)
    assert parent is None or flat(build.body(parent, TODAY))[:30] not in found


def test_answers_between_quoted_lines_are_found() -> None:
    found = newtext.read(read(NOTES["oak-shop-list-inline"])).text
    assert "Yes, both." in found
    assert "£10, £25 and £50." in found
    assert "Which amounts" not in found


def test_machines_are_known_as_machines() -> None:
    found = {note.key for note in CLIENTS if automatic.reason(read(note))}
    assert found == {"hc-away", "oak-away", "oak-accepted", "newsletter", "bounce"}


def test_all_but_the_forgery_are_confirmed_by_the_receiving_server() -> None:
    doubtful = {
        note.key
        for note in CLIENTS
        if not authentic.check(read(note), [samples.AUTHSERV_ID]).verified
    }
    assert doubtful == {"oak-forged"}


def routed(key: str) -> route.Route:
    note = NOTES[key]
    return route.route(note.sender.email, note.subject, [], PROJECTS)


def test_every_client_has_one_project() -> None:
    for note in CLIENTS:
        found = routed(note.key)
        if not note.sender.stranger and len(note.sender.projects) == 1:
            assert found.project is not None
            assert found.project.key == note.sender.projects[0]


def test_strangers_and_the_look_alike_have_none() -> None:
    for key in ("enquiry", "newsletter", "hc-forged"):
        assert routed(key).project is None
        assert routed(key).rivals == ()


def test_advisers_mail_could_belong_to_either_project() -> None:
    assert routed("either-training").rivals == ("HC", "OAK")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("hc-design-yes", authority.Authority.ENTITLED),
        ("hc-extra-cost-if", authority.Authority.ENTITLED),
        ("oak-guidelines-yes", authority.Authority.ENTITLED),
        ("hc-quote-plan-yes", authority.Authority.NOT_ENTITLED),
        ("oak-drawings-tom", authority.Authority.NOT_ENTITLED),
        ("oak-forged", authority.Authority.UNVERIFIED),
        ("hc-forged", authority.Authority.NOT_ENTITLED),
    ],
)
def test_decisions_come_with_every_authority(key: str, expected: authority.Authority) -> None:
    mail = read(NOTES[key])
    assert mail.sender is not None
    contacts: list[parties.Contact | None] = [p.contact(mail.sender.email) for p in PROJECTS]
    contact = next((found for found in contacts if found), None)
    verified = authentic.check(mail, [samples.AUTHSERV_ID]).verified
    assert authority.of(contact, verified) is expected


def test_every_label_outcome_and_language_occurs() -> None:
    found = samples.expected(TODAY)
    assert {label for each in found for label in each.labels} == set(Label)
    assert {outcome for each in found for outcome in each.outcomes} == set(Outcome)
    written = {language.detect(newtext.read(read(note)).text) for note in PLAIN}
    assert written >= {"zh-Hans", "zh-Hant", "en"}


def test_expected_labels_are_legal() -> None:
    for each in samples.expected(TODAY):
        assert each.labels
        assert Label.OTHER not in each.labels or len(each.labels) == 1
        assert bool(each.outcomes) is (Label.APPROVAL in each.labels)


def test_mail_programs_vary_in_charset_and_structure() -> None:
    mails = {
        note.key: email.message_from_bytes(build.build(note, NOTES, TODAY)) for note in CLIENTS
    }
    assert mails["hc-first-look"].get_content_charset() == "gb18030"
    assert mails["hc-away"].get_content_type() == "text/html"
    assert mails["hc-taiwan-fields"].get_content_type() == "multipart/alternative"
    assert len({mail["X-Mailer"] for mail in mails.values()}) >= 5


def test_long_outlook_id_is_written_plain_in_the_thread() -> None:
    raw = build.build(NOTES["oak-guidelines-yes"], NOTES, TODAY)
    assert f"Message-ID: {NOTES['oak-guidelines-yes'].message_id}\r\n".encode() in raw
    assert len(base64.b64decode(NOTES["oak-guidelines-yes"].thread_index)) == 22


def test_every_answer_follows_what_it_answers() -> None:
    for note in NOTES.values():
        if note.answers:
            parent = NOTES[note.answers]
            assert build.sent_at(parent, TODAY) < build.sent_at(note, TODAY)
            assert read(note).in_reply_to == build.message_id(parent)


def test_own_messages_are_the_managers() -> None:
    for raw in samples.sent(TODAY):
        mail = parse.parse(raw)
        assert mail.sender == samples.MANAGER
        assert mail.to


def test_all_dates_move_with_today_and_none_lies_ahead() -> None:
    later = TODAY + datetime.timedelta(days=400)
    for day in (TODAY, later):
        dates = [parse.parse(raw).date_at for raw in samples.inbox(day)]
        assert dates == sorted(date for date in dates if date)
        assert max(date for date in dates if date).date() < day
        assert min(date for date in dates if date).date() >= samples.since(day)
    shift = datetime.timedelta(days=400)
    for now, then in zip(samples.projects(TODAY), samples.projects(later), strict=True):
        for stone, moved in zip(now.milestones, then.milestones, strict=True):
            assert moved.due_on == (stone.due_on + shift if stone.due_on else None)


def test_days_in_the_text_are_filled_in() -> None:
    assert "21 December to 28 December" in build.body(NOTES["oak-opening"], TODAY)
    assert "12月11日 到 12月13日" in build.body(NOTES["hc-holiday"], TODAY)


def test_same_day_gives_the_same_bytes() -> None:
    assert samples.inbox(TODAY) == samples.inbox(TODAY)
    assert samples.sent(TODAY) == samples.sent(TODAY)


def test_every_address_is_reserved_for_examples() -> None:
    for raw in (*samples.inbox(TODAY), *samples.sent(TODAY)):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        found = re.findall(r"[\w.+-]+@([\w.-]+)", " ".join(map(str, mail.values())))
        assert all(domain.endswith((".example", ".prod.outlook.com")) for domain in found if domain)


def test_projects_have_an_approver_and_milestones_in_every_state() -> None:
    for sample in samples.projects(TODAY):
        assert any(contact.approver for contact in sample.project.contacts)
        assert len(sample.milestones) == 5
        assert {stone.done for stone in sample.milestones} == {True, False}
