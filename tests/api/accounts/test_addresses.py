"""One form for all spellings of an address."""

import pytest

from api.accounts.signin.addresses import normalised


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.B+tag@EXAMPLE.Org\t", "ana.b+tag@example.org"),
        ("josé@münchen.example", "josé@xn--mnchen-3ya.example"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("ａｎａ＠example.org", "ana@example.org"),
        ("\u212aim@example.org", "kim@example.org"),
        ("o'neil@sub.example.org", "o'neil@sub.example.org"),
    ],
)
def test_spellings_of_one_address_are_one(typed: str, stored: str) -> None:
    assert normalised(typed) == stored
    assert normalised(stored) == stored


def test_a_letter_that_only_looks_alike_is_another_address() -> None:
    assert normalised("anı@example.org") != normalised("ani@example.org")
    assert normalised("аna@example.org") != normalised("ana@example.org")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "ana",
        "ana@",
        "@example.org",
        "ana@localhost",
        "ana@@example.org",
        "a b@example.org",
        "ana@exa mple.org",
        "ana@example..org",
        "ana@-example.org",
        ".ana@example.org",
        "ana.@example.org",
        "a..b@example.org",
        "ana@example.org\nbcc: x@example.org",
        "<ana@example.org>",
        '"ana b"@example.org',
        "ana@[127.0.0.1]",
        "a" * 65 + "@example.org",
        "ana@" + "x" * 64 + ".org",
        "ana@" + ".".join(["example"] * 40),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalised(typed)
