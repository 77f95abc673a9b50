"""Events that are being accepted: as they arrived, when they happened, and the facts that are told about them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.learners import bundles, lessons
from api.learners.effective import Acceptance, DeviceClock, acceptance, effective_time
from api.learners.entries import Happening
from api.learners.events import Event
from api.learners.facts import AnswerGraded, ExercisePassed, Fact, HintGiven
from api.learners.fold import Occasion, Pupils, fold_event, fold_fact
from api.learners.learner import Bundle, Learner, LearnerState, Lesson


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event as a device sent it. `sent_at` is the device's clock at sending (ms), if it said so."""

    event_id: str
    event: Event
    sent_at: int | None = None


def accept(learner: Learner, arrivals: Sequence[Arrival], now: int, backdating_ms: int = 0) -> Acceptance:
    """How arrivals of one device, in one request, are placed in time. `now` is the server's clock (ms)."""
    first = arrivals[0]
    found = acceptance(
        learner.state.devices.get(first.event.device_id, DeviceClock()),
        [arrival.event.client_time for arrival in arrivals],
        earliest=learner.state.accepted_at,
        now=now,
        sent_at=first.sent_at,
    )
    return found._replace(begun_at=learner.state.begun_at or found.now, backdating_ms=backdating_ms)


class Archive:
    """Lessons and bundles that have left the state of a learner, as far as an event needs them."""

    def __init__(self) -> None:
        self.lessons: dict[str, Lesson] = {}
        self.bundles: dict[str, Bundle] = {}

    def enter(self, fact: Fact, at: int, state: LearnerState) -> None:
        """Take in a fact about something that the fold of the state no longer reaches."""
        session_id = getattr(fact, "session_id", "")
        if session_id in self.lessons and session_id not in state.sessions:
            lessons.enter(self.lessons[session_id], fact, at)
        if isinstance(fact, AnswerGraded | ExercisePassed | HintGiven) and fact.bundle_id not in state.bundles:
            bundle = self.bundles.get(fact.bundle_id)
            if bundle is not None:
                bundles.enter(bundle, fact)


class Draft:
    """An event that is being accepted: the live state moves along as its facts are told.

    `latest` is the latest time (ms) the event may be given, the time of acceptance unless others come after it.
    """

    def __init__(
        self, learner: Learner, arrival: Arrival, accepted: Acceptance, pupils: Pupils, latest: int | None = None
    ) -> None:
        self.learner = learner
        self.event_id = arrival.event_id
        self.event = arrival.event
        self.facts: list[Fact] = []
        self.now = self.at = accepted.now
        self.late = False
        self.touched = False
        self.archive: Archive | None = None
        self._accepted = accepted
        self._latest = accepted.now if latest is None else latest
        self._pupils = pupils

    def place(self, after: int | None = None, since: int = 0) -> int:
        """Settle when the event happened (ms).

        `after` is the effective time (ms) of what it refers to, `since` what it may not precede (ms).
        """
        event, accepted = self.event, self._accepted
        known = self.learner.state.devices.get(event.device_id, DeviceClock())
        self.at = effective_time(
            event.client_time,
            event.sequence,
            now=self._latest,
            skew_ms=accepted.skew_ms,
            clock=DeviceClock(known.marks, accepted.last_sync),
            after=after,
            since=max(accepted.begun_at, since) - accepted.backdating_ms,
        )
        return self.at

    def begin(self, after: int | None = None, since: int = 0) -> None:
        """Accept the event, at the place that `after` and `since` give it; facts may be told from here on."""
        self.place(after, since)
        self._occasion = Occasion(self.learner, self.event, self.at, self._pupils)
        self.late = (self.at, self.event_id) < self.learner.state.last
        self.touched = True
        fold_event(self.learner, self.event_id, self.event, self.at, self.now)

    def tell(self, fact: Fact) -> None:
        """Add a fact, and fold it into the live state."""
        self.facts.append(fact)
        fold_fact(fact, self._occasion)
        if self.archive is not None:
            self.archive.enter(fact, self.at, self.learner.state)

    def happening(self) -> Happening:
        """The event with its facts."""
        return Happening(
            id=self.event_id, effective_at=self.at, accepted_at=self.now, event=self.event, facts=tuple(self.facts)
        )
