"""Reminders from the plan to the browser, on each store: once, at the right time, and what is learned from them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from api.notifications.bandit import EXPLORE
from api.notifications.message import Message
from api.notifications.preferences import Choices, Preferences
from api.notifications.quiet import UNDER_18, is_quiet
from api.wire import instant
from tests.api.notifications.conftest import HOUR, ON_BOTH_STORES, START, Room

MADRID = "Europe/Madrid"


@ON_BOTH_STORES
async def test_a_reminder_comes_once_a_day_after_the_last_practice_and_says_why(room: Room) -> None:
    learner = await room.learner()
    browser = await room.browser(learner)
    await room.practise(learner)
    await room.live(23)
    assert room.push.taken == []
    await room.live(13)
    assert len(room.push.taken) == 1
    (message,) = await room.log(learner)
    shown = browser.open(room.push.taken[0].body)
    assert shown["code"] == message.code
    assert message.decided_at == START + round(23.5 * HOUR) * 1000
    assert START + 23.5 * HOUR * 1000 <= message.send_at <= START + 35.5 * HOUR * 1000
    assert (message.state, message.why) == ("sent", "return")
    decision = message.decision
    assert decision is not None
    assert decision.policy == "bandit"
    assert sum(decision.probabilities) == pytest.approx(1.0)
    assert min(decision.probabilities) >= EXPLORE / len(decision.arms) - 1e-9
    assert decision.arm.at == message.send_at
    await room.live(18)
    assert len(room.push.taken) <= 2


async def test_none_comes_to_who_practised_meanwhile(room: Room) -> None:
    learner = await room.learner()
    await room.browser(learner)
    for _ in range(4):
        await room.practise(learner)
        await room.live(22)
    assert room.push.taken == []
    assert await room.log(learner) == []


async def test_one_that_was_decided_is_not_sent_if_practice_comes_first_and_counts_for_no_limit(room: Room) -> None:
    learner = await room.learner()
    await room.browser(learner)
    await room.practise(learner)
    room.clock.forward(24 * HOUR)
    await room.plan()
    (message,) = await room.log(learner)
    await room.practise(learner)
    room.clock.now = message.send_at
    await room.jobs.run()
    (message,) = await room.log(learner)
    assert (message.state, message.dropped) == ("dropped", "practised")
    found = await room.books.agendas.find(learner)
    assert found is not None
    assert found[0].sent == ()
    assert room.push.taken == []


async def test_after_four_unanswered_there_is_none_until_the_next_practice(room: Room) -> None:
    learner = await room.learner()
    await room.browser(learner)
    await room.practise(learner)
    await room.live(24 * 9, 60)
    assert len(room.push.taken) == 4
    assert [message.outcome for message in await room.log(learner)] == [0, 0, 0, 0]
    assert (await room.books.model.posterior()).n == 4
    await room.practise(learner)
    await room.live(24 * 3, 60)
    assert len(room.push.taken) > 4


async def test_coming_back_to_learning_is_what_the_bandit_learns_from_and_a_few_answers_are_not(room: Room) -> None:
    learner = await room.learner()
    await room.browser(learner)
    await room.practise(learner)
    for n_answers, lesson, outcome in ((3, False, 0), (10, False, 1), (1, True, 1)):
        before = len(await room.log(learner))
        while len(await room.log(learner)) == before:
            await room.live(1, 60)
        await room.practise(learner, n_answers, lesson=lesson)
        await room.live(24, 60)
        assert (await room.log(learner))[before].outcome == outcome
    assert (await room.books.model.posterior()).n >= 3


async def test_under_18_the_fixed_rule_holds_and_nothing_comes_in_the_forced_quiet_hours(room: Room) -> None:
    learner = await room.learner(age_group="under18")
    await room.browser(learner)
    await room.service.choose(
        learner, Preferences(push=Choices(reminder=True), quiet=msgspec.convert((0, 0), type(UNDER_18)))
    )
    room.clock.forward(11.75 * HOUR)  # 22:15 in Madrid
    await room.practise(learner)
    await room.live(48)
    first = (await room.log(learner))[0]
    assert first.decision is not None
    assert (first.decision.policy, first.decision.because, first.decision.propensity) == ("fixed", "under18", 1.0)
    assert not any(is_quiet(message.send_at, MADRID, UNDER_18) for message in await room.log(learner))
    assert instant(first.sent_at) == "2026-03-03T06:15:00.000Z"  # the first turn of these tests after 07:00
    assert (await room.books.model.posterior()).n == 0


async def test_without_personalisation_the_fixed_rule_holds(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.practise(learner)
    await room.live(24)
    (message,) = await room.log(learner)
    assert message.decision is not None
    assert (message.decision.because, message.code) == ("notPersonalised", "reminder.ready")


async def test_a_planned_one_that_would_be_quiet_where_the_learner_went_is_moved(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.practise(learner)
    room.clock.forward(23.5 * HOUR)
    await room.plan()
    await room.accounts.change(learner, lambda kept: msgspec.structs.replace(kept, zone="America/New_York"))
    await room.jobs.run()
    assert room.push.taken == []
    (message,) = await room.log(learner)
    assert message.state == "planned"
    assert instant(message.send_at) == "2026-03-02T12:00:00.000Z"
    room.clock.now = message.send_at
    await room.jobs.run()
    assert len(room.push.taken) == 1


async def test_much_that_is_due_makes_it_one_to_review_if_that_is_wanted(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.service.choose(learner, Preferences(push=Choices(reminder=True, review_due=True)))
    room.n_due = 9
    await room.practise(learner)
    await room.live(24)
    assert [message.code for message in await room.log(learner)] == ["reviewDue.recall"]


async def test_nothing_is_planned_for_who_switched_it_off_or_never_on(room: Room) -> None:
    learner = await room.learner()
    await room.browser(learner)
    await room.practise(learner)
    await room.service.choose(learner, Preferences())
    await room.live(48, 60)
    assert await room.log(learner) == []
    assert await room.books.agendas.find(learner) is None


@ON_BOTH_STORES
async def test_two_workers_that_plan_and_send_at_once_send_once(room: Room) -> None:
    learners = [await room.learner(personalised=False) for _ in range(3)]
    for learner in learners:
        await room.browser(learner)
        await room.practise(learner)
    room.clock.forward(23.6 * HOUR)
    workers = [room.worker() for _ in range(3)]
    await asyncio.gather(*(planner.work() for _, planner, _ in workers))
    await asyncio.gather(*(jobs.run() for jobs, _, _ in workers))
    assert len(room.push.taken) == 3
    assert len({taken.path for taken in room.push.taken}) == 3


async def test_planning_reads_what_is_due_and_scans_nobody(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        await room.practise(await room.learner())
    await room.plan()
    looked: list[str] = []
    look_at = room.planner.look_at

    async def counted(learner_id: str, *rest: object) -> None:
        looked.append(learner_id)
        await look_at(learner_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(room.planner, "look_at", counted)
    await room.live(12, 5)
    assert looked == []
    await room.live(12, 5)
    assert len(looked) == 5


async def test_a_server_that_was_away_for_a_week_sends_each_at_most_one(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.practise(learner)
    await room.plan()
    room.clock.forward(7 * 24 * HOUR)
    await room.plan()
    await room.jobs.run()
    assert len(room.push.taken) == 1


class StopError(BaseException):
    """The process dies here."""


async def crash(room: Room, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, before: bool) -> None:
    """Plan and send, dying before or after the first call of a method; then again as a new process would."""
    original = getattr(owner, name)

    async def dying(*args: object, **kwargs: object) -> object:
        if not before:
            await original(*args, **kwargs)
        raise StopError

    monkeypatch.setattr(owner, name, dying)
    try:
        await room.plan()
        await room.jobs.run()
    except StopError:
        pass
    monkeypatch.setattr(owner, name, original)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", ["messages.add", "jobs.enqueue", "agendas.put", "messages.change", "push.send"])
async def test_a_process_that_dies_at_any_step_sends_nothing_twice(
    room: Room, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.practise(learner)
    await room.plan()
    room.clock.forward(23.6 * HOUR)
    holders = {
        "messages": room.books.messages,
        "jobs": room.jobs,
        "agendas": room.books.agendas,
        "push": room.carriers.push["webPush"],
    }
    owner, _, name = step.partition(".")
    await crash(room, monkeypatch, holders[owner], name, before=before)
    for _ in range(3):
        await room.plan()
        await room.jobs.run()
        room.clock.forward(600)
    (message,) = await room.log(learner)
    assert message.state == "sent"
    uncertain = step == "push.send"
    assert len(room.push.taken) == (0 if uncertain and before else 1)
    assert states(message) == ["unsure" if uncertain else "sent"]


def states(message: Message) -> list[str]:
    return [delivery.state for delivery in message.deliveries.values()]


async def test_a_device_that_is_gone_is_removed_and_others_are_sent_to(room: Room) -> None:
    learner = await room.learner(personalised=False)
    for _ in range(2):
        await room.browser(learner)
    await room.practise(learner)
    room.push.answers = [(410, {}, b"")]
    await room.live(24)
    (message,) = await room.log(learner)
    assert sorted(states(message)) == ["gone", "sent"]
    assert len(await room.books.devices.of(learner)) == 1


async def test_a_push_service_that_asks_for_time_gets_it_and_not_more_tries_than_are_bounded(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.browser(learner)
    await room.practise(learner)
    room.push.answers = [(429, {"retry-after": "900"}, b"")]
    await room.live(23.5)
    await room.live(14 / 60, 2)
    assert len(room.push.taken) == 1
    await room.live(2 / 60, 2)
    assert len(room.push.taken) == 2
    (message,) = await room.log(learner)
    assert message.state == "sent"
    await room.practise(learner)
    room.push.answers = [(503, {}, b"")] * 50
    await room.live(26, 10)
    message = (await room.log(learner))[-1]
    assert (message.state, states(message)) == ("failed", ["failed"])
    assert len(room.push.taken) == 2 + 5


async def test_without_a_device_nothing_is_sent_and_the_log_says_so(room: Room) -> None:
    learner = await room.learner(personalised=False)
    await room.practise(learner)
    await room.live(24)
    (message,) = await room.log(learner)
    assert (message.state, message.dropped) == ("dropped", "noDevice")


async def test_a_learner_who_cannot_be_looked_at_is_put_off_and_keeps_nobody_else_waiting(room: Room) -> None:
    broken, fine = await room.learner(personalised=False), await room.learner(personalised=False)
    await room.browser(fine)
    await room.practise(broken)
    await room.practise(fine)
    await room.accounts.change(broken, lambda kept: msgspec.structs.replace(kept, zone="Mars/Olympus"))
    await room.live(24)
    assert len(room.push.taken) == 1
    found = await room.books.agendas.find(broken)
    assert found is not None
    assert found[0].due_at > room.clock()
