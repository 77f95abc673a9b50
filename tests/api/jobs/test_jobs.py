"""What jobs do on every back end."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from api.composition import system_clock
from api.jobs.job import KIND
from api.jobs.ports import JobError, PoisonError, Run
from api.jobs.retries import Retries
from api.jobs.service import Timing
from api.store.opening import Store
from tests.api.jobs.conftest import Desk, Note, opened, until


async def documents(store: Store) -> list[dict[str, object]]:
    """All jobs as they are kept."""
    return [msgspec.json.decode(document.body) for document in await store.documents.all(KIND)]


async def test_a_job_runs_once_and_leaves_nothing(store: Store, jobs_url: str) -> None:
    seen: list[tuple[str, Run]] = []

    async def handler(note: Note, run: Run) -> None:
        seen.append((note.text, run))

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        id = await desk.jobs.enqueue("note", Note("hello"))
        await until(lambda: desk.counted["note", "done"])
        assert seen == [("hello", Run(id, 1))]
        assert await documents(store) == []
        assert desk.counted == {("note", "queued"): 1, ("note", "done"): 1}


async def test_a_job_that_was_asked_for_before_anybody_ran_is_found(store: Store, jobs_url: str) -> None:
    seen: list[str] = []

    async def handler(note: Note, _: Run) -> None:
        seen.append(note.text)

    async with opened(store, "") as desk:
        desk.register(handler)
        await desk.outbox.declare()
        await desk.jobs.enqueue("note", Note("early"))
    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        await until(lambda: seen == ["early"])


async def test_a_handler_that_fails_is_tried_again_until_it_succeeds(store: Store, jobs_url: str) -> None:
    attempts: list[int] = []

    async def handler(_: Note, run: Run) -> None:
        attempts.append(run.attempt)
        if run.attempt < 3:
            raise OSError("the mail server is away")

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        await desk.jobs.enqueue("note", Note("hello"))
        await until(lambda: desk.counted["note", "done"])
        assert attempts == [1, 2, 3]
        assert desk.counted["note", "failed"] == 2


async def test_a_handler_that_never_succeeds_ends_in_the_dead_letters_and_can_be_sent_again(
    store: Store, jobs_url: str
) -> None:
    healthy = False

    async def handler(_: Note, run: Run) -> None:
        if not healthy:
            raise OSError(f"attempt {run.attempt} failed")

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        id = await desk.jobs.enqueue("note", Note("hello"))
        await until(lambda: desk.n_dead)
        (dead,) = await documents(store)
        assert (dead["state"], dead["attempts"], dead["error"]) == ("dead", 3, "OSError: attempt 3 failed")
        assert desk.counted["note", "dead"] == 1
        healthy = True
        found = await desk.outbox.get(id)
        assert found is not None
        assert await desk.outbox.retry(found) is not None
        await until(lambda: desk.counted["note", "done"])
        await until(lambda: desk.n_dead == 0)


@pytest.mark.parametrize("poison", ["payload", "handler"])
async def test_poison_goes_to_the_dead_letters_at_once_and_stops_nobody(
    store: Store, jobs_url: str, poison: str
) -> None:
    async def handler(note: Note, _: Run) -> None:
        if note.text == "poison":
            raise PoisonError("nobody can do this")

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        if poison == "payload":
            await desk.outbox.declare()
            await desk.outbox.add("note", b'{"text": 5}', "bad", None)
        await desk.jobs.start()
        if poison == "handler":
            await desk.jobs.enqueue("note", Note("poison"), key="bad")
        await desk.jobs.enqueue("note", Note("good"))
        await until(lambda: desk.counted["note", "dead"] and desk.counted["note", "done"])
        (dead,) = await documents(store)
        assert (dead["state"], dead["attempts"]) == ("dead", 1)
        assert dead["error"] in (
            "nobody can do this",
            "the payload cannot be read: Expected `str`, got `int` - at `$.text`",
        )


async def test_a_second_request_with_the_same_key_is_the_same_job(store: Store, jobs_url: str) -> None:
    seen: list[str] = []
    go = asyncio.Event()

    async def handler(note: Note, _: Run) -> None:
        await go.wait()
        seen.append(note.text)

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        ids = await asyncio.gather(*(desk.jobs.enqueue("note", Note(f"{i}"), key="week-9") for i in range(8)))
        assert set(ids) == {"note:week-9"}
        go.set()
        await until(lambda: desk.counted["note", "done"])
        await desk.jobs.enqueue("note", Note("late"), key="week-9")
        await desk.jobs.enqueue("note", Note("other"), key="week-10")
        await until(lambda: desk.counted["note", "done"] == 2)
        assert len(seen) == 2
        assert "late" not in seen
        assert desk.counted["note", "queued"] == 2


async def test_a_job_does_not_run_before_its_time(store: Store, jobs_url: str) -> None:
    ran_at: list[int] = []

    async def handler(_: Note, __: Run) -> None:
        ran_at.append(system_clock())

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        due_at = system_clock() + 600
        await desk.jobs.enqueue("note", Note("soon"), not_before=due_at)
        await desk.jobs.enqueue("note", Note("in a year"), not_before=due_at + 365 * 86_400_000)
        await until(lambda: desk.counted["note", "done"])
        assert ran_at[0] >= due_at
        (later,) = await documents(store)
        assert later["state"] == "waiting"


async def test_many_jobs_on_two_workers_each_run_once(store: Store, jobs_url: str) -> None:
    seen: list[str] = []

    async def handler(note: Note, _: Run) -> None:
        await asyncio.sleep(0)
        seen.append(note.text)

    def done() -> int:
        return sum(desk.counted["note", "done"] for desk in desks)

    async with opened(store, jobs_url) as one, opened(store, jobs_url) as two:
        desks: list[Desk] = [one, two]
        for desk in desks:
            desk.register(handler)
            await desk.jobs.start()
        await asyncio.gather(*(desks[i % 2].jobs.enqueue("note", Note(f"{i}")) for i in range(60)))
        await until(lambda: done() == 60)
        assert sorted(seen, key=int) == [f"{i}" for i in range(60)]


async def test_a_long_job_keeps_its_lease_and_is_not_run_beside_itself(store: Store, jobs_url: str) -> None:
    n_running = 0

    async def handler(_: Note, __: Run) -> None:
        nonlocal n_running
        n_running += 1
        assert n_running == 1
        await asyncio.sleep(2.5)
        n_running -= 1

    async with opened(store, jobs_url) as one, opened(store, jobs_url) as two:
        for desk in (one, two):
            desk.register(handler)
            await desk.jobs.start()
        await one.jobs.enqueue("note", Note("long"))
        await until(lambda: one.counted["note", "done"] or two.counted["note", "done"])
        assert not one.counted["note", "failed"] + two.counted["note", "failed"]


async def test_a_handler_that_takes_too_long_has_failed(store: Store, jobs_url: str) -> None:
    async def handler(_: Note, run: Run) -> None:
        if run.attempt == 1:
            await asyncio.Event().wait()

    async with opened(store, jobs_url) as desk:
        desk.register(handler, Retries(max_attempts=2, base_seconds=0.01, timeout_seconds=0.05))
        await desk.jobs.start()
        await desk.jobs.enqueue("note", Note("slow"), key="slow")
        await until(lambda: desk.counted["note", "done"])
        (kept,) = await documents(store)
        assert kept["error"] == "TimeoutError: took longer than 0.05 s"


async def test_a_stop_lets_what_runs_finish_and_starts_nothing_new(store: Store, jobs_url: str) -> None:
    begun, finished = [], []

    async def handler(note: Note, _: Run) -> None:
        begun.append(note.text)
        await asyncio.sleep(0.3)
        finished.append(note.text)

    async with opened(store, jobs_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        for i in range(12):
            await desk.jobs.enqueue("note", Note(f"{i}"))
        await until(lambda: begun)
    assert finished == begun
    assert [job["state"] for job in await documents(store)] == ["waiting"] * (12 - len(begun))


async def test_what_does_not_finish_in_time_is_given_back_without_losing_an_attempt(
    store: Store, jobs_url: str
) -> None:
    begun = asyncio.Event()

    async def never(_: Note, __: Run) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with opened(store, jobs_url, Timing(lease=60.0, sweep=0.2, grace=0.1)) as desk:
        desk.register(never)
        await desk.jobs.start()
        await desk.jobs.enqueue("note", Note("hello"))
        await begun.wait()
    (job,) = await documents(store)
    assert (job["state"], job["attempts"]) == ("waiting", 0)
    seen: list[int] = []

    async def quick(_: Note, run: Run) -> None:
        seen.append(run.attempt)

    async with opened(store, jobs_url) as desk:
        desk.register(quick)
        await desk.jobs.start()
        await until(lambda: seen == [1])


async def test_only_registered_kinds_with_their_own_payload_are_taken(store: Store) -> None:
    async def handler(_: Note, __: Run) -> None:
        """Nothing to do."""

    async with opened(store, "") as desk:
        await desk.outbox.declare()
        with pytest.raises(JobError, match="no jobs of kind 'note'; registered: none"):
            await desk.jobs.enqueue("note", Note("hello"))
        desk.register(handler)
        with pytest.raises(JobError, match="have a handler already"):
            desk.register(handler)
        with pytest.raises(JobError, match="carries Note, not Other"):
            await desk.jobs.enqueue("note", Other())
        with pytest.raises(JobError, match="at most 199 characters"):
            await desk.jobs.enqueue("note", Note("hello"), key="k" * 200)


class Other(msgspec.Struct, frozen=True):
    """A payload of no kind."""


async def test_a_kind_that_nobody_here_knows_waits_for_somebody_who_does(store: Store, jobs_url: str) -> None:
    seen: list[str] = []

    async def handler(note: Note, _: Run) -> None:
        seen.append(note.text)

    async with opened(store, jobs_url) as old, opened(store, jobs_url) as new:
        await old.jobs.start()
        new.register(handler)
        await new.jobs.enqueue("note", Note("new"))
        await asyncio.sleep(0.5)
        assert seen == []
        assert [job["state"] for job in await documents(store)] == ["waiting"]
        await new.jobs.start()
        await until(lambda: seen == ["new"])
