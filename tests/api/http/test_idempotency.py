"""Writes that come again, on a real store; `Desk` is the write, and counts how often it is done."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.http.errors import BadHeaderError, BodyTooLargeError, KeyInUseError, KeyReusedError
from api.http.idempotency import DAY_MS, KEEP_MS, KIND, LEASE_MS, Idempotency, Sender, read_key
from api.jobs.expiry import sweep
from api.store import Store, open_store
from api.store.ports import StoreError

KEY = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
ANA, BEN, NOBODY = Sender("ana", "POST /things"), Sender("ben", "POST /things"), Sender("", "POST /things")
SECRET = "a secret of the server that is long enough"


class Desk:
    """Does the write, one after the other when told to wait; answers with its number and the body it got."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.n_done, self.status = store, 1_772_357_400_000, 0, 201
        self.gate: asyncio.Event | None = None
        self.under_way = asyncio.Event()
        self.fault: Exception | None = None
        self.keys = self.process()

    def process(self) -> Idempotency:
        """The service in another process on the same store."""
        return Idempotency(self.store.documents, SECRET, lambda: self.now, 100)

    async def run(self, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        if self.gate is not None:
            self.under_way.set()
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.n_done += self.status < 400
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"x-number", b"1")]})
        await send({"type": "http.response.body", "body": b"%d:" % self.n_done, "more_body": True})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def ask(self, body: bytes = b"{}", key: str = KEY, sender: Sender = ANA, keys: Any = None) -> Any:
        """Status, body and whether it was said to be a repetition."""
        pieces = [
            {"type": "http.request", "body": body[:1], "more_body": True},
            {"type": "http.request", "body": body[1:]},
        ]
        sent: list[Any] = []

        async def receive() -> Any:
            return pieces.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await (keys or self.keys).answer(key, sender, self.run, receive, send)
        assert (b"x-number", b"1") in sent[0]["headers"]
        replayed = (b"idempotency-replayed", b"true") in sent[0]["headers"]
        return sent[0]["status"], b"".join(message["body"] for message in sent[1:]), replayed


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await open_store(tmp_path / "pacer.db")
    made = Desk(store)
    await made.keys.declare()
    yield made
    await store.close()


async def test_the_same_request_is_done_once_and_gets_the_same_response(desk: Desk) -> None:
    assert await desk.ask(b"{}") == (201, b"1:{}", False)
    for _ in range(3):
        assert await desk.ask(b"{}", keys=desk.process()) == (201, b"1:{}", True)
    assert desk.n_done == 1


async def test_another_body_or_another_operation_under_the_key_is_refused(desk: Desk) -> None:
    await desk.ask(b"{}")
    for body, sender in ((b"{ }", ANA), (b"{}", Sender("ana", "POST /others"))):
        with pytest.raises(KeyReusedError, match="take a new key"):
            await desk.ask(body, sender=sender)
    assert desk.n_done == 1


async def test_a_key_belongs_to_its_learner(desk: Desk) -> None:
    await desk.ask(b"{}")
    assert await desk.ask(b"{}", sender=BEN) == (201, b"2:{}", False)
    assert await desk.ask(b"{}", sender=NOBODY) == (201, b"3:{}", False)


async def test_of_many_at_once_one_is_done_and_the_others_are_told_to_wait(desk: Desk) -> None:
    desk.gate = asyncio.Event()
    asked = [asyncio.create_task(desk.ask(b"{}", keys=desk.process())) for _ in range(20)]
    done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    while len(done) < 19:
        done, _ = await asyncio.wait(asked, timeout=0.05)
    desk.gate.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert found.count((201, b"1:{}", False)) == 1
    assert sum(isinstance(error, KeyInUseError) for error in found) == 19
    assert await desk.ask(b"{}") == (201, b"1:{}", True)


async def test_a_write_that_failed_may_be_tried_again_under_its_key(desk: Desk) -> None:
    desk.status = 409
    assert (await desk.ask(b"{}"))[0] == 409
    desk.status, desk.fault = 201, RuntimeError("broken")
    with pytest.raises(RuntimeError):
        await desk.ask(b"{}")
    desk.fault = None
    assert await desk.ask(b"{}") == (201, b"1:{}", False)


async def test_a_write_whose_process_died_is_done_anew_when_its_claim_has_lapsed(desk: Desk) -> None:
    desk.gate = asyncio.Event()
    dead = asyncio.create_task(desk.ask(b"{}"))
    await desk.under_way.wait()
    desk.gate = None
    with pytest.raises(KeyInUseError):
        await desk.ask(b"{}")
    desk.now += LEASE_MS
    assert await desk.ask(b"{}", keys=desk.process()) == (201, b"1:{}", False)
    dead.cancel()
    await asyncio.wait([dead])
    assert await desk.ask(b"{}") == (201, b"1:{}", True)


async def test_a_write_that_was_cancelled_may_be_tried_again_at_once(desk: Desk) -> None:
    desk.gate = asyncio.Event()
    cancelled = asyncio.create_task(desk.ask(b"{}"))
    await desk.under_way.wait()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    desk.gate = None
    assert await desk.ask(b"{}") == (201, b"1:{}", False)


async def test_a_release_goes_on_when_it_is_cancelled_itself(desk: Desk) -> None:
    desk.gate = asyncio.Event()
    cancelled = asyncio.create_task(desk.ask(b"{}"))
    await desk.under_way.wait()
    for _ in range(2):
        cancelled.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    while await desk.store.documents.all(KIND):
        await asyncio.sleep(0.01)
    desk.gate = None
    assert await desk.ask(b"{}") == (201, b"1:{}", False)


async def test_who_lost_the_claim_does_not_overwrite_what_its_successor_stored(desk: Desk) -> None:
    gate = desk.gate = asyncio.Event()
    slow = asyncio.create_task(desk.ask(b"{}"))
    await desk.under_way.wait()
    desk.now += LEASE_MS
    desk.gate = None
    assert await desk.ask(b"{}") == (201, b"1:{}", False)
    gate.set()
    assert await slow == (201, b"2:{}", False)
    assert await desk.ask(b"{}") == (201, b"1:{}", True)


async def test_a_response_is_forgotten_after_a_day_and_swept_away(desk: Desk) -> None:
    await desk.ask(b"{}")
    desk.now += KEEP_MS - 1
    await sweep(desk.store.documents, KIND, desk.now)
    assert (await desk.ask(b"{}"))[2]
    desk.now += 1
    assert await desk.ask(b"{}") == (201, b"2:{}", False)
    desk.now += KEEP_MS + DAY_MS
    await sweep(desk.store.documents, KIND, desk.now)
    assert await desk.store.documents.all(KIND) == []


async def test_what_is_stored_tells_nothing_without_the_key(desk: Desk) -> None:
    await desk.ask(b"the secret token", sender=NOBODY)
    (stored,) = await desk.store.documents.all(KIND)
    for told in (b"the secret token", KEY.encode(), b"token"):
        assert told not in stored.body
    assert KEY not in stored.id


async def test_a_record_under_another_server_secret_is_not_taken_for_a_response(desk: Desk) -> None:
    await desk.ask(b"{}")
    (stored,) = await desk.store.documents.all(KIND)
    broken = stored.body.replace(b'"sealed":"', b'"sealed":"AAAA')
    await desk.store.documents.put(KIND, stored.id, broken)
    with pytest.raises(StoreError, match="take a new key"):
        await desk.ask(b"{}")


async def test_a_body_that_is_too_large_claims_nothing(desk: Desk) -> None:
    with pytest.raises(BodyTooLargeError, match="at most 100 bytes"):
        await desk.ask(b"x" * 101)
    assert await desk.store.documents.all(KIND) == []


async def test_a_caller_that_leaves_while_sending_claims_nothing(desk: Desk) -> None:
    async def gone() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(BadHeaderError, match="closed before"):
        await desk.keys.answer(KEY, ANA, desk.run, gone, gone)  # type: ignore[arg-type]
    assert await desk.store.documents.all(KIND) == []


def test_a_key_is_read_with_and_without_quotes() -> None:
    assert read_key(f'"{KEY}"', public=True) == read_key(f" {KEY} ", public=True) == KEY


@pytest.mark.parametrize(
    ("header", "public"),
    [("", False), ('""', False), ("x" * 256, False), ("é", False), ("a\tb", False), ("x" * 21, True)],
)
def test_a_key_that_is_none_or_can_be_guessed_is_refused(header: str, public: bool) -> None:
    with pytest.raises(BadHeaderError, match="take a new UUID") as caught:
        read_key(header, public=public)
    assert caught.value.header == "Idempotency-Key"
