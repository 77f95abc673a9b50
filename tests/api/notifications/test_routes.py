"""Notifications over HTTP: choices, devices, the log, the way out of letters, merging and leaving."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from api.accounts.callers import ACCOUNTS
from api.notifications.preferences import Choices, Preferences
from api.notifications.routes import NOTIFICATIONS
from api.notifications.service import NotificationService
from api.settings import Settings
from tests.api.conftest import START, MovableClock, Served, running
from tests.servers.push import Browser, PushService, running_push

PATH = "/v1/me/notifications"
DEVICES = f"{PATH}/devices"
OFF = {"reminder": False, "reviewDue": False, "leagueClosing": False, "friendQuest": False, "weeklySummary": False}


@pytest.fixture(scope="module")
def push() -> Iterator[PushService]:
    with running_push() as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One server for all tests of this module; each has learners of its own."""
    settings = Settings(
        data=str(tmp_path_factory.mktemp("notifications") / "data"),
        starter=False,
        push_contact="mailto:operator@example.org",
        push_loopback=True,
        public_url="https://learn.pacer.test",
        mail="log:",
        mail_from="pacer@pacer.test",
    )
    async with running(settings, MovableClock(START)) as served:
        yield served


class Learner:
    """A guest, and the few requests of these tests."""

    def __init__(self, served: Served, tokens: dict[str, str]) -> None:
        self.client, self.id, self.tokens = served.client, tokens["learnerId"], tokens
        self.headers = {"authorization": f"Bearer {tokens['accessToken']}"}

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self.client.request(method, path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest_asyncio.fixture(loop_scope="module")
async def learner(desk: Served) -> Learner:
    return Learner(desk, await desk.guest())


@pytest.fixture
def service(desk: Served) -> NotificationService:
    return NOTIFICATIONS.fetch(desk.app)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_everything_is_off_until_it_is_switched_on(learner: Learner) -> None:
    found = await learner.ask("GET", PATH)
    assert found["choices"]["push"] == found["choices"]["email"] == OFF
    assert found["choices"]["quietHours"] == {"starts": "22:00", "ends": "07:00"}
    assert (found["zones"], found["forcedQuietHours"], found["nextLook"]) == (["Europe/Madrid"], None, None)
    assert found["channels"]["email"] is True
    assert len(found["channels"]["webPushKey"]) == 87


async def test_choices_are_kept_as_they_were_made(learner: Learner) -> None:
    choices = {
        "push": {**OFF, "reminder": True},
        "email": {**OFF, "weeklySummary": True},
        "quietHours": {"starts": "20:30", "ends": "08:15"},
        "maxPerDay": 1,
        "maxPerWeek": 3,
        "zone": "Asia/Tokyo",
    }
    put = await learner.ask("PUT", PATH, choices)
    assert put["choices"] == choices
    assert (put["zones"], put["nextLook"]) == (["Asia/Tokyo"], "2026-03-01T09:30:00.000Z")
    assert await learner.ask("GET", PATH) == put
    assert (await learner.ask("PUT", PATH, {}))["nextLook"] is None


async def test_under_18_the_forced_quiet_hours_are_told_and_nothing_is_tried_out(learner: Learner) -> None:
    assert (await learner.ask("GET", PATH))["personalisedTimes"] is True
    await learner.ask("PATCH", "/v1/me", {"ageGroup": "under18"})
    found = await learner.ask("GET", PATH)
    assert found["forcedQuietHours"] == {"starts": "21:00", "ends": "07:00"}
    assert found["personalisedTimes"] is False


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ({"quietHours": {"starts": "25:00", "ends": "07:00"}}, "/quietHours/starts", ""),
        ({"quietHours": {"starts": "7", "ends": "07:00"}}, "/quietHours/starts", ""),
        ({"quietHours": {"starts": "07:00", "ends": "06:00"}}, "/quietHours/ends", "at most 16"),
        ({"zone": "Mars/Olympus"}, "/zone", "IANA"),
        ({"zone": "+02:00"}, "/zone", "IANA"),
        ({"maxPerDay": 0}, "/maxPerDay", ""),
        ({"maxPerWeek": 99}, "/maxPerWeek", ""),
        ({"push": {"reminder": "yes"}}, "/push/reminder", ""),
    ],
)
async def test_choices_that_make_no_sense_are_refused_with_their_place(
    learner: Learner, body: dict[str, Any], pointer: str, says: str
) -> None:
    before = await learner.ask("GET", PATH)
    problem = await learner.ask("PUT", PATH, body, 400)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    assert says in problem["detail"]
    assert await learner.ask("GET", PATH) == before


async def test_a_device_is_registered_once_listed_without_its_secrets_and_removed(
    learner: Learner, push: PushService
) -> None:
    browser = Browser(f"{push.url}/x")
    body = {**browser.subscription(), "name": "Firefox"}
    device = await learner.ask("POST", DEVICES, body)
    assert await learner.ask("POST", DEVICES, body) == device
    assert (device["kind"], device["name"]) == ("webPush", "Firefox")
    listed = await learner.ask("GET", DEVICES)
    assert listed == {"items": [device]}
    assert browser.endpoint not in str(listed)
    await learner.ask("DELETE", f"{DEVICES}/{device['id']}", None, 204)
    assert await learner.ask("GET", DEVICES) == {"items": []}
    await learner.ask("DELETE", f"{DEVICES}/{device['id']}", None, 404)


KEYS = Browser("x").keys


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"endpoint": "http://push.example.org/x"}, "/endpoint"),
        ({"endpoint": "https://169.254.169.254/latest"}, "/endpoint"),
        ({"endpoint": "https://intranet/x"}, "/endpoint"),
        ({"endpoint": ""}, "/endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": KEYS["auth"]}}, "/keys/p256dh"),
        ({"keys": {"p256dh": "B" + "A" * 86, "auth": KEYS["auth"]}}, "/keys/p256dh"),
        ({"keys": {"p256dh": KEYS["p256dh"], "auth": "AAAA"}}, "/keys/auth"),
        ({"keys": {"p256dh": KEYS["p256dh"]}}, "/keys"),
        ({"kind": "carrierPigeon"}, "/kind"),
        ({"name": "x\ny"}, "/name"),
    ],
)
async def test_a_device_that_cannot_be_one_is_refused_with_the_place(
    learner: Learner, change: dict[str, Any], pointer: str
) -> None:
    body = {"kind": "webPush", "endpoint": "https://push.example.org/x", "keys": KEYS, **change}
    problem = await learner.ask("POST", DEVICES, body, 400)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    assert await learner.ask("GET", DEVICES) == {"items": []}


@pytest.mark.parametrize("body", [{"kind": "fcm", "token": "token-of-a-phone"}, {"kind": "apns", "token": "ab" * 32}])
async def test_a_device_that_this_server_cannot_reach_is_refused_with_those_it_can(
    learner: Learner, body: dict[str, Any]
) -> None:
    problem = await learner.ask("POST", DEVICES, body, 409)
    assert problem["type"] == "urn:pacer:problem:channel-off"
    assert "webPush" in problem["detail"]


async def test_what_was_sent_is_listed_page_by_page_with_its_reason(
    desk: Served, learner: Learner, service: NotificationService
) -> None:
    await service.choose(learner.id, Preferences(push=Choices(friend_quest=True), max_per_day=3))
    for key in ("a", "b", "c"):
        later = desk.clock() + 86_400_000
        assert await service.tell(learner.id, "friendQuest", key, expires_at=later, why="questDone")
    first = await learner.ask("GET", f"{PATH}/log?limit=2")
    rest = await learner.ask("GET", f"{PATH}/log?cursor={first['nextCursor']}")
    items = [*first["items"], *rest["items"]]
    assert len({item["id"] for item in items}) == 3
    assert rest["nextCursor"] is None
    assert {item["why"] for item in items} == {"questDone"}
    assert learner.id not in str(items)
    await learner.ask("GET", f"{PATH}/log?cursor=nonsense", None, 400)


async def test_one_click_switches_a_kind_of_letter_off_and_looking_at_the_link_does_not(
    learner: Learner, service: NotificationService
) -> None:
    await learner.ask("PUT", PATH, {"email": {"reminder": True, "weeklySummary": True}})
    links = service.sender.carriers.links
    assert links is not None
    link = links.url(learner.id, "reminder").removeprefix("https://learn.pacer.test")
    page = await learner.client.get(link)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in page.text
    assert (await learner.ask("GET", PATH))["choices"]["email"]["reminder"] is True
    form = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        done = await learner.client.post(link, data=form)
        assert done.status_code == 200, done.text
    assert (await learner.ask("GET", PATH))["choices"]["email"] == {**OFF, "weeklySummary": True}
    bad = await learner.client.post(link[:-4] + "AAAA", data=form)
    assert bad.json()["type"] == "urn:pacer:problem:bad-link"


async def test_a_merged_guest_brings_its_devices_and_leaving_erases_everything(
    desk: Served, learner: Learner, service: NotificationService, push: PushService
) -> None:
    await learner.ask("PUT", PATH, {"push": {"reminder": True}})
    await learner.ask("POST", DEVICES, Browser(f"{push.url}/merged").subscription())
    account = Learner(desk, await desk.guest())
    address = f"{account.id}@example.org"
    await ACCOUNTS.fetch(desk.app).accounts.change(
        account.id, lambda kept: msgspec.structs.replace(kept, email=address)
    )
    await account.ask("POST", "/v1/me/merge", {"guestAccessToken": learner.tokens["accessToken"]})
    assert len((await account.ask("GET", DEVICES))["items"]) == 1
    assert (await account.ask("GET", PATH))["choices"]["push"]["reminder"] is True
    kept = await service.books.everything(account.id)
    assert all(kept[part] for part in ("preferences", "devices", "agenda"))
    await account.ask("DELETE", f"/v1/me?confirm={account.id}", None, 204)
    assert not any((await service.books.everything(account.id)).values())
    assert not any((await service.books.everything(learner.id)).values())


async def test_a_server_without_these_settings_starts_reaches_nobody_and_keeps_no_key(
    trackless: Settings, clock: MovableClock
) -> None:
    async with running(trackless, clock) as served:
        learner = Learner(served, await served.guest())
        found = await learner.ask("GET", PATH)
        assert found["channels"] == {"webPushKey": None, "fcm": False, "apns": False, "email": False}
        await learner.ask("POST", DEVICES, {"kind": "webPush", "endpoint": "https://a.example.org", "keys": KEYS}, 409)
        assert not (Path(trackless.data) / "vapid.pem").exists()
