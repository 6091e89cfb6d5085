"""A client's message with terminal commands in every place that is shown."""

from email.header import Header

from assistant.demo import samples

#: clears the screen, sets the title, colours by a C1 control, turns the reading direction
POISON = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\x85"
MESSAGE_ID = "<hostile@hengchang.example>"

_TEXT = """\
From: {sender} <wang.fang@hengchang.example>
To: {manager}
Subject: {subject}
Message-ID: {message_id}
Date: Sun, 01 Nov 2026 09:00:00 +0800
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

The export{poison} page crashes with an error 500 every time we open it.
"""


def message() -> bytes:
    """Give the message's bytes."""
    text = _TEXT.format(
        sender=Header(f"Wang{POISON}Fang", "utf-8", maxlinelen=500).encode(),
        manager=samples.MANAGER.email,
        subject=Header(f"Broken{POISON}page", "utf-8", maxlinelen=500).encode(),
        message_id=MESSAGE_ID,
        poison=POISON,
    )
    return text.replace("\n", "\r\n").encode()


def steering(text: str) -> set[str]:
    """Find the characters in a printed text that steer a terminal or the reading direction."""
    return {
        c
        for c in text
        if (ord(c) < 0x20 and c not in "\n\t")
        or 0x7F <= ord(c) <= 0x9F
        or c in "\u061c\u200e\u200f\u2028\u2029"
        or 0x202A <= ord(c) <= 0x202E
        or 0x2066 <= ord(c) <= 0x2069
    }
