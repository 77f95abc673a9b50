"""Search by words on every store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.store.opening import Store, open_store
from api.store.ports import StoreError

KIND = "things"


@pytest.fixture(params=["sqlite", "mongodb"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    url = request.getfixturevalue("mongo_url") if request.param == "mongodb" else str(tmp_path / "pacer.db")
    found = await open_store(url)
    await found.documents.declare(KIND, indexes=("part",))
    yield found
    await found.close()


async def put(store: Store, name: str, words: str, part: str = "one") -> None:
    await store.documents.put(KIND, name, msgspec.json.encode({"part": part, "words": words}))


async def found(store: Store, *words: str, part: str = "one", limit: int = 100) -> list[str]:
    return sorted(document.id for document in await store.documents.search(KIND, part, words, limit))


async def test_all_words_are_found_and_changes_are_followed(store: Store) -> None:
    await put(store, "a", "deep blue sea")
    await store.documents.declare_text(KIND, "words", "part")
    await store.documents.declare_text(KIND, "words", "part")
    await put(store, "b", "blue sky 42")
    await put(store, "c", "deep red sea", "two:x")
    assert await found(store, "blue") == ["a", "b"]
    assert await found(store, "blue", "sea") == ["a"]
    assert await found(store, "42") == ["b"]
    assert await found(store, "sea", part="two:x") == ["c"]
    assert await found(store, "green") == []
    assert len(await found(store, "blue", limit=1)) == 1
    await put(store, "a", "green sea")
    assert await found(store, "blue") == ["b"]
    assert await found(store, "green") == ["a"]
    await store.documents.delete(KIND, "a")
    assert await found(store, "green") == []


async def test_what_was_moved_in_is_found(store: Store) -> None:
    await store.documents.declare_text(KIND, "words", "part")
    await put(store, "a", "deep sea")
    moved: Any = await store.documents.all(KIND)
    await store.documents.delete(KIND, "a")
    await store.contents.add_documents(moved)
    assert await found(store, "deep") == ["a"]


async def test_signs_of_a_query_language_are_only_words(store: Store) -> None:
    await store.documents.declare_text(KIND, "words", "part")
    await put(store, "a", "deep sea or not")
    for sign in ('"', "sea OR", "NEAR(", "-sea", "*", "words:sea", '\\"'):
        assert await found(store, "deep", f"{sign} nothing") == []


async def test_nothing_is_searched_before_it_is_declared(store: Store) -> None:
    with pytest.raises(StoreError, match="once those are declared"):
        await store.documents.search(KIND, "one", ["sea"])
    await store.documents.declare_text(KIND, "words", "part")
    with pytest.raises(StoreError):
        await store.documents.search(KIND, "one", [])
