"""Events that wait to be acknowledged, and those that were: both on disk before anybody is told of them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from tests.conformance.disk import Disk

WAITING, DONE = "outbox.jsonl", "done.jsonl"
Json = dict[str, Any]


class Outbox:
    """Holds an event until the server has acknowledged it. `done` has a digest of what the server said, by event id."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.done: dict[str, str] = {}
        for line in disk.read(DONE).splitlines():
            self.done |= json.loads(line)
        waiting = (json.loads(line) for line in disk.read(WAITING).splitlines())
        self.waiting: dict[str, Json] = {
            event["eventId"]: event for event in waiting if event["eventId"] not in self.done
        }

    def put(self, event: Json) -> None:
        """Keep an event. Raises DiskFullError: then it did not happen, and the learner is told so."""
        self._disk.append(WAITING, json.dumps(event).encode())
        self.waiting[event["eventId"]] = event

    def acknowledge(self, event_id: str, outcome: Any) -> bool:
        """Let an event go, and keep a digest of what it came to; whether that is what it came to before."""
        said = digest(outcome)
        known = self.done.get(event_id)
        if known is None:
            self.done[event_id] = said
        self.waiting.pop(event_id, None)
        return known in (None, said)

    def drop(self, event_id: str) -> None:
        """Let an event go that the server will never take."""
        self.waiting.pop(event_id, None)

    def settle(self) -> None:
        """Write down what was acknowledged, and make room: first the waiting get smaller, then the done grow."""
        lines = b"".join(json.dumps(event).encode() + b"\n" for event in self.waiting.values())
        self._disk.write(WAITING, lines)
        self._disk.write(DONE, json.dumps(self.done).encode() + b"\n")


def digest(outcome: Any) -> str:
    """A short stand-in for what an event came to."""
    return sha256(json.dumps(outcome, sort_keys=True).encode()).hexdigest()[:16]
