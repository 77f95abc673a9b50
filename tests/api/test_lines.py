"""What others read holds nothing that nobody sees."""

from __future__ import annotations

import pytest

from api.lines import check_line, visible
from tests.api.conftest import Served
from tests.api.sessions.conftest import Phone

REFUSED = {
    "a\u202eb": "the character 2 is U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u2066Ana": "the character 1 is U+2066 LEFT-TO-RIGHT ISOLATE",
    "Ana\u200f": "the character 4 is U+200F RIGHT-TO-LEFT MARK",
    "A\u200bna": "the character 2 is U+200B ZERO WIDTH SPACE",
    "A\u00adna": "the character 2 is U+00AD SOFT HYPHEN",
    "\ufeffAna": "the character 1 is U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "A\u0007na": "the character 2 is U+0007 a control character",
    "A\u009bna": "the character 2 is U+009B a control character",
    "two\u2028lines": "the character 4 is U+2028 LINE SEPARATOR",
    "\u3164": "the character 1 is U+3164 HANGUL FILLER",
    "\u2800": "the character 1 is U+2800 BRAILLE PATTERN BLANK",
    "A\u200dna": "the character 2 is U+200D ZERO WIDTH JOINER",
    "Ana\u200c": "the character 4 is U+200C ZERO WIDTH NON-JOINER",
    "\u06cc\u200c\u200c\u06a9": "the character 2 is U+200C ZERO WIDTH NON-JOINER",
    "e\u0301\u200dva": "the character 3 is U+200D ZERO WIDTH JOINER",
    "\uff21\u200dna": "the character 2 is U+200D ZERO WIDTH JOINER",
    "李\u200d小龍": "the character 2 is U+200D ZERO WIDTH JOINER",
    "Ana\ufe0f": "the character 4 is U+FE0F VARIATION SELECTOR-16",
    "Ana\U000e0100": "the character 4 is U+E0100 VARIATION SELECTOR-17",
    "\ufe0f": "the character 1 is U+FE0F VARIATION SELECTOR-16",
    "7\ufe0f": "the character 2 is U+FE0F VARIATION SELECTOR-16",
    "❤\ufe0f\ufe0f": "the character 3 is U+FE0F VARIATION SELECTOR-16",
    "A\u2065na": "the character 2 is U+2065 no character",
    "A\ufff0na": "the character 2 is U+FFF0 no character",
    "A\U000e01f0na": "the character 2 is U+E01F0 no character",
    "A\u180fna": "the character 2 is U+180F",
    "\U0001d159": "the character 1 is U+1D159 MUSICAL SYMBOL NULL NOTEHEAD",
    "Ana\U000e0041": "the character 4 is U+E0041 TAG LATIN CAPITAL LETTER A",
}
KEPT = (
    "Ana María O'Neill-Šimić",
    "می\u200cخواهم",  # Persian, not joined
    "ශ්\u200dරී ලංකා",  # Sinhala, joined after the virama
    "র\u200d্যা",  # Bengali
    "👩\u200d🚀 Ana",
    "👩🏽\u200d🔬",
    "🏳️\u200d🌈",
    "❤️",
    "❤️\u200d🔥",
    "7️⃣ #️⃣",
    "‼️ ™️ 〰️ ↔️",
    "葛\U000e0100城",  # the variant of an ideograph in a name
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
    "عَنَا",
    "אנה",
    "李小龍",
    "",
)


@pytest.mark.parametrize(
    ("text", "told"), REFUSED.items(), ids=[name.encode("unicode_escape").decode() for name in REFUSED]
)
def test_what_nobody_sees_is_named(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"^/name: ") as refused:
        check_line(text, "/name")
    assert told in str(refused.value)
    assert visible(text) != text


@pytest.mark.parametrize("text", KEPT)
def test_names_of_all_scripts_and_emoji_are_kept(text: str) -> None:
    check_line(text, "/name")
    assert visible(text) == text


def test_a_text_of_several_lines_may_have_them_and_a_name_may_not() -> None:
    check_line("one\n\ttwo", "/text", breaks=True)
    with pytest.raises(ValueError, match=r"U\+000A"):
        check_line("one\ntwo", "/name")
    assert visible("a\x1b[31mb\n") == "a\ufffd[31mb\ufffd"


async def test_a_display_name_and_an_appeal_are_refused_by_name(service: Served) -> None:
    phone = Phone(service, await service.guest())
    answer = await service.client.patch("/v1/me", json={"displayName": "Ana\u202e"}, headers=phone.headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/displayName"
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in answer.json()["errors"][0]["detail"]
    told = await phone.post("/me/flags/none/appeal", phone.envelope(text="It\u2067 was me."), 400)
    assert "U+2067 RIGHT-TO-LEFT ISOLATE" in told["errors"][0]["detail"]
    assert (await phone.get("/me"))["displayName"] == ""
