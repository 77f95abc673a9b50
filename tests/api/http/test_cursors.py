from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.cursors import Cursors
from api.http.errors import CursorError

CURSORS = Cursors("a secret of the server that is long enough")


@given(st.text(max_size=100), st.text(max_size=20))
def test_a_cursor_leads_back_to_its_place(place: str, scope: str) -> None:
    cursor = CURSORS.after(place, scope)
    assert CURSORS.read(cursor, scope) == place
    assert cursor.isascii()
    assert "=" not in cursor
    with pytest.raises(CursorError, match="begin again"):
        CURSORS.read(cursor, scope + "x")
    with pytest.raises(CursorError):
        Cursors("another secret of a server").read(cursor, scope)


@given(st.text(max_size=100) | st.binary(max_size=100).map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_nothing_that_was_made_up_is_a_cursor(text: str) -> None:
    with pytest.raises(CursorError):
        CURSORS.read(text, "list")


def test_a_cursor_that_was_changed_is_none() -> None:
    cursor = CURSORS.after("place-5", "list")
    for at in range(len(cursor)):
        with pytest.raises(CursorError):
            CURSORS.read(cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :], "list")


@given(st.sets(st.text(max_size=3), max_size=30).map(sorted), st.integers(1, 10))
def test_pages_hold_everything_once_and_in_order(items: list[str], limit: int) -> None:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(len(items) + 1):
        page, cursor = CURSORS.page(items, str, "list", cursor, limit)
        assert len(page) <= limit
        found += page
        if cursor is None:
            break
    assert found == items


def test_a_page_goes_on_although_its_last_item_is_gone() -> None:
    page, cursor = CURSORS.page(["a", "b", "c", "d"], str, "list", None, 2)
    assert page == ("a", "b")
    assert CURSORS.page(["a", "c", "d"], str, "list", cursor, 2) == (("c", "d"), None)
