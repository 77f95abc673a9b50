"""A phone: it works with or without a connection, survives its own end, and hands over everything once."""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from tests.conformance.answers import any_answer, right_answer
from tests.conformance.bundle import Bundle, PackageStore
from tests.conformance.clock import PhoneClock
from tests.conformance.disk import Disk, DiskFullError
from tests.conformance.network import LostError, Network, RefusedError
from tests.conformance.outbox import Outbox

ACCOUNT, DEVICE = "account.json", "device.json"
MAX_EVENTS = 500
PATIENCE = 200
Json = dict[str, Any]


class ConformanceError(AssertionError):
    """The other side did not keep to the protocol."""


@dataclass
class Place:
    """Where a phone is and what it is: its folder, its disk's quota, its zone, and the version of its app."""

    folder: Path
    device_id: str = "phone"
    zone: str = "Europe/Madrid"
    quota: int = 50_000_000
    version: int = 1


class Ledger:
    """What the kit itself remembers of all devices of a learner: every event, and what each came to."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Json]] = defaultdict(dict)
        self.essences: dict[str, Json] = {}

    @property
    def xp(self) -> int:
        """Of all answers that were acknowledged."""
        return sum(essence["reward"][0] or 0 for essence in self.essences.values())


class Phone:
    """One device of one learner. Made again on the same folder it goes on where it was."""

    def __init__(self, network: Network, place: Place, clock: PhoneClock, ledger: Ledger, rng: Random) -> None:
        self.network, self.place, self.clock, self.ledger, self.rng = network, place, clock, ledger, rng
        self.disk = Disk(place.folder, place.quota)
        self.outbox = Outbox(self.disk)
        self.packages = PackageStore(self.disk)
        self.counts: Counter[str] = Counter()
        self.state: Json = {}
        account, device = self.disk.read(ACCOUNT), self.disk.read(DEVICE)
        self.account: Json = json.loads(account) if account else {}
        self.device: Json = json.loads(device) if device else {"sequence": 0, "enrolment": "", "cursor": None}
        self.bundle: Bundle | None = Bundle.stored(self.disk)

    # Who it is

    def sign_in(self, like: Phone | None = None) -> None:
        """Start as a guest, or as the learner of another phone; come back as the one who was here before."""
        if like is not None:
            self.account = like.account
        known: Json = {name: self.account[name] for name in ("learnerId", "deviceSecret") if name in self.account}
        tokens = self.call("POST", "/auth/guest", {"zone": self.place.zone, **known})
        self.account = {**self.account, **tokens}
        self.disk.write(ACCOUNT, json.dumps(self.account).encode())

    # What it does

    def event(self, kind: str, event_id: str = "", **fields: Any) -> Json:
        """A new event, kept on disk before anybody hears of it. Raises DiskFullError."""
        self.device["sequence"] += 1
        made = {
            "kind": kind,
            "eventId": event_id or new_id(),
            "clientTime": self.clock.shown(self.place.zone),
            "zone": self.place.zone,
            "sequence": self.device["sequence"],
            **fields,
        }
        if self.place.version > 1:
            made |= {"moodOfNextYear": "fine", "sensors": {"light": [1, 2.5, None]}}
        self.outbox.put(made)
        self.ledger.events[self.place.device_id][made["eventId"]] = made
        self._remember()
        return made

    def enrol(self, track: str = "") -> None:
        """Start a track, the first one that there is if none is named."""
        wanted = track or self.call("GET", "/tracks")["items"][0]["id"]
        self.device["enrolment"] = self.event("trackEnrolled", trackId=wanted)["eventId"]
        self._remember()

    def stock_up(self, size: int = 40) -> None:
        """Get a bundle for the time without a connection."""
        bundle_id = f"{new_id()[:-3]}000"
        self.event("bundleRequested", bundle_id, enrolmentId=self.device["enrolment"], size=size)
        self.sync()

    def lesson(self, length: int = 5, *, wrong: float = 0.2) -> int:
        """A lesson without a connection; how many answers it had. What the disk has no room for did not happen."""
        bundle = self.bundle
        if bundle is None:
            raise ConformanceError("a lesson without a connection needs a bundle")
        opening = {"bundleId": bundle.id, "manifestHash": bundle.hash, "enrolmentId": bundle.manifest["enrolmentId"]}
        session = self.event("offlineSessionOpened", **opening, length=length)["eventId"]
        done = 0
        for _ in range(length):
            exercise = bundle.take(self.disk)
            package = self.packages.get(exercise["package"]) if exercise else None
            if exercise is None or package is None:
                break
            self.clock.forward(8)
            self._answer_offline(session, exercise, package, wrong)
            done += 1
        self.clock.forward(1)
        self.event("sessionFinished", sessionId=session)
        return done

    def _answer_offline(self, session: str, exercise: Json, package: Json, wrong: float) -> None:
        names = {"sessionId": session, "decisionId": exercise["decisionId"]}
        if package["hints"] and self.rng.random() < 0.2:
            self.event("hintRequested", **names)
        if self.rng.random() < 0.1:
            self.event("exerciseSkipped", **names)
            return
        guessing = self.rng.random() < wrong
        answer = any_answer(package["presented"]) if guessing else right_answer(package)
        own = {"score": 0.0, "correct": False} if guessing else {"score": 1.0, "correct": True}
        self.event("exerciseAnswered", **names, answer=answer, secondsTaken=7.5, graded=own)

    def online_lesson(self, length: int = 4) -> None:
        """A lesson with the server, answer by answer; what gets no reply goes through the outbox instead."""
        opening = self.event("sessionOpened", enrolmentId=self.device["enrolment"], length=length)
        session = self._single("/sessions", opening)
        exercise = session["exercise"] if session else None
        while exercise is not None:
            self.clock.forward(8)
            names = {"sessionId": opening["eventId"], "decisionId": exercise["decisionId"]}
            answer = any_answer(exercise["presented"])
            event = self.event("exerciseAnswered", **names, answer=answer, secondsTaken=7.5)
            result = self._single(f"/sessions/{opening['eventId']}/answers", event)
            exercise = result["next"] if result else None

    def _single(self, path: str, event: Json) -> Json | None:
        """Send one event on its own; None if no answer came. Its outcome is compared when it is synchronised."""
        fields = {name: value for name, value in event.items() if name not in ("kind", "sessionId")}
        try:
            return self._call("POST", path, fields | self._sending() | {"deviceId": self.place.device_id})
        except (LostError, RefusedError) as error:
            if isinstance(error, RefusedError) and error.status != 404:
                raise
            self.counts["unanswered"] += 1
            return None

    # How it hands over

    def sync(self, batch: int = MAX_EVENTS, *, shuffled: bool = False) -> None:
        """Send what waits until nothing does, however often it takes."""
        for _ in range(PATIENCE):
            waiting = list(self.outbox.waiting.values())
            if not waiting:
                self.outbox.settle()
                return
            if shuffled:
                self.rng.shuffle(waiting)
            try:
                self.send(waiting[:batch])
            except LostError:
                continue
            self.outbox.settle()
        raise ConformanceError(f"{len(self.outbox.waiting)} events were never acknowledged")

    def send(self, events: list[Json]) -> list[Json]:
        """One sync; the results. Raises LostError."""
        body = {"deviceId": self.place.device_id, "events": events, "have": self.packages.hashes()} | self._sending()
        answer = self._call("POST", "/sync", body)
        results: list[Json] = answer["results"]
        if len(results) != len(events):
            raise ConformanceError(f"{len(results)} results for {len(events)} events")
        for event, result in zip(events, results, strict=True):
            self._take_in(event, result)
        for event, result in zip(events, results, strict=True):
            if result["status"] == "rejected" and not self._may_come_right(event):
                self.outbox.drop(event["eventId"])
                self.counts["dropped"] += 1
        self.state = answer["state"]
        return results

    def _take_in(self, event: Json, result: Json) -> None:
        status, name = result["status"], event["eventId"]
        if result["eventId"] != name:
            raise ConformanceError(f"the result of {name} names {result['eventId']}")
        if status == "conflict":
            raise ConformanceError(f"event {name}: {result['problem']}")
        self.counts[status] += 1
        if status == "rejected":
            return
        if status == "accepted" and name in self.outbox.done:
            raise ConformanceError(f"event {name} was accepted twice")
        kept, new = essence(result["outcome"]), name not in self.outbox.done
        if not self.outbox.acknowledge(name, kept):
            raise ConformanceError(f"event {name} came to something else when it was sent again")
        self.ledger.essences[name] = kept
        if new:
            self._use(result["outcome"])

    def _may_come_right(self, event: Json) -> bool:
        """Whether what the event builds on has not arrived yet."""
        decision = str(event.get("decisionId", ""))
        named = {event.get("sessionId"), event.get("enrolmentId"), event.get("bundleId"), f"{decision[:-3]}000"}
        return bool(named & (self.outbox.waiting.keys() - {event["eventId"]}))

    def _use(self, outcome: Json) -> None:
        if outcome["kind"] == "exerciseAnswered":
            self.counts["gradeChanged"] += outcome["gradeChanged"]
            self.counts["practice"] += outcome["reward"]["reasons"] == ["practice"]
        if outcome["kind"] == "bundleRequested":
            self.fetch(outcome["bundle"])

    def fetch(self, part: Json) -> None:
        """Keep a bundle with all of its parts; go on where the connection broke."""
        bundle = Bundle(part, self.call("GET", "/.well-known/jwks.json"))
        for name in part["removals"]:
            self.packages.remove(name)
        while True:
            for package in part["packages"]:
                self.packages.put(package["hash"], package["content"])
            if part["nextCursor"] is None:
                break
            part = self.call("GET", f"/bundles/{bundle.id}?cursor={part['nextCursor']}")
        bundle.store(self.disk)
        self.bundle = bundle

    def changes(self) -> list[Json]:
        """What happened on other devices since the last time. An expired cursor starts again."""
        found: list[Json] = []
        while True:
            at = f"&cursor={self.device['cursor']}" if self.device["cursor"] else ""
            page = self.call("GET", f"/sync?limit=50&deviceId={self.place.device_id}{at}")
            found += page["items"]
            self.device["cursor"] = page["nextCursor"]
            if not page["more"]:
                self._remember()
                return found

    def _sending(self) -> Json:
        return {"sentAt": self.clock.shown(self.place.zone)} if self.clock.present else {}

    def _remember(self) -> None:
        self.disk.write(DEVICE, json.dumps(self.device).encode())

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        try:
            return self.network.call(method, path, body, self.account.get("accessToken", ""))
        except RefusedError as error:
            if error.status != 401 or path.startswith("/auth"):
                raise
            self.sign_in()
            return self.network.call(method, path, body, self.account["accessToken"])

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """One request, again and again until it is answered. Raises RefusedError."""
        for _ in range(PATIENCE):
            try:
                return self._call(method, path, body)
            except LostError:
                continue
        raise ConformanceError(f"{method} {path} was never answered")


def new_id() -> str:
    """A UUID of version 7."""
    bits = int.from_bytes(os.urandom(10), "big")
    variant, rest = 8 | bits >> 60 & 3, bits & (1 << 60) - 1
    text = f"{time.time_ns() // 1_000_000:012x}7{bits >> 68:03x}{variant:x}{rest:015x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def essence(outcome: Json) -> Json:
    """What a phone keeps of an outcome: the fields it knows, and no others."""
    session, exercise = outcome.get("session") or {}, outcome.get("next") or {}
    bundle, reward = outcome.get("bundle"), outcome.get("reward") or {}
    return {
        "kind": outcome["kind"],
        "session": [session.get(name) for name in ("id", "status", "answered", "correct", "xp")],
        "next": exercise.get("decisionId"),
        "reward": [reward.get("xp"), reward.get("reasons")],
        "enrolment": (outcome.get("enrolment") or {}).get("id"),
        "bundle": sha256(bundle["manifest"]["payload"].encode()).hexdigest() if bundle else None,
    }


__all__ = ["ConformanceError", "DiskFullError", "Phone", "Place"]
