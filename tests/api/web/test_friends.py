"""Friends on the page: codes, requests, a quest of two that is followed live, and every way to part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx
import pytest

from api.game.rewards import LEAST_OF_A_LESSON
from content.catalogue import CourseIndex
from tests.api.web.learning import OtherDevice
from tests.api.web.visits import Visit, Visiting, go, grow_young

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
LOOKS = [("light", 390), ("dark", 390), ("light", 320), ("dark", 320)]


@pytest.fixture
def ana(visiting: Visiting) -> Visit:
    """A new learner among her friends, on the page."""
    visit = visiting(path="/#/settings")
    visit.page.locator("nav.places").wait_for()
    go(visit, "friends")
    return visit


@pytest.fixture
def bo(site: str, courses: Courses) -> Iterator[OtherDevice]:
    """Another learner, over HTTP."""
    guest = httpx.post(f"{site}/v1/auth/guest", json={"zone": "Europe/Madrid", "locale": "en"}, timeout=30.0).json()
    with OtherDevice(site, guest["accessToken"], courses) as device:
        device.client.patch("/me", json={"displayName": "Bo"}).raise_for_status()
        yield device


def test_two_become_friends_by_a_code(ana: Visit, bo: OtherDevice) -> None:
    page = ana.page
    page.get_by_label("The code of a friend").fill(code_of(bo).lower())
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("You are friends as soon as they accept.").wait_for()
    page.get_by_role("button", name="Take back: Bo").wait_for()
    ana.check()
    page.get_by_role("button", name="Show my code").click()
    shown = page.get_by_role("status").filter(has_text="Your code:").locator("strong").inner_text()
    ana.check()
    bo.client.post("/me/friends", json={"code": shown}).raise_for_status()
    page.reload()
    page.get_by_role("heading", name="Your friends").wait_for()
    row = page.get_by_role("listitem").filter(has_text="Bo")
    row.get_by_text("together this week").wait_for()
    assert row.get_by_role("progressbar").count() == 1
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        ana.check()
        ana.shot(f"{scheme}-{width}-friends")


def test_a_code_that_opens_nothing_is_told_and_can_be_mended(ana: Visit) -> None:
    page = ana.page
    field = page.get_by_label("The code of a friend")
    field.fill("NOSUCHCODE22")
    field.press("Enter")
    page.get_by_role("alert").get_by_text("The code opens nothing").wait_for()
    assert field.input_value() == "NOSUCHCODE22"
    ana.expect_focus("input.code")
    page.get_by_text("None yet.").wait_for()
    ana.forgive("status of 409")


def test_a_quest_of_two_is_followed_said_and_rewarded_once(ana: Visit, bo: OtherDevice, courses: Courses) -> None:
    page = ana.page
    with OtherDevice(ana.url, token_of(ana), courses) as mine:
        quest = befriended(mine, bo)
        page.reload()
        row = page.locator("li[data-friend]")
        row.get_by_text("you 0, they 0").wait_for()
        share(bo, quest, 1)
        row.get_by_text("they 1").wait_for()
        ana.hear(f"Your quest with Bo: 1 of {quest['target']} together.")
        share(mine, quest, quest["target"] // 2)
        share(bo, quest, quest["target"] // 2)
    ana.hear("Your quest with Bo is done.")
    take = page.get_by_role("button", name="Take 20 gems of the quest with Bo")
    ana.check()
    ana.shot("light-friends-quest-done")
    take.focus()
    page.keyboard.press("Enter")
    page.get_by_text("20 gems for what you did together.").wait_for()
    page.get_by_text("This week’s gems of a shared quest are yours.").wait_for()
    assert take.count() == 0
    assert not ana.focused("body")
    ana.check()


def test_under_18_a_request_is_accepted_with_the_others_code(ana: Visit, bo: OtherDevice, courses: Courses) -> None:
    page = ana.page
    go(ana, "settings")
    grow_young(ana)
    with OtherDevice(ana.url, token_of(ana), courses) as mine:
        bo.client.post("/me/friends", json={"code": code_of(mine)}).raise_for_status()
    go(ana, "friends")
    page.get_by_text("You are under 18, so each of you shows the other’s code.").wait_for()
    page.get_by_role("button", name="Accept Bo").click()
    sheet = page.get_by_role("dialog", name="Be friends with Bo?")
    ana.check()
    sheet.get_by_label("Their code").fill(code_of(bo))
    sheet.get_by_role("button", name="Accept").click()
    page.get_by_text("You and Bo are friends now.").wait_for()
    page.get_by_role("button", name="End, block or report: Bo").wait_for()


def test_an_adult_is_asked_for_the_code_of_somebody_young(ana: Visit, bo: OtherDevice, courses: Courses) -> None:
    bo.client.patch("/me", json={"ageGroup": "under18"}).raise_for_status()
    with OtherDevice(ana.url, token_of(ana), courses) as mine:
        bo.client.post("/me/friends", json={"code": code_of(mine)}).raise_for_status()
    ana.page.reload()
    ana.page.get_by_role("button", name="Accept Bo").click()
    ana.page.get_by_role("dialog", name="Be friends with Bo?").wait_for()
    ana.page.keyboard.press("Escape")
    ana.expect_focus("[id^='accept-']")
    decline = ana.page.get_by_role("button", name="Decline: Bo")
    decline.click()
    decline.wait_for(state="detached")
    assert bo.get("/me/friends")["items"] == []
    ana.forgive("status of 409")


def test_whoever_is_reported_is_blocked_until_that_is_taken_back(ana: Visit, bo: OtherDevice, courses: Courses) -> None:
    page = ana.page
    with OtherDevice(ana.url, token_of(ana), courses) as mine:
        befriended(mine, bo)
    page.reload()
    more = page.get_by_role("button", name="End, block or report: Bo")
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Bo").wait_for()
    ana.check()
    ana.shot("light-friends-parting")
    page.keyboard.press("Escape")
    ana.expect_focus("[id^='more-']")
    more.click()
    page.get_by_text("Their name").click()
    page.get_by_role("button", name="Report and block").click()
    page.get_by_text("It was reported, and they are blocked.").wait_for()
    page.get_by_role("heading", name="Blocked").wait_for()
    assert not ana.focused("body")
    assert bo.get("/me/friends")["items"] == []
    page.get_by_role("button", name="Unblock: Bo").click()
    page.get_by_role("heading", name="Blocked").wait_for(state="detached")


def test_a_friendship_is_ended_and_what_friends_see_is_chosen(ana: Visit, bo: OtherDevice, courses: Courses) -> None:
    page = ana.page
    page.get_by_label("Your name").fill("  Ana  ")
    page.get_by_role("button", name="Save my name").click()
    page.get_by_text("Friends see you as Ana.").wait_for()
    page.get_by_role("switch", name="Friends see whether I am on a streak").focus()
    with page.expect_response("**/v1/me/friends/settings"):
        page.keyboard.press("Space")
    with OtherDevice(ana.url, token_of(ana), courses) as mine:
        befriended(mine, bo)
    (seen,) = bo.get("/me/friends")["items"]
    assert (seen["name"], seen["onStreak"]) == ("Ana", False)
    page.reload()
    assert page.get_by_role("switch", name="Friends see whether I am on a streak").is_checked()
    page.get_by_role("button", name="End, block or report: Bo").click()
    page.get_by_role("button", name="End this friendship").click()
    page.get_by_text("You and Bo are no longer friends.").wait_for()
    assert bo.get("/me/friends")["items"] == []


def token_of(visit: Visit) -> str:
    """The access token of who is on the page."""
    return str(json.loads(visit.page.evaluate("localStorage.getItem('pacer.account')"))["accessToken"])


def code_of(device: OtherDevice) -> str:
    """A code of a learner's to show."""
    return str(device.client.post("/me/friends/codes", json={}).raise_for_status().json()["code"])


def befriended(one: OtherDevice, other: OtherDevice) -> dict[str, int | str]:
    """Two are friends, with a quest that newcomers can do; the quest."""
    one.client.post("/me/friends", json={"code": code_of(other)}).raise_for_status()
    (asked,) = other.get("/me/friends")["items"]
    accepted = other.client.post(f"/me/friends/{asked['id']}/acceptance", json={}).raise_for_status()
    (friend,) = accepted.json()["items"]
    return dict(friend["quest"])


def share(device: OtherDevice, quest: Mapping[str, int | str], n: int) -> None:
    """Do so much of a quest."""
    enrolment = device.post("/tracks/gallery/enrolments")["id"]
    if quest["kind"] == "items":
        for done in range(0, n, 10):
            device.learn(enrolment, min(10, n - done))
        return
    for _ in range(n):
        session = device.post("/sessions", enrolmentId=enrolment)
        exercise = session["exercise"]
        for _ in range(LEAST_OF_A_LESSON):
            exercise = device.answer(session["id"], exercise)["next"]
        device.post(f"/sessions/{session['id']}/finish")
