"""Which language a text is in."""

import pytest

from assistant.mail import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("闸机坏了，请尽快处理。", "zh-Hans"),
        ("閘機壞了，請儘快處理。", "zh-Hant"),
        ("可以", "zh-Hans"),
        ("請確認", "zh-Hant"),
        ("Eric，预算批下来了，license 按 120 个走，PDA 从 20 提到 45。", "zh-Hans"),
        ("OK", "en"),
        ("OK。", "zh-Hans"),
        ("HS code 是 8471.30，certificate of origin 我扫描了放在 SharePoint", "zh-Hans"),
        ("OK, go", "en"),
        ("Please move the gate to the north.", "en"),
        ("Could you ask 王芳 about the north gate and the fence?", "en"),
        ("Bitte schicken Sie mir die neue Zeichnung, die alte ist nicht mehr gültig.", "und"),
        ("この図面を確認してください。", "und"),
        ("👍", "und"),
        ("", "und"),
        ("12345", "und"),
    ],
)
def test_the_language_is_told(text: str, expected: str) -> None:
    assert language.detect(text) == expected
