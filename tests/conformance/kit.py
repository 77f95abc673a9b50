"""What journeys share: a server, phones, and the reckoning at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.conformance.clock import PhoneClock
from tests.conformance.network import FUTURE, Network, Weather
from tests.conformance.phone import MAX_EVENTS, ConformanceError, Ledger, Phone, Place

Json = dict[str, Any]


def expect(holds: bool, otherwise: str) -> None:
    """Raises ConformanceError if something does not hold."""
    if not holds:
        raise ConformanceError(otherwise)


class Kit:
    """One journey against one server. `track` is the one to learn, the first of the server's if none is named."""

    def __init__(self, url: str, folder: Path, seed: int, track: str = "") -> None:
        self.rng = Random(seed)
        self.network = Network(url, self.rng)
        self.track = track
        self.counts: Counter[str] = Counter()
        self.skipped = ""
        self._folder = folder
        self._ledgers: dict[str, Ledger] = defaultdict(Ledger)
        self.server_now = self._time_of_the_server()

    def _time_of_the_server(self) -> int:
        """The server's clock (ms): journeys begin before it, and end with it."""
        phone = Phone(self.network, Place(self._folder / "probe"), PhoneClock(0), Ledger(), self.rng)
        phone.sign_in()
        answer = self.network.call("POST", "/sync", {"deviceId": "probe"}, phone.account["accessToken"])
        return round(datetime.fromisoformat(answer["serverTime"]).timestamp() * 1000)

    def phone(
        self,
        device_id: str = "phone",
        *,
        like: Phone | None = None,
        days: float = 0.0,
        wrong_ms: int = 0,
        zone: str = "Europe/Madrid",
    ) -> Phone:
        """A phone of a new learner, enrolled; or another device of a learner (`like`), signed in."""
        clock = PhoneClock(self.server_now, days, wrong_ms)
        ledger = like.ledger if like else Ledger()
        phone = Phone(self.network, Place(self._folder / device_id, device_id, zone), clock, ledger, self.rng)
        phone.sign_in(like)
        if like is None:
            phone.enrol(self.track)
        return phone

    def again(self, phone: Phone, version: int | None = None) -> Phone:
        """The phone after its app was killed: all that it knows is what was on its disk."""
        phone.place.version = version or phone.place.version
        self.counts.update(phone.counts)
        return Phone(self.network, phone.place, phone.clock, phone.ledger, self.rng)

    def skip(self, why: str) -> None:
        """Say why the journey cannot be made."""
        self.skipped = why

    def check(self, *devices: Phone) -> None:
        """Everything that was acknowledged is there, once, and is said again as it was said.

        Raises ConformanceError.
        """
        self.network.weather = Weather()
        ledger = devices[0].ledger
        n_events = sum(len(device.outbox.done) for device in devices)
        for device in devices:
            expect(not device.outbox.waiting, f"{len(device.outbox.waiting)} events of {device.place.device_id} wait")
            expect(device.counts["dropped"] == 0, f"{device.counts['dropped']} events were refused for good")
            self._heard_again(device)
            self._compare(device.state["counts"], n_events, len(device.outbox.done))
            total = device.state["game"]["xp"]["total"]
            expect(total == ledger.xp, f"{total} XP in all, {ledger.xp} granted")
            self.counts.update(device.counts)
        self.counts["acknowledged"] += n_events

    def _heard_again(self, device: Phone) -> None:
        known = device.outbox.done
        events = [event for name, event in ledger_of(device).items() if name in known]
        expect(len(events) == len(known), f"{len(known)} events acknowledged, {len(events)} made")
        for start in range(0, len(events), MAX_EVENTS):
            part = [event | FUTURE for event in events[start : start + MAX_EVENTS]]
            results = device.send(part)
            n_known = sum(result["status"] == "duplicate" for result in results)
            expect(n_known == len(part), f"of {len(part)} acknowledged events {n_known} are known")
            device.counts["heardAgain"] += n_known
            device.counts["duplicate"] -= n_known

    @staticmethod
    def _compare(counts: Json, n_events: int, n_own: int) -> None:
        theirs = counts["events"], counts["deviceEvents"]
        expect(theirs == (n_events, n_own), f"the server counts {theirs} events, the devices {(n_events, n_own)}")

    def report(self) -> Json:
        """Counts of the journey."""
        network = self.network
        return dict(self.counts) | {
            "requests": network.n_requests,
            "lostRequests": network.n_lost_requests,
            "lostResponses": network.n_lost_responses,
            "repeated": network.n_repeated,
        }


def ledger_of(device: Phone) -> dict[str, Json]:
    """Every event of a device by id."""
    return device.ledger.events[device.place.device_id]
