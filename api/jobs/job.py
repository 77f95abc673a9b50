"""A job as a document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

KIND = "job"
LEARNER = "learnerId"
"""Field of the document that names whom a job concerns."""

State = Literal["waiting", "running", "done", "dead"]
STATES: tuple[State, ...] = ("waiting", "running", "done", "dead")
MAX_ERROR = 500


class Job(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The body of the document; instants are ms since the epoch, UTC.

    Attributes:
        kind: names the handler.
        payload: JSON of the kind's payload.
        key: of the request, if it had one.
        state: "waiting" for `due_at`, "running" until `due_at` (its lease), "done" or "dead".
        due_at: when somebody has to look at it: not before (waiting), or when its lease ends (running).
        slot: the hour of `due_at` while it waits or runs, else ""; looked up by the sweeper.
        attempts: runs that were begun.
        runner: who runs it, or ran it last.
        error: what went wrong last.
        learner_id: whom it concerns, "" for nobody; it goes when the learner's documents are erased.
    """

    kind: str
    payload: msgspec.Raw
    key: str | None
    state: State
    created_at: int
    due_at: int
    slot: str
    attempts: int = 0
    runner: str = ""
    error: str = ""
    learner_id: str = ""


class Filed(msgspec.Struct, frozen=True):
    """A job with the id and version of its document."""

    id: str
    version: int
    job: Job


encoder = msgspec.json.Encoder()
decoder = msgspec.json.Decoder(Job)


def slot_of(at: int) -> str:
    """The hour of an instant (ms), UTC, as text that sorts by time."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H")


def moved(job: Job, state: State, due_at: int, **changes: object) -> Job:
    """The job in another state."""
    slot = slot_of(due_at) if state in ("waiting", "running") else ""
    return msgspec.structs.replace(job, state=state, due_at=due_at, slot=slot, **changes)
