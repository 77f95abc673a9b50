"""A guest becomes part of an account: nothing is lost, nothing counts twice, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import count

import httpx
import pytest

from api.accounts.merging.routes import MERGING
from api.accounts.merging.service import MergeToFinish
from api.accounts.organisations.organisation import HOME
from api.accounts.organisations.roles import ORGANISATIONS
from api.game.rules import RULES
from api.jobs.ports import Run
from api.learners.rebuild import rebuild
from tests.api.accounts.conftest import PASSWORD, Desk, kind
from tests.api.accounts.players import Player, event_ids, failing_at, kinds, states_of

DAY = 86_400


async def registered(desk: Desk, email: str = "ana@example.org") -> Player:
    answer = await desk.register(email=email)
    return Player(desk, answer.json()["tokens"])


async def guest(desk: Desk, device: str = "tablet") -> Player:
    return Player(desk, await desk.service.guest(), device)


async def ask(path: str, account: Player, guest: Player, desk: Desk | None = None) -> httpx.Response:
    body = {"guestAccessToken": guest.phone.headers["authorization"].removeprefix("Bearer ")}
    client = (desk or account.desk).service.client
    return await client.post(f"/v1/me{path}", json=body, headers=account.phone.headers)


async def both(desk: Desk) -> tuple[Player, Player]:
    """An account and a guest who learned on alternating days."""
    account, other = await registered(desk), await guest(desk)
    for player in (account, other, account, other):
        await player.lesson(2)
        await account.phone.sleep(DAY)
        await other.phone.sleep(0)
    return account, other


async def test_a_merge_brings_what_its_preview_said_and_nothing_is_lost_or_counted_twice(desks: list[Desk]) -> None:
    account, other = await both(desks[0])
    ids = [*await event_ids(desks[0], account.id), *await event_ids(desks[0], other.id)]
    xp = [(await player.game())["xp"]["total"] for player in (account, other)]
    preview = (await ask("/merge/preview", account, other, desks[-1])).json()
    assert [preview[part]["xp"] for part in ("account", "guest", "together")] == [*xp, sum(xp)]
    assert preview["together"]["events"] == preview["account"]["events"] + preview["guest"]["events"] == len(ids)
    assert preview["conflicts"] == 0
    assert [(await player.game())["xp"]["total"] for player in (account, other)] == xp
    merged = await ask("/merge", account, other, desks[-1])
    assert merged.json() == {
        "learnerId": account.id,
        "guestId": other.id,
        "events": preview["guest"]["events"],
    }
    assert Counter(await event_ids(desks[0], account.id)) == Counter(ids)
    assert await kinds(desks[0], other.id) == ["JournalClosed"]
    game = await account.game()
    assert (game["xp"]["total"], game["streak"]["days"]) == (sum(xp), preview["together"]["streakDays"])
    assert preview["together"]["streakDays"] == 4
    progress = await account.phone.get("/me/progress")
    assert len(progress["items"]) == 2


async def test_a_merged_journal_rebuilds_to_what_is_live_and_goes_on(desks: list[Desk]) -> None:
    account, other = await both(desks[0])
    await ask("/merge", account, other, desks[-1])
    states = states_of(desks[0])
    await account.lesson(2)
    await states.close()
    verdict = await rebuild(states.journal, states.courses, account.id)
    assert verdict.mismatches == ()
    assert (await rebuild(states.journal, states.courses, other.id)).mismatches == ()
    assert (await ask("/merge", account, other)).json()["events"] == 0


async def test_what_every_new_learner_is_given_is_given_once(one: Desk) -> None:
    account, other = await registered(one), await guest(one)
    for player in (account, other):
        await player.lesson(2)
        assert (await player.game())["streak"]["freezes"] == RULES[0].streak.starting_freezes
    gems = [(await player.game())["gems"] for player in (account, other)]
    assert min(gems) >= RULES[0].gems.welcome
    await ask("/merge", account, other)
    assert (await account.game())["gems"] == sum(gems) - RULES[0].gems.welcome
    assert (await account.game())["streak"]["freezes"] == RULES[0].streak.starting_freezes


async def test_guests_who_are_merged_one_after_another_bring_no_more_gems_than_one_account_earns_in_a_day(
    one: Desk,
) -> None:
    account = await registered(one)
    guests = [await guest(one) for _ in range(5)]
    for player in (account, *guests):
        for _ in range(3):
            await player.lesson(4)
    apart = sum([(await player.game())["gems"] for player in (account, *guests)])
    for other in guests:
        assert (await ask("/merge", account, other)).status_code == 200
    game, rules = await account.game(), RULES[0]
    levels = rules.gems.level_up * (game["level"]["level"] - 1)
    quests = rules.quests.n_daily * rules.quests.gems_daily + rules.quests.n_weekly * rules.quests.gems_weekly
    assert game["gems"] <= rules.gems.welcome + levels + quests < apart
    page = await account.phone.get("/me/ledger")
    rows = [*page["items"]]
    while page["nextCursor"]:
        page = await account.phone.get(f"/me/ledger?cursor={page['nextCursor']}")
        rows += page["items"]
    assert sum(row["change"] for row in rows if row["of"] == "gems") == page["gems"] == game["gems"]
    await account.lesson(4)
    states = states_of(one)
    await states.close()
    assert (await rebuild(states.journal, states.courses, account.id)).mismatches == ()


async def test_whoever_comes_as_the_guest_is_told_where_it_went(desks: list[Desk]) -> None:
    account, other = await registered(desks[0]), await guest(desks[0])
    code = (await other.desk.post("/me/recovery-code", tokens=other.tokens)).json()["code"]
    exercise = await other.begin()
    assert (await ask("/merge", account, other, desks[-1])).status_code == 200
    gone = (410, "account-gone")
    for desk in desks:
        assert kind(await other.answer(exercise, desk)) == gone
        assert kind(await desk.service.client.get("/v1/me", headers=other.phone.headers)) == gone
        assert kind(await desk.service.client.get("/v1/me/game", headers=other.phone.headers)) == gone
        assert kind(await desk.service.client.get("/v1/sync", headers=other.phone.headers)) == gone
        known = {name: other.tokens[name] for name in ("learnerId", "deviceSecret")}
        assert kind(await desk.post("/auth/guest", {"zone": "UTC", **known})) == gone
        assert kind(await desk.post("/auth/guest", {"zone": "UTC", **known, "deviceSecret": "w" * 43}))[0] == 401
        assert kind(await desk.refresh(other.tokens)) == gone
        assert kind(await desk.post("/auth/recover", {"code": code})) == (401, "bad-credentials")
        assert kind(await desk.register(other.tokens, email="ben@example.org")) == gone
    assert "another account" in (await desks[0].refresh(other.tokens)).json()["detail"]


async def test_an_answer_that_races_with_the_merge_is_kept_or_refused_but_never_lost(desks: list[Desk]) -> None:
    account, other = await registered(desks[0]), await guest(desks[0])
    sent: list[httpx.Response] = []

    async def play() -> None:
        exercise = await other.begin(40)
        while True:
            answer = await other.answer(exercise)
            sent.append(answer)
            if answer.status_code != 200:
                return
            exercise = answer.json()["next"]

    async def merge() -> None:
        while len(sent) < 4 and (not sent or sent[-1].status_code == 200):
            await asyncio.sleep(0.005)
        assert (await ask("/merge", account, other, desks[-1])).status_code == 200

    await asyncio.gather(play(), merge())
    assert kind(sent[-1]) == (410, "account-gone")
    known = await event_ids(desks[0], account.id)
    assert Counter(known).most_common(1)[0][1] == 1
    n_accepted = sum(answer.status_code == 200 for answer in sent)
    assert len(known) == n_accepted + 2  # and the enrolment and the lesson
    assert n_accepted >= 4


async def test_a_merge_that_fails_at_any_write_is_finished_later_with_the_same_result(one: Desk) -> None:
    account = await registered(one)
    merging, states = MERGING.fetch(one.service.app), states_of(one)
    await account.lesson(1)
    for number in count():
        other = await guest(one, f"tablet-{number}")
        await other.lesson(2)
        ids = {*await event_ids(one, account.id), *await event_ids(one, other.id)}
        holders = (
            (states, "journal"),
            (merging._accounts, "_documents"),
            (merging._organisations, "_documents"),
            (merging._jobs._outbox, "_documents"),
        )
        with failing_at(number, *holders) as writes:
            answer = await ask("/merge", account, other)
        if writes[0] <= number:
            assert answer.status_code == 200
            break
        assert kind(answer) == (503, "unavailable")
        todo = MergeToFinish(guest_id=other.id, account_id=account.id)
        await merging._again(todo, Run("job", 1))
        if number > 1:  # the merge had begun, and was finished without being asked again
            assert {*await event_ids(one, account.id)} == ids
        assert (await ask("/merge", account, other)).status_code == 200
        assert Counter(await event_ids(one, account.id)) == Counter(ids)
        assert await kinds(one, other.id) == ["JournalClosed"]
    assert number >= 5


async def test_an_event_under_an_id_that_the_account_used_otherwise_stays_out_and_is_told_before(one: Desk) -> None:
    account, other = await registered(one), await guest(one)
    envelope = account.phone.envelope()
    await account.phone.post(f"/tracks/{await account.track()}/enrolments", envelope, 201)
    await other.phone.post(
        f"/tracks/{await other.track()}/enrolments",
        {**envelope, "deviceId": "tablet", "goal": {"minutesPerDay": 5}},
        201,
    )
    preview = (await ask("/merge/preview", account, other)).json()
    assert (preview["conflicts"], preview["together"]["events"]) == (1, 1)
    assert (await ask("/merge", account, other)).json()["events"] == 0
    assert len(await event_ids(one, account.id)) == 1


async def test_only_a_guest_is_merged_and_only_into_an_account_that_is_none(one: Desk) -> None:
    account, other = await registered(one), await guest(one)
    ben = await registered(one, "ben@example.org")
    for path in ("/merge", "/merge/preview"):
        assert kind(await ask(path, account, account)) == (409, "not-a-guest")
        assert kind(await ask(path, account, ben)) == (409, "not-a-guest")
        assert kind(await ask(path, other, await guest(one))) == (409, "not-a-guest")
    assert (await ask("/merge", account, other)).status_code == 200
    assert kind(await ask("/merge", ben, other)) == (410, "account-gone")
    assert kind(await ask("/merge/preview", account, other)) == (410, "account-gone")


async def test_both_have_to_be_shown(one: Desk) -> None:
    account, other = await registered(one), await guest(one)
    body = {"guestAccessToken": other.tokens["refreshToken"]}
    assert kind(await one.post("/me/merge", body, account.tokens)) == (401, "unauthenticated")
    one.service.clock.forward(15 * 60)
    fresh = (await one.login(password=PASSWORD)).json()
    body = {"guestAccessToken": other.tokens["accessToken"]}
    assert kind(await one.post("/me/merge", body, fresh)) == (401, "unauthenticated")


async def test_of_two_accounts_that_want_a_guest_at_once_one_gets_it(desks: list[Desk]) -> None:
    accounts = [await registered(desks[0], email) for email in ("ana@example.org", "ben@example.org")]
    other = await guest(desks[0])
    await other.lesson(1)
    answers = await asyncio.gather(
        *(ask("/merge", account, other, desk) for account, desk in zip(accounts, desks * 2, strict=False))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 410]
    counts = [len(await event_ids(desks[0], account.id)) for account in accounts]
    assert sorted(counts) == [0, 3]


async def test_what_a_guest_belonged_to_the_account_belongs_to(one: Desk) -> None:
    account, other = await registered(one), await guest(one)
    await ORGANISATIONS.fetch(one.service.app).admit(HOME, other.id, ("learner",))
    await ask("/merge", account, other)
    found = (await account.phone.get("/me/organisations"))["items"]
    assert [(each["id"], each["roles"]) for each in found] == [(HOME, ["learner"])]


@pytest.mark.parametrize(
    ("said", "guest_said", "then"),
    [
        ("", "under13", "under13"),
        ("", "adult", "adult"),
        ("adult", "under18", "under18"),
        ("under13", "adult", "under13"),
    ],
)
async def test_an_account_is_protected_as_the_guest_was_who_becomes_part_of_it(
    desks: list[Desk], said: str, guest_said: str, then: str
) -> None:
    account, other = await registered(desks[0]), await guest(desks[0])
    for player, group in ((account, said), (other, guest_said)):
        client = desks[0].service.client
        await client.patch("/v1/me", json={"ageGroup": group}, headers=player.phone.headers)
    assert (await ask("/merge", account, other, desks[-1])).is_success
    assert (await account.phone.get("/me"))["ageGroup"] == then
