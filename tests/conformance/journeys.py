"""The journeys: each begins with a new learner, goes through bad times, and ends with everything there once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.conformance.clock import DAY, shift_of_clocks
from tests.conformance.disk import DiskFullError
from tests.conformance.kit import Kit, expect
from tests.conformance.network import LostError, Weather
from tests.conformance.phone import Phone

STORM = Weather(lose_request=0.25, lose_response=0.3, repeat=0.2)
LESSONS_ROUND_A_SHIFT = 5


def lost_answers(kit: Kit) -> None:
    """Requests and responses get lost, on the single routes and in syncs."""
    phone = kit.phone()
    kit.network.weather = STORM
    phone.stock_up()
    for _ in range(3):
        phone.lesson()
        phone.online_lesson()
        phone.sync(batch=9)
    kit.check(phone)


def repeated_requests(kit: Kit) -> None:
    """Every other request arrives twice."""
    phone = kit.phone()
    kit.network.weather = Weather(repeat=0.5)
    phone.stock_up()
    for _ in range(3):
        phone.lesson()
        phone.online_lesson(3)
        phone.sync()
    kit.check(phone)


def reordered_batches(kit: Kit) -> None:
    """Batches arrive in any order, and so do the events in them."""
    phone = kit.phone()
    phone.stock_up(60)
    for _ in range(6):
        phone.lesson(6)
    phone.sync(batch=7, shuffled=True)
    expect(phone.counts["rejected"] > 0, "some events were meant to come before what they build on")
    kit.check(phone)


def wrong_clocks(kit: Kit) -> None:
    """Clocks that are hours ahead and days behind."""
    for number, wrong_ms in enumerate((3 * 3_600_000, -2 * DAY, 400 * DAY)):
        phone = kit.phone(f"wrong-{number}", wrong_ms=wrong_ms)
        phone.stock_up(20)
        phone.lesson()
        phone.sync()
        expect(phone.state["game"]["streak"]["countsToday"], f"a clock wrong by {wrong_ms} ms lost its day")
        kit.check(phone)


def changed_zones(kit: Kit) -> None:
    """A week round the world, a lesson every twenty hours: no date that travelling brings or takes breaks a streak."""
    phone = kit.phone(days=7)
    phone.stock_up(60)
    for zone in ("Europe/Madrid", "Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles", "America/New_York", "UTC"):
        phone.place.zone = zone
        phone.lesson()
        phone.clock.forward(20 * 3600)
    phone.clock.catch_up()
    phone.sync()
    expect(phone.state["game"]["streak"]["longest"] >= LESSONS_ROUND_A_SHIFT - 1, "travelling broke a streak")
    kit.check(phone)


def clocks_put_forward(kit: Kit) -> None:
    """A day of 23 hours."""
    _over_a_shift(kit, forward=True)


def clocks_put_back(kit: Kit) -> None:
    """A day of 25 hours."""
    _over_a_shift(kit, forward=False)


def _over_a_shift(kit: Kit, *, forward: bool) -> None:
    """A lesson late in the evening of each of five days, the clocks being changed in the third night."""
    found = shift_of_clocks(kit.server_now - 25 * DAY, kit.server_now - 3 * DAY, forward=forward)
    if found is None:
        kit.skip("no zone changed its clocks in the last weeks")
        return
    name, at = found
    zone = ZoneInfo(name)
    middle = datetime.fromtimestamp(at / 1000, zone).date()
    phone = kit.phone(days=29, zone=name)
    phone.stock_up(60)
    for day in range(-2, LESSONS_ROUND_A_SHIFT - 2):
        date = middle + timedelta(days=day)
        for hour, minute in ((0, 5), (23, 50)):
            local = datetime(date.year, date.month, date.day, hour, minute, tzinfo=zone)
            phone.clock.go_to(round(local.timestamp() * 1000))
            phone.lesson(2)
    phone.clock.catch_up()
    phone.sync()
    longest = phone.state["game"]["streak"]["longest"]
    expect(longest == LESSONS_ROUND_A_SHIFT, f"{LESSONS_ROUND_A_SHIFT} days in {name} counted as {longest}")
    kit.check(phone)


def two_devices(kit: Kit) -> None:
    """One bundle worked on by two devices: what both answered is rewarded once, and each hears of the other."""
    phone = kit.phone(days=3)
    phone.stock_up(30)
    tablet = kit.phone("tablet", like=phone, days=3)
    kinds = [change["kind"] for change in tablet.changes()]
    expect(sorted(kinds) == ["bundle", "enrolment"], f"a new device was told of {kinds}")
    tablet.fetch(tablet.call("GET", f"/bundles/{phone.bundle.id if phone.bundle else ''}?limit=3"))
    phone.changes()
    for device in (phone, tablet):
        device.lesson(10)
        device.clock.catch_up()
    phone.sync()
    tablet.sync()
    told = phone.changes()
    expect(any(change["kind"] == "tombstone" for change in told), "the phone was not told what the tablet used up")
    expect(tablet.counts["practice"] > 0, "what both answered was rewarded twice")
    phone.sync()
    kit.check(phone, tablet)


def full_disk(kit: Kit) -> None:
    """No room is left: an answer that cannot be kept is refused at once, and none that was kept is lost."""
    phone = kit.phone()
    phone.stock_up(40)
    phone.disk.quota = phone.disk.used + 4000
    n_full = 0
    for _ in range(4):
        with suppress(DiskFullError):
            phone.lesson(10)
            continue
        n_full += 1
        phone.sync()
    expect(n_full > 0, "the disk was meant to be full")
    phone.disk.quota += 100_000
    phone.sync()
    kit.check(phone)


def upgraded(kit: Kit) -> None:
    """The app is replaced while events wait, and the server by one of next year: each says what the other ignores."""
    phone = kit.phone()
    phone.stock_up(40)
    phone.lesson(8)
    waiting = list(phone.outbox.waiting.values())
    kit.network.weather = Weather(lose_response=1.0)
    with suppress(LostError):
        phone.send(waiting[:5])
    kit.network.weather = Weather()
    kit.network.future = True
    phone = kit.again(phone, version=2)
    expect(len(phone.outbox.waiting) == len(waiting), "the new version lost what waited")
    phone.lesson(8)
    phone.online_lesson()
    phone.sync()
    expect(phone.counts["duplicate"] >= 5, "what the old version had sent was not known")
    kit.check(phone)


def week_away(kit: Kit) -> None:
    """A week on two devices in three zones with a bad network, an app that is killed, and a clock that is wrong."""
    phone = kit.phone(days=8)
    phone.stock_up(120)
    tablet = kit.phone("tablet", like=phone, days=8, zone="Asia/Tokyo")
    tablet.device["enrolment"] = phone.device["enrolment"]
    tablet.stock_up(60)
    for day in range(7):
        phone = kit.again(phone)
        phone.place.zone = ("Europe/Madrid", "Europe/Madrid", "America/New_York")[day % 3]
        for device in (phone, tablet):
            device.lesson(8)
            device.clock.forward(86_400)
    for device in (phone, tablet):
        device.clock.catch_up()
    kit.network.weather = STORM
    _in_turns(phone, tablet)
    streak = phone.state["game"]["streak"]
    expect(streak["longest"] >= 7, f"a week of lessons is a streak of {streak['longest']}")
    kit.check(phone, tablet)


def claimed_days(kit: Kit) -> None:
    """A week of lessons that a phone dates before its learner began, sent in any order of their numbers, is one day."""
    phone = kit.phone(days=8)
    phone.stock_up(60)
    for _ in range(7):
        phone.lesson(4)
        phone.clock.forward(86_400)
    phone.clock.catch_up()
    phone.sync(batch=7, shuffled=True)
    streak = phone.state["game"]["streak"]
    expect(streak["longest"] == 1, f"days before the learner began are a streak of {streak['longest']}")
    kit.check(phone)


def _in_turns(*devices: Phone) -> None:
    """Each sends a little whenever it gets through, in any order."""
    while any(device.outbox.waiting for device in devices):
        for device in devices:
            waiting = list(device.outbox.waiting.values())
            device.rng.shuffle(waiting)
            with suppress(LostError):
                device.send(waiting[:25])
            device.outbox.settle()
    for device in devices:
        device.sync()


Journey = Callable[[Kit], None]
JOURNEYS: dict[str, Journey] = {
    journey.__name__: journey
    for journey in (
        lost_answers,
        repeated_requests,
        reordered_batches,
        wrong_clocks,
        changed_zones,
        clocks_put_forward,
        clocks_put_back,
        two_devices,
        full_disk,
        upgraded,
        week_away,
    )
}
STRICT: dict[str, Journey] = {claimed_days.__name__: claimed_days}
"""What holds only where no work may lie before its learner's beginning: with PACER_BACKDATING=0, for people."""
