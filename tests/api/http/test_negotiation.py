import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.errors import NotAcceptableError
from api.http.negotiation import CODINGS, FORMATS, choose_coding, choose_format, media_type, weights

MSGPACK = "application/vnd.msgpack"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (MSGPACK, MSGPACK),
        ("application/x-msgpack", "application/x-msgpack"),
        ("application/msgpack", "application/msgpack"),
        ("application/json, application/msgpack", "application/json"),
        ("application/json;q=0.8, application/msgpack", "application/msgpack"),
        ("application/json;q=0.8, application/msgpack;q=0.2", "application/json"),
        ("application/json;q=0, */*;q=0.1", MSGPACK),
        ("application/*;q=0, application/x-msgpack;q=0.1", "application/x-msgpack"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/json"),
        ("text/html;level=1, application/msgpack;v=2;q=0.4", "application/msgpack"),
        (" , application/msgpack , ", "application/msgpack"),
        ("application/json;q=nonsense, application/msgpack;q=0.1", "application/msgpack"),
        ("application/json;q=7, application/msgpack;q=0.1", "application/msgpack"),
    ],
)
def test_the_format_with_the_highest_weight_is_chosen_and_json_among_equals(accept: str, chosen: str) -> None:
    assert choose_format(accept) == chosen


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "application/problem+json", "application/*;q=0"],
)
def test_a_caller_who_takes_neither_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match=r"application/json or application/vnd\.msgpack"):
        choose_format(accept)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "gzip"),
        ("*;q=0", ""),
        ("br, deflate", ""),
        ("gzip;q=0.5, identity", ""),
        ("gzip, identity;q=0.5", "gzip"),
        ("identity;q=0", ""),
    ],
)
def test_the_coding_with_the_highest_weight_is_chosen_and_zstd_among_equals(accepted: str, chosen: str) -> None:
    assert choose_coding(accepted) == chosen


@given(st.text(max_size=80))
def test_any_header_is_read(header: str) -> None:
    assert all(0.0 <= weight <= 1.0 for _, weight in weights(header))
    assert choose_coding(header) in ("", *CODINGS)
    try:
        assert choose_format(header) in FORMATS
    except NotAcceptableError:
        assert "," in header or header.strip()


def test_a_very_long_header_is_read_in_part() -> None:
    assert len(list(weights("a/b," * 10_000))) < 300


def test_a_media_type_is_read_without_its_parameters() -> None:
    assert media_type(" Application/JSON ; charset=UTF-8") == "application/json"
