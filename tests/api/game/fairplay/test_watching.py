"""Who is looked at, and what becomes of a look that is cut off."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
import pytest

from api.game.fairplay.busy import BUSY, SHARE, Busy, Lists
from api.game.fairplay.cases import Cases
from api.game.fairplay.watching import Watch
from api.game.settling import settle
from api.settings import Settings
from api.store import open_store
from api.store.ports import Commit, CorruptStoreError, JournalEntry, StoreError
from tests.api.conftest import MovableClock, Served, running
from tests.api.game.fairplay.conftest import burst, documents_of, looked, states_of, watch_of
from tests.api.sessions.conftest import Phone


def commit(learner_id: str, *kinds: str) -> Commit:
    facts = tuple(JournalEntry(id=f"e.{n}", kind=kind, effective_at=0, body=b"{}") for n, kind in enumerate(kinds))
    return Commit(learner_id=learner_id, seq=1, events=(), facts=facts, accepted_at=0)


async def noted(documents: Any) -> list[list[str]]:
    return [list(msgspec.json.decode(each.body, type=Lists).learners) for each in await documents.all(BUSY)]


async def test_only_who_answered_is_noted_each_once_and_in_lists_that_are_bounded(tmp_path: Any) -> None:
    store, busy = await open_store(tmp_path / "pacer.db"), Busy()
    try:
        await store.documents.declare(BUSY)
        for number in range(SHARE + 5):
            busy.put(commit(f"answered-{number:03d}", "answerGraded", "xpGranted"))
            busy.put(commit(f"answered-{number:03d}", "answerGraded"))
            busy.put(commit(f"looked-in-{number}", "dayKept"))
        await busy.write(store.documents)
        assert [len(each) for each in await noted(store.documents)] == [SHARE, 5]
        await busy.write(store.documents)
        assert len(await noted(store.documents)) == 2
    finally:
        await store.close()


async def test_who_cannot_be_written_down_stays_noted(tmp_path: Any) -> None:
    store, busy = await open_store(tmp_path / "pacer.db"), Busy()
    busy.put(commit("ana", "answerGraded"))
    await store.close()
    with pytest.raises(StoreError):
        await busy.write(store.documents)
    again = await open_store(tmp_path / "pacer.db")
    try:
        await again.documents.declare(BUSY)
        await busy.write(again.documents)
        assert await noted(again.documents) == [["ana"]]
    finally:
        await again.close()


async def test_a_server_that_stops_writes_down_who_answered(settings: Settings, clock: MovableClock) -> None:
    async with running(settings, clock) as served:
        phone, idle = Phone(served, await served.guest()), Phone(served, await served.guest())
        session = await phone.start()
        await phone.answer(session["id"], session["exercise"])
        await idle.start()
    async with running(settings, clock) as served:
        assert await noted(documents_of(served)) == [[phone.tokens["learnerId"]]]
        assert await watch_of(served).look() is False
        assert await noted(documents_of(served)) == []
        seen = await Cases(documents_of(served)).seen(phone.tokens["learnerId"])
        assert seen.seq > 0
        assert (await Cases(documents_of(served)).seen(idle.tokens["learnerId"])).seq == 0


async def test_the_walk_finds_whom_no_list_names_and_goes_on_where_it_was_left(served: Served) -> None:
    phones = [Phone(served, await served.guest()) for _ in range(3)]
    for phone in phones:
        session = await phone.start()
        await phone.answer(session["id"], session["exercise"])
    assert await watch_of(served).walk(share=2) is True
    assert await watch_of(served).walk(share=2) is False
    for phone in phones:
        assert (await Cases(documents_of(served)).seen(phone.tokens["learnerId"])).seq > 0


@pytest.mark.parametrize("written", [False, True])
async def test_a_look_that_is_cut_off_between_a_case_and_its_flag_is_finished_by_the_next(
    served: Served, written: bool
) -> None:
    """It dies with the case written, and before (or just after) the flag is in the journal."""
    phone = Phone(served, await served.guest())
    await burst(phone)
    states, documents = states_of(served), documents_of(served)

    async def dying(*arguments: Any, **named: Any) -> Any:
        if written:
            await settle(states, *arguments, **named)
        raise StoreError("killed")

    cut = Watch(states.journal, documents, Cases(documents), dying, lambda _: 0.25, served.clock)
    with pytest.raises(StoreError, match="killed"):
        await looked(served, cut)
    assert len(await Cases(documents).of(phone.tokens["learnerId"])) == 1
    served.clock.forward(60)
    assert await watch_of(served).look() is False
    served.clock.forward(60)
    told = {flag["id"]: flag["kind"] for flag in (await phone.get("/me/flags"))["items"]}
    cases = await Cases(documents).of(phone.tokens["learnerId"])
    assert {flag_id: case.kind for flag_id, case in cases} == told
    assert len(set(told.values())) == len(told) >= 1


async def test_what_was_read_twice_counts_once(served: Served) -> None:
    phone = Phone(served, await served.guest())
    await burst(phone, 12)
    states, documents = states_of(served), documents_of(served)
    watch = Watch(states.journal, documents, Cases(documents), partial(settle, states), lambda _: 0.25, served.clock)
    await looked(served, watch)
    n_answers = len(watch._book.attempts()[0])
    await documents.delete("fairplaySeen", phone.tokens["learnerId"])
    await looked(served, watch)
    assert len(watch._book.attempts()[0]) == n_answers


async def test_a_journal_that_cannot_be_read_keeps_nobody_else_from_a_look(served: Served) -> None:
    damaged, cheat = Phone(served, await served.guest()), Phone(served, await served.guest())
    session = await damaged.start()
    await damaged.answer(session["id"], session["exercise"])
    await burst(cheat)
    journal, learner_id = states_of(served).journal, damaged.tokens["learnerId"]
    last = (await journal.read(learner_id))[-1].seq
    torn = msgspec.structs.replace(commit(learner_id, "answerGraded"), seq=last + 1, accepted_at=served.clock())
    await journal.append(torn)
    assert await looked(served, watch_of(served)) is False
    assert await noted(documents_of(served)) == []
    assert (await cheat.get("/me/flags"))["items"] != []


async def test_a_learner_whose_journal_cannot_be_folded_is_not_flagged_and_keeps_nobody_from_it(served: Served) -> None:
    phone = Phone(served, await served.guest())
    await burst(phone)
    states, documents = states_of(served), documents_of(served)

    async def damaged(*_: Any, **__: Any) -> Any:
        raise CorruptStoreError("entry 1 cannot be read")

    watch = Watch(states.journal, documents, Cases(documents), damaged, lambda _: 0.25, served.clock)
    assert await looked(served, watch) is False
    assert await Cases(documents).of(phone.tokens["learnerId"]) == []
