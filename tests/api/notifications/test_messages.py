"""Letters, summaries, news of other rooms, and what is kept: passed on, exported, erased."""

from __future__ import annotations

import msgspec
import pytest

from api.accounts.errors import LinkError
from api.mail.ports import MailError
from api.notifications.copy import TEXTS
from api.notifications.preferences import Choices, Preferences
from tests.api.notifications.conftest import HOUR, ON_BOTH_STORES, Room

DAY = 24 * HOUR
LETTERS = Preferences(email=Choices(reminder=True, weekly_summary=True))
ADDRESS = {"email": "ana@example.org", "email_verified": True, "personalised": False}


async def test_a_letter_has_a_way_out_of_one_click_and_names_nobody(room: Room) -> None:
    learner = await room.learner(**ADDRESS)
    await room.service.choose(learner, LETTERS)
    await room.practise(learner)
    await room.live(24)
    letter = room.mail.letters[-1]
    headers = dict(letter.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://learn.pacer.test/unsubscribe/")
    assert link in letter.text
    assert letter.subject == TEXTS["reminder.ready.title"]
    assert learner not in letter.text + letter.id
    await room.service.stop(*room.links.read(link.rpartition("/")[2]))
    assert (await room.books.preferences.of(learner)).email == Choices(weekly_summary=True)


@pytest.mark.parametrize("fields", [{"email_verified": False}, {"age_group": "under13"}, {"email": None}])
async def test_nobody_is_written_to_without_a_confirmed_address_or_under_13(
    room: Room, fields: dict[str, object]
) -> None:
    learner = await room.learner(**{**ADDRESS, **fields})
    await room.service.choose(learner, LETTERS)
    await room.practise(learner)
    await room.live(24)
    assert room.mail.letters == []


@pytest.mark.parametrize(("lasting", "n_letters", "state"), [(False, 1, "sent"), (True, 0, "failed")])
async def test_a_letter_that_the_relay_did_not_take_is_tried_again_unless_it_never_will(
    room: Room, lasting: bool, n_letters: int, state: str
) -> None:
    learner = await room.learner(**ADDRESS)
    await room.service.choose(learner, Preferences(email=Choices(reminder=True)))
    room.mail.errors = [MailError("the relay answered 4xx", lasting=lasting)]
    await room.practise(learner)
    await room.live(25, 10)
    assert len(room.mail.letters) == n_letters
    assert [message.state for message in await room.log(learner)] == [state]


@pytest.mark.parametrize("token", ["", "x", "A" * 44, "é", "AAAA"])
def test_a_link_of_no_letter_of_ours_is_refused(room: Room, token: str) -> None:
    with pytest.raises(LinkError, match="not a link of one of our letters"):
        room.links.read(token)


async def test_a_week_is_summed_up_on_monday_morning_once_with_its_figures(room: Room) -> None:
    """The clock starts on a Sunday."""
    learner = await room.learner(**ADDRESS)
    await room.service.choose(learner, Preferences(email=Choices(weekly_summary=True)))
    await room.practise(learner, 12)
    room.clock.forward(HOUR)
    await room.practise(learner, 5, lesson=False)
    await room.live(4 * 24, 60)
    (letter,) = room.mail.letters
    assert "finished 1 lesson and answered 17 exercises" in letter.text
    await room.live(7 * 24, 120)
    assert len(room.mail.letters) == 1


async def test_news_of_other_rooms_are_sent_once_where_they_are_wanted_and_within_the_limits(room: Room) -> None:
    learner = await room.learner(personalised=False)
    browser = await room.browser(learner)
    later = room.clock() + 2 * DAY * 1000
    assert not await room.service.tell(learner, "friendQuest", "q1", expires_at=later, why="questDone")
    await room.service.choose(learner, Preferences(push=Choices(friend_quest=True), max_per_day=2))
    for key in ("q1", "q1", "q2"):
        assert await room.service.tell(learner, "friendQuest", key, expires_at=later, why="questDone")
        await room.jobs.run()
    assert len(room.push.taken) == 2
    assert browser.open(room.push.taken[0].body)["title"] == TEXTS["friendQuest.plain.title"]
    assert await room.service.tell(learner, "friendQuest", "q3", expires_at=later, why="questDone")
    await room.jobs.run()
    assert len(room.push.taken) == 2
    assert not await room.service.tell(learner, "friendQuest", "q4", expires_at=room.clock() + 1000, why="questDone")
    await room.live(24)
    assert len(room.push.taken) == 3
    with pytest.raises(ValueError, match="at most 80 characters"):
        await room.service.tell(learner, "friendQuest", "x" * 81, expires_at=later, why="questDone")


@ON_BOTH_STORES
async def test_what_a_guest_has_is_passed_on_to_the_account_and_repeating_it_is_harmless(room: Room) -> None:
    guest, account = await room.learner(personalised=False), await room.learner(personalised=False)
    await room.books.preferences.forget(account)
    await room.books.agendas.forget(account)
    await room.browser(guest)
    await room.practise(guest)
    await room.live(24)
    for _ in range(2):
        await room.books.pass_on(guest, account)
    kept = await room.books.everything(account)
    assert [len(kept[part]) for part in ("devices", "messages")] == [1, 1]
    assert kept["preferences"] == {"push": {"reminder": True}}
    assert kept["agenda"]["learner_id"] == account
    assert await room.books.everything(guest) == {"preferences": None, "devices": [], "agenda": None, "messages": []}


async def test_the_choices_of_the_account_win_over_the_guests(room: Room) -> None:
    guest, account = await room.learner(), await room.learner()
    own = Preferences(push=Choices(weekly_summary=True))
    await room.service.choose(account, own)
    await room.books.pass_on(guest, account)
    assert await room.books.preferences.of(account) == own


async def test_an_eleventh_device_takes_the_place_of_the_oldest_and_one_has_one_owner(room: Room) -> None:
    learner, other = await room.learner(), await room.learner()
    browsers = []
    for _ in range(11):
        room.clock.forward(1)
        browsers.append(await room.browser(learner))
    kept = {device.target.address for device in await room.books.devices.of(learner)}
    assert kept == {f"webPush {browser.endpoint}" for browser in browsers[1:]}
    device = (await room.books.devices.of(learner))[0]
    await room.books.devices.register(msgspec.structs.replace(device, learner_id=other))
    assert len(await room.books.devices.of(learner)) == 9
    assert len(await room.books.devices.of(other)) == 1
