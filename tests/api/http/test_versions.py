import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.errors import BadHeaderError, ClientTooOldError
from api.http.versions import check_client, deprecated, read_client, read_minimums

MINIMUMS = read_minimums("android/2.4, ios/1.10.3")


@pytest.mark.parametrize(
    "header",
    ["android/2.4", "Android/2.4.0", "android/3", "ios/1.10.3.1", "ios/2.0 (iPhone; 17.1)", "web/0.1", "ios/1.10.10+7"],
)
def test_a_client_that_is_new_enough_or_unknown_is_served(header: str) -> None:
    check_client(header, MINIMUMS)


@pytest.mark.parametrize(
    ("header", "needed"),
    [
        ("android/2.3.99", "android/2.4.0"),
        ("android/1", "android/2.4.0"),
        ("ios/1.9.9", "ios/1.10.3"),
        ("IOS/1.10.2", "ios/1.10.3"),
    ],
)
def test_a_client_that_is_too_old_is_told_what_to_do(header: str, needed: str) -> None:
    with pytest.raises(ClientTooOldError, match=f"update it to {needed}") as caught:
        check_client(header, MINIMUMS)
    assert ("upgrade", needed) in caught.value.headers


@pytest.mark.parametrize(
    "header", ["", "android", "android/", "android/x", "/1.0", "a b/1", "android/1.0.0.0.0", "a/1,b/2"]
)
def test_a_header_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(BadHeaderError, match=r"name/1\.2\.3") as caught:
        check_client(header, MINIMUMS)
    assert caught.value.header == "Pacer-Client"


def test_minimums_of_another_form_are_refused() -> None:
    assert read_minimums("") == {}
    with pytest.raises(ValueError, match="'ios 3' is not of the form"):
        read_minimums("android/2.4, ios 3")


@given(st.text(max_size=60))
def test_any_header_is_read(header: str) -> None:
    client = read_client(header)
    assert client is None or len(client[1]) == 4


def test_a_deprecated_route_says_since_when_and_until_when() -> None:
    assert deprecated("2026-09-01", "2027-03-01") == {
        "deprecated": (("deprecation", "@1788220800"), ("sunset", "Mon, 01 Mar 2027 00:00:00 GMT"))
    }


@pytest.mark.parametrize(("since", "sunset"), [("2026-09-01", "2026-09-01"), ("soon", "2027-01-01")])
def test_a_sunset_before_the_deprecation_is_refused(since: str, sunset: str) -> None:
    with pytest.raises(ValueError, match=r"sunset|isoformat"):
        deprecated(since, sunset)
