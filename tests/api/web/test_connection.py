"""What happens when the connection is bad: no answer is lost, none is counted twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.visits import Visiting

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
ANSWERS = "**/v1/sessions/*/answers"


class BadLine:
    """Loses what comes back for the first `lost` answers; the server got them."""

    def __init__(self, page: Page, lost: int) -> None:
        self.left, self.sent, self.statuses = lost, list[dict[str, Any]](), list[str]()
        page.route(ANSWERS, self)

    def __call__(self, route: Route) -> None:
        self.sent.append(json.loads(route.request.post_data or ""))
        response = route.fetch()
        self.statuses.append(response.json()["status"])
        if self.left > 0:
            self.left -= 1
            route.abort()
        else:
            route.fulfill(response=response)


def total_xp(page: Page) -> int:
    """All XP of the learner on the page, as the server has it."""
    ask = """async () => {
        const { accessToken } = JSON.parse(localStorage.getItem("pacer.account"));
        const answer = await fetch("/v1/me/game", { headers: { authorization: `Bearer ${accessToken}` } });
        return (await answer.json()).xp.total;
    }"""
    return int(page.evaluate(ask))


def test_a_lost_response_is_asked_for_again_and_counted_once(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    line = BadLine(visit.page, lost=2)
    player.think()
    player.fill()
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("will retry").wait_for()
    visit.shot("light-will-retry")
    visit.page.locator(".grade").wait_for()
    assert line.statuses == ["accepted", "duplicate", "duplicate"]
    sent_at = [sent.pop("sentAt") for sent in line.sent]
    assert line.sent[0] == line.sent[1] == line.sent[2]
    assert sent_at == sorted(set(sent_at))
    assert visit.page.get_by_text("will retry").count() == 0
    assert visit.page.locator("progress").first.evaluate("bar => bar.value") == 1
    reward = int(visit.page.locator(".xp").inner_text().strip("+ XP"))
    assert total_xp(visit.page) == reward > 0
    visit.forgive("net::ERR_FAILED")


def test_an_answer_that_was_not_sent_outlives_the_page(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    visit.page.route(ANSWERS, lambda route: route.abort())
    player.think()
    player.fill()
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_text("will retry").wait_for()
    visit.page.unroute(ANSWERS)
    visit.page.reload()
    visit.page.get_by_text("Sent what was waiting").wait_for()
    player.exercise.wait_for()
    assert visit.page.locator("progress").first.evaluate("bar => bar.value") == 1
    assert visit.page.evaluate("Object.keys(localStorage).filter(key => key.includes('pending')).length") == 0
    visit.forgive("net::ERR_FAILED")


def test_tokens_that_ran_out_are_renewed_without_a_word(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    spoil = """() => {
        const account = JSON.parse(localStorage.getItem("pacer.account"));
        const stale = { ...account, accessToken: "stale", refreshToken: "stale" };
        localStorage.setItem("pacer.account", JSON.stringify(stale));
        return account.learnerId;
    }"""
    learner = visit.page.evaluate(spoil)
    player.answer()
    assert json.loads(visit.page.evaluate("localStorage.getItem('pacer.account')"))["learnerId"] == learner
    visit.forgive("401")


def test_a_problem_is_told_in_words(visiting: Visiting) -> None:
    visit = visiting(path="/#/track/juggling")
    alert = visit.page.locator("#alerts")
    alert.get_by_text("There is no such thing here. there is no track 'juggling'").wait_for()
    visit.page.get_by_role("link", name="Home", exact=True).click()
    visit.page.locator(".track-card").first.wait_for()
    assert alert.inner_text() == ""
    visit.forgive("404")


def test_every_event_carries_what_the_server_needs(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    events: list[dict[str, Any]] = []
    visit.page.on(
        "request", lambda r: events.append(json.loads(r.post_data)) if "eventId" in (r.post_data or "") else None
    )
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.answer()
    assert [event["sequence"] for event in events] == [1, 2, 3]
    assert {event["zone"] for event in events} == {"Europe/Madrid"}
    assert len({event["deviceId"] for event in events}) == 1
    assert len({event["eventId"] for event in events}) == 3
    assert all(event["eventId"][14] == "7" for event in events)
