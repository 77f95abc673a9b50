"""Versions of tracks that are too large for one document, on both stores."""

from __future__ import annotations

import msgspec
import pytest

from api.store.opening import Store
from api.store.ports import CorruptStoreError
from api.tracks.registry import Registry
from api.tracks.versions import PART_BYTES, TRACK_PART, TRACK_VERSION, TrackVersions
from content.graph import Skill
from content.items import ShortText
from content.tracks import Band, Track, Unit, content_hash
from rl.runtime import Tutor
from tests.api.store.conftest import open_again, store

__all__ = ["open_again", "store"]


def large(n_items: int, n_characters: int) -> Track:
    """A track of long texts, no two alike."""
    items = tuple(
        ShortText(
            id=f"i{k}",
            skills=("reading",),
            band="easy",
            prompt=f"What is ключ {k}? " + "lang " * (n_characters // 5),
            hints=("Look.",),
            explanation="It is.",
            accepted=(str(k),),
        )
        for k in range(n_items)
    )
    return Track(
        id="long",
        title="Long",
        description="Long texts.",
        locale="en",
        licence="CC0-1.0",
        source="Made for a test.",
        bands=(Band(id="easy", title="Easy", difficulty=0.0),),
        units=(Unit(id="all", title="All", skills=("reading",)),),
        skills=(Skill(id="reading", title="Reading"),),
        items=items,
    )


async def test_a_track_larger_than_a_document_of_mongodb_is_kept_and_read_by_another_server(store: Store) -> None:
    track = large(400, 50_000)
    version = content_hash(track)
    assert len(msgspec.json.encode(track)) > 16 * 1024 * 1024
    versions = TrackVersions(store.documents)
    await versions.declare()
    await Registry(store.documents, Tutor.rule()).keep(track, version)
    another = Registry(store.documents, Tutor.rule())
    await another.ensure(version)
    assert another.version(version).track == track


async def test_a_version_that_lost_a_part_is_no_track(store: Store) -> None:
    versions = TrackVersions(store.documents)
    await versions.declare()
    body = b'{"id": "' + b"x" * PART_BYTES + b'"}'
    await versions.put("v", body)
    assert await versions.get("v") == body
    await store.documents.delete(TRACK_PART, "v:0001")
    with pytest.raises(CorruptStoreError, match="part 1 of version v"):
        await versions.get("v")


async def test_a_track_that_fits_stands_in_one_document(store: Store) -> None:
    versions = TrackVersions(store.documents)
    await versions.declare()
    body = msgspec.json.encode(large(2, 10))
    await versions.put("v", body)
    found = await store.documents.get(TRACK_VERSION, "v")
    assert found is not None
    assert found.body == body == await versions.get("v")
    assert await store.documents.all(TRACK_PART) == []
