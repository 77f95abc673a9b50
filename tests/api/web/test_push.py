"""Being told on this device: a subscription is registered, and what is pushed is shown by the page's worker."""

from __future__ import annotations

import json

import pytest

from api.notifications.schemas import EXAMPLE_ENDPOINT, EXAMPLE_POINT, EXAMPLE_SECRET
from tests.api.web.visits import Visit, Visiting, go

pytestmark = pytest.mark.slow
SUBSCRIBED = {"endpoint": EXAMPLE_ENDPOINT, "keys": {"p256dh": EXAMPLE_POINT, "auth": EXAMPLE_SECRET}}
OTHER_PUSH_SERVICE = f"""
PushManager.prototype.subscribe = async ({{ userVisibleOnly, applicationServerKey }}) => {{
  if (!userVisibleOnly || applicationServerKey.length !== 87) throw new Error("not what a push service takes");
  return {{ toJSON: () => ({json.dumps(SUBSCRIBED)}) }};
}};
"""
"""Browsers reach push services of their makers, which no test does; this one gives every page the same subscription."""
TRIES = 200
NOTE = {"id": "n1", "code": "reminder.ready", "title": "Your next lesson is ready", "body": "A few minutes are enough."}


def test_this_device_is_registered_told_and_removed(visiting: Visiting) -> None:
    visit = settings(visiting(permissions=["notifications"]))
    page = visit.page
    page.get_by_role("button", name="Tell me on this device").click()
    page.get_by_text("This device is registered.").wait_for()
    page.get_by_role("list", name="Devices that are told").get_by_text("Browser").wait_for()
    visit.check()
    push(visit)
    shown = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(one => one.title))"
    titles: list[str] = []
    for _ in range(TRIES):
        if titles := page.evaluate(shown):
            break
        page.wait_for_timeout(100)
    assert titles == [NOTE["title"]]
    page.get_by_role("button", name="Remove Browser").click()
    page.get_by_role("button", name="Remove Browser").wait_for(state="detached")


def test_a_browser_that_allows_no_notifications_is_told_in_words(visiting: Visiting) -> None:
    visit = settings(visiting())
    visit.page.get_by_role("button", name="Tell me on this device").click()
    visit.page.get_by_role("alert").get_by_text("does not allow notifications").wait_for()


def settings(visit: Visit) -> Visit:
    """In the settings, with a push service."""
    visit.page.add_init_script(OTHER_PUSH_SERVICE)
    go(visit, "settings")
    visit.page.reload()
    visit.page.get_by_role("button", name="Tell me on this device").wait_for()
    return visit


def push(visit: Visit) -> None:
    """What a push service hands to the worker."""
    browser = visit.page.context.new_cdp_session(visit.page)
    found: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    visit.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert found
    fields = {"origin": visit.url + "/", "registrationId": found[-1], "data": json.dumps(NOTE)}
    browser.send("ServiceWorker.deliverPushMessage", fields)
    browser.detach()
