"""What the other does while a guest becomes part of an account counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.game.friends.carrying import Carrying
from api.game.friends.errors import FriendNotFoundError
from api.game.friends.friendship import FRIENDSHIP, Friendships
from api.store import Store, open_store
from api.store.ports import Document


class Busy:
    """Documents where somebody does something just before one is removed, one thing after the other."""

    def __init__(self, documents: Any, *meanwhile: Any) -> None:
        self._documents = documents
        self._meanwhile = list(meanwhile)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    async def delete(self, kind: str, id: str, expected_version: int | None = None) -> bool:
        if self._meanwhile and kind == FRIENDSHIP:
            await self._meanwhile.pop(0)()
        removed: bool = await self._documents.delete(kind, id, expected_version)
        return removed


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(tmp_path / "pacer.db")
    yield opened
    await opened.close()


@pytest.fixture
async def kept(store: Store) -> Friendships:
    friendships = Friendships(store.documents, lambda: 1_772_357_400_000)
    await friendships.declare()
    return friendships


async def states(kept: Friendships, learner_id: str) -> list[tuple[str, str]]:
    return [(one.other(learner_id), one.state) for one in await kept.of(learner_id)]


async def test_a_friendship_that_is_accepted_meanwhile_is_kept(store: Store, kept: Friendships) -> None:
    await kept.ask("guest", "bo")

    async def accept() -> None:
        await kept.ask("bo", "guest")

    await Carrying(Busy(store.documents, accept)).carry("guest", "account")
    assert await states(kept, "account") == [("bo", "friends")]
    assert await states(kept, "guest") == []


async def test_a_friendship_that_is_ended_meanwhile_does_not_come_back(store: Store, kept: Friendships) -> None:
    asked = await kept.ask("guest", "bo")

    async def end() -> None:
        await kept.end("bo", asked.ref)

    await Carrying(Busy(store.documents, end)).carry("guest", "account")
    assert await states(kept, "account") == []


async def test_a_friendship_that_is_accepted_and_then_ended_meanwhile_does_not_come_back(
    store: Store, kept: Friendships
) -> None:
    asked = await kept.ask("guest", "bo")

    async def accept() -> None:
        await kept.ask("bo", "guest")

    async def end() -> None:
        (guests,) = [one for one in await kept.of("bo") if one.other("bo") == "guest"]
        assert guests.ref == asked.ref
        await store.documents.delete(FRIENDSHIP, guests.id)

    await Carrying(Busy(store.documents, accept, end)).carry("guest", "account")
    assert await states(kept, "account") == []


async def test_a_block_that_comes_meanwhile_holds(store: Store, kept: Friendships) -> None:
    asked = await kept.ask("guest", "bo")

    async def block() -> None:
        found: list[Document] = await store.documents.find(FRIENDSHIP, "ref", asked.ref)
        (guests,) = [document for document in found if b"guest" in document.body]
        body = msgspec.json.decode(guests.body) | {"state": "blocked", "blocked_by": ["bo"]}
        await store.documents.put(FRIENDSHIP, guests.id, msgspec.json.encode(body), guests.version)

    await Carrying(Busy(store.documents, block)).carry("guest", "account")
    assert await states(kept, "account") == [("bo", "blocked")]
    with pytest.raises(FriendNotFoundError):
        await kept.get("account", asked.ref)


async def test_carrying_twice_and_reports_of_each_other(store: Store, kept: Friendships) -> None:
    ref = (await kept.ask("guest", "account")).ref
    await kept.report("guest", ref, "name")
    other = (await kept.ask("guest", "bo")).ref
    await kept.report("bo", other, "unwelcome")
    for _ in range(2):
        await Carrying(store.documents).carry("guest", "account")
    assert [(one.reporter, one.reported) for one in await kept.reports_on("account")] == [("bo", "account")]
    assert await states(kept, "account") == [("bo", "asked")]
