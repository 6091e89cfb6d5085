"""A text/calendar part -> one readable line of what it is; the one place that knows icalendar."""

import datetime

import icalendar

#: characters of a calendar part that are read
LENGTH = 200_000
#: what a METHOD means to a reader (RFC 5546 section 1.4)
METHODS = {
    "REQUEST": "Invitation",
    "REPLY": "Answer to an invitation",
    "CANCEL": "Cancelled meeting",
    "COUNTER": "Other time proposed",
    "PUBLISH": "Calendar entry",
    "REFRESH": "Request for the latest calendar entry",
    "ADD": "Meeting added",
    "DECLINECOUNTER": "Proposed time declined",
}
#: what a PARTSTAT means to a reader (RFC 5545 section 3.2.12)
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted"}


def line(text: str) -> str:
    """Say what the calendar part is, when and where; "" where it cannot be read."""
    try:
        calendar = icalendar.Calendar.from_ical(text[:LENGTH])
        method = str(calendar.get("METHOD", "")).upper()
        event = next(iter(calendar.walk("VEVENT")), None)
        return _say(method, event)
    except Exception:
        # icalendar raises ValueError, KeyError, IndexError and more on broken parts
        return ""


def method(text: str) -> str:
    """Give the METHOD in capitals (RFC 5545 section 3.7.2), or ""."""
    for row in text[:LENGTH].splitlines():
        name, _, value = row.partition(":")
        if name.strip().upper() == "METHOD":
            return value.strip().upper()
    return ""


def _say(method: str, event: "icalendar.cal.Component | None") -> str:
    """Put the parts of the line together."""
    what = METHODS.get(method, "Calendar entry")
    if event is None:
        return f"[{what}]"
    parts = [
        str(event.get("SUMMARY", "")),
        _when(event),
        str(event.get("LOCATION", "")),
        _answer(event),
    ]
    return f"[{what}: {', '.join(' '.join(part.split()) for part in parts if part.strip())}]"


def _when(event: "icalendar.cal.Component") -> str:
    """Say when it begins."""
    start = event.get("DTSTART")
    value = getattr(start, "dt", None)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, datetime.date) else ""


def _answer(event: "icalendar.cal.Component") -> str:
    """Say how the attendee answered."""
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list):
        return ""
    return ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper(), "")
