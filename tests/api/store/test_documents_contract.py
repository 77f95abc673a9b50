"""What every Documents keeps, whatever it is built on."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

from api.store.opening import Store
from api.store.ports import Document, StoreError, VersionClashError


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


async def test_a_document_reads_back_with_its_version(store: Store) -> None:
    written = await store.documents.put("note", "n1", b"any bytes \xff\x00")
    assert written == Document(kind="note", id="n1", version=1, body=b"any bytes \xff\x00")
    assert await store.documents.get("note", "n1") == written
    assert await store.documents.get("note", "n2") is None
    assert await store.documents.get("other", "n1") is None


async def test_each_write_raises_the_version_by_one(store: Store) -> None:
    for version in (1, 2, 3):
        assert (await store.documents.put("note", "n1", b"%d" % version)).version == version
    assert (await store.documents.put("note", "n1", b"4", expected_version=3)).version == 4


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_another_version_than_the_expected_one_is_a_clash_and_changes_nothing(
    store: Store, expected: int
) -> None:
    await store.documents.put("note", "n1", b"1")
    kept = await store.documents.put("note", "n1", b"2")
    with pytest.raises(VersionClashError, match="n1"):
        await store.documents.put("note", "n1", b"3", expected_version=expected)
    assert await store.documents.get("note", "n1") == kept


async def test_a_document_that_must_exist_is_not_made(store: Store) -> None:
    with pytest.raises(VersionClashError):
        await store.documents.put("note", "n1", b"1", expected_version=1)
    assert await store.documents.get("note", "n1") is None
    with pytest.raises(StoreError, match="-1"):
        await store.documents.put("note", "n1", b"1", expected_version=-1)


async def test_of_writers_that_expect_the_same_version_one_wins(store: Store) -> None:
    await store.documents.put("note", "n1", b"0")
    writes = (store.documents.put("note", "n1", b"%d" % n, expected_version=1) for n in range(20))
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(isinstance(outcome, Document) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VersionClashError) for outcome in outcomes) == 19


async def test_deleting_says_whether_there_was_one(store: Store) -> None:
    await store.documents.put("note", "n1", b"1")
    with pytest.raises(VersionClashError):
        await store.documents.delete("note", "n1", expected_version=2)
    assert await store.documents.delete("note", "n1", expected_version=1) is True
    assert await store.documents.delete("note", "n1") is False
    assert await store.documents.get("note", "n1") is None
    assert (await store.documents.put("note", "n1", b"again", expected_version=0)).version == 1


async def test_documents_are_found_by_a_declared_field_in_pages(store: Store) -> None:
    await store.documents.declare("user", indexes=["team"])
    for id, team in (("c", "red"), ("a", "red"), ("b", "blue"), ("d", "red")):
        await store.documents.put("user", id, body(team=team))
    await store.documents.put("other", "a", body(team="red"))
    assert [d.id for d in await store.documents.find("user", "team", "red")] == ["a", "c", "d"]
    assert [d.id for d in await store.documents.find("user", "team", "red", after_id="a", limit=1)] == ["c"]
    assert await store.documents.find("user", "team", "green") == []


async def test_a_changed_or_deleted_document_is_found_as_it_is_now(store: Store) -> None:
    await store.documents.declare("user", indexes=["team"])
    await store.documents.put("user", "a", body(team="red"))
    await store.documents.put("user", "a", body(team="blue"))
    await store.documents.put("user", "b", body(team="blue"))
    await store.documents.delete("user", "b")
    assert await store.documents.find("user", "team", "red") == []
    assert [d.id for d in await store.documents.find("user", "team", "blue")] == ["a"]


@pytest.mark.parametrize("other", [{"team": 5}, {"team": None}, {"team": ["5"]}, {"team": {"5": 5}}, {}])
async def test_only_text_is_looked_up(store: Store, other: dict[str, object]) -> None:
    await store.documents.declare("user", indexes=["team"], unique=["mail"])
    await store.documents.put("user", "a", body(**other))
    await store.documents.put("user", "b", body(team="5"))
    for value in ("5", '["5"]', '{"5":5}', "null", ""):
        assert [d.id for d in await store.documents.find("user", "team", value)] == (["b"] if value == "5" else [])


async def test_a_field_that_was_not_declared_is_refused_naming_those_that_were(store: Store) -> None:
    await store.documents.declare("user", indexes=["team"], unique=["mail"])
    with pytest.raises(StoreError, match="'name'; declared fields: mail, team"):
        await store.documents.find("user", "name", "x")


@pytest.mark.parametrize("name", ["", "a b", "x'; DROP TABLE documents; --", "1st", 'a"b', "a.b"])
async def test_names_that_could_be_misread_are_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="letters, digits"):
        await store.documents.declare("user", indexes=[name])
    with pytest.raises(StoreError, match="letters, digits"):
        await store.documents.declare(name)


async def test_a_taken_unique_value_is_a_clash_and_changes_nothing(store: Store) -> None:
    await store.documents.declare("user", unique=["mail"])
    await store.documents.put("user", "a", body(mail="a@x"))
    await store.documents.put("user", "b", body(mail="b@x"))
    await store.documents.put("user", "c", body(mail=None))
    await store.documents.put("user", "d", body(mail=None))
    await store.documents.put("other", "a", body(mail="a@x"))
    for version in (None, 1):
        with pytest.raises(VersionClashError, match="unique"):
            await store.documents.put("user", "b", body(mail="a@x"), expected_version=version)
    with pytest.raises(VersionClashError, match="unique"):
        await store.documents.put("user", "e", body(mail="a@x"), expected_version=0)
    assert [d.body for d in await store.documents.find("user", "mail", "b@x")] == [body(mail="b@x")]
    assert await store.documents.get("user", "e") is None


async def test_declaring_later_indexes_what_is_there(store: Store) -> None:
    await store.documents.put("user", "a", body(team="red", mail="a@x"))
    await store.documents.put("user", "b", body(team="red", mail="a@x"))
    await store.documents.declare("user", indexes=["team"])
    await store.documents.declare("user", indexes=["team"])
    assert [d.id for d in await store.documents.find("user", "team", "red")] == ["a", "b"]
    with pytest.raises(VersionClashError, match="'mail'"):
        await store.documents.declare("user", unique=["mail"])


async def test_a_body_that_is_no_json_cannot_have_indexed_fields(store: Store) -> None:
    await store.documents.declare("user", indexes=["team"])
    good = store.documents.put("user", "good", body(team="red"))
    bad = store.documents.put("user", "bad", b"\xffnot json")
    outcomes = await asyncio.gather(bad, good, return_exceptions=True)
    assert isinstance(outcomes[0], StoreError)
    assert isinstance(outcomes[1], Document)
    assert [d.id for d in await store.documents.all("user")] == ["good"]


async def test_all_of_a_kind_are_listed_in_order_and_in_pages(store: Store) -> None:
    for id in ("b", "a", "c"):
        await store.documents.put("note", id, b"{}")
    assert [d.id for d in await store.documents.all("note")] == ["a", "b", "c"]
    assert [d.id for d in await store.documents.all("note", after_id="a", limit=1)] == ["b"]
    assert await store.documents.all("other") == []


async def test_a_mixed_crowd_of_writes_answers_each_for_itself(store: Store) -> None:
    await store.documents.put("note", "n0", b"0")
    writes = [store.documents.put("note", f"n{n}", b"%d" % n, expected_version=0) for n in range(50)]
    outcomes = await asyncio.gather(*writes, store.documents.delete("note", "none"), return_exceptions=True)
    assert isinstance(outcomes[0], VersionClashError)
    assert all(isinstance(outcome, Document) for outcome in outcomes[1:50])
    assert outcomes[50] is False


async def test_a_task_that_is_told_to_stop_while_it_asks_the_store_stops(store: Store) -> None:
    async def ask_for_ever() -> None:
        while True:
            with contextlib.suppress(StoreError):
                await store.documents.all("note")
                await store.documents.get("note", "n1")
                await store.documents.put("note", "n2", b"{}")

    for n in range(40):
        task = asyncio.ensure_future(ask_for_ever())
        await asyncio.sleep(n * 0.0003)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=30)
        assert done
        assert task.cancelled()
