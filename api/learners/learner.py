"""What is known of one learner: the folded state, as it is kept in memory and in snapshots.

Everything that grows with history is a mapping that a single event touches in one place, so that an answer costs the
same after ten thousand others. It is a tree: `gc=False` spares Python looking for cycles in the states of all learners.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from api.game.calendar import LocalDay
from api.game.state import GameState
from api.game.streak import ActiveDay
from api.learners.effective import DeviceClock
from api.learners.facts import ExerciseChosen, JournalEnded, Wished
from content.choice import Exposure
from rl.runtime import Pupil

MAX_SESSIONS = 20
"""How many of the latest lessons stay in the state; older ones are read from the journal."""

MAX_BUNDLES = 4
"""How many of the latest bundles stay in the state; older ones are read from the journal."""


class PassedOn(msgspec.Struct, frozen=True, gc=False):
    """In which version of the track studies go on, and the skill map there, as `EnrolmentMoved` has it."""

    version: str
    skills: dict[str, tuple[str, ...]]


class Studies(msgspec.Struct, gc=False):
    """A learner on one version of a track, whatever their enrolments in it.

    Attributes:
        belief: the pupil's state as of the last snapshot; None before the first answer.
        seen: how often each item was shown and when last (days), generated items under their template's id.
        practised: answers that counted, by the skill each exercise was chosen for.
        passed_on: where they go on, None where they are; lessons that are still open here count there too.
    """

    track_id: str
    belief: bytes | None = None
    seen: dict[str, Exposure] = {}
    practised: dict[str, int] = {}
    passed_on: PassedOn | None = None


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An enrolment in a version of a track. `skills`, `date` and `minutes_per_day` are its goal.

    `first_version` is where it began, `moved_at` when it came to this one (ms), 0 if it began here; `goals` are the
    goal's skills in versions that it left.
    """

    id: str
    track_id: str
    track_version: str
    started_at: int
    first_version: str
    skills: tuple[str, ...] = ()
    date: str | None = None
    minutes_per_day: float | None = None
    moved_at: int = 0
    goals: dict[str, tuple[str, ...]] = {}

    @property
    def settled_at(self) -> int:
        """Since when it is in its version (ms)."""
        return max(self.started_at, self.moved_at)

    def mark(self, version: str) -> str:
        """How facts name a version of the track: "" is the one that the enrolment began on."""
        return "" if version == self.first_version else version

    def skills_in(self, version: str) -> tuple[str, ...]:
        """The goal's skills in a version of the track."""
        return self.skills if version == self.track_version else self.goals.get(version, ())


class Posed(msgspec.Struct, array_like=True, gc=False):
    """An exercise of a lesson, and what became of it."""

    item_id: str
    at: int
    hints: int = 0
    answered: bool = False
    skipped: bool = False
    locale: str = ""


class Lesson(msgspec.Struct, kw_only=True, gc=False):
    """A session. `current` is the exercise that waits for an answer; `skills` are those practised, in order; `wish` is
    the learner's wish that is in force.

    The exercises of a lesson with a `bundle_id` stand in that bundle. `track_version` is as in its facts.
    """

    id: str
    enrolment_id: str
    track_version: str = ""
    planned: int
    opened_at: int
    day_starts_at: int
    personalised: bool = True
    locale: str = ""
    bundle_id: str = ""
    answered: int = 0
    right: int = 0
    xp: int = 0
    finished: bool = False
    skills: list[str] = []
    posed: dict[str, Posed] = {}
    current: ExerciseChosen | None = None
    wish: Wished | None = None


class Bundle(msgspec.Struct, kw_only=True, gc=False):
    """Exercises handed out to be worked on without a connection, in the order of their decisions' numbers.

    `device_id` asked for it, `at` (ms) in the order of the fold; it is `replaced` when a later one took its place.
    `track_version` is as in its facts.
    """

    id: str
    enrolment_id: str
    track_version: str = ""
    device_id: str
    issued_at: int
    expires_at: int
    at: int
    manifest_hash: str
    posed: list[Posed]
    replaced: bool = False


class Today(msgspec.Struct, gc=False):
    """The learner's latest local day: XP granted on it, and rewarded answers by skill."""

    day: LocalDay
    xp: int = 0
    repeats: dict[str, int] = {}


class LearnerState(msgspec.Struct, kw_only=True, gc=False):
    """The fold of all events and facts.

    Attributes:
        last: place of the last event in the order of the fold.
        begun_at: when the first event happened (ms), 0 before.
        n_events: how many there were.
        days: local days on which something was done, in order.
        studies: by version of a track.
        game: what the game's facts came to.
    """

    learner_id: str
    last: tuple[int, str] = (0, "")
    accepted_at: int = 0
    begun_at: int = 0
    n_events: int = 0
    xp: int = 0
    today: Today | None = None
    days: list[ActiveDay] = []
    devices: dict[str, DeviceClock] = {}
    enrolments: dict[str, Enrolment] = {}
    studies: dict[str, Studies] = {}
    sessions: dict[str, Lesson] = {}
    bundles: dict[str, Bundle] = {}
    closed: JournalEnded | None = None
    game: GameState = msgspec.field(default_factory=GameState)


class OnTrack(Protocol):
    """A lesson, a bundle, or a fact about exercises."""

    @property
    def enrolment_id(self) -> str:
        """The enrolment."""

    @property
    def track_version(self) -> str:
        """The version of the track; "" is the one that the enrolment began on."""


class Learner:
    """A live learner: the state, the pupils that hold what is believed, and the last commit folded in."""

    __slots__ = ("memo", "pupils", "seq", "snapshot_day", "snapshot_events", "state")

    def __init__(self, state: LearnerState, seq: int = 0) -> None:
        self.state = state
        self.seq = seq
        self.snapshot_events = 0
        self.snapshot_day = 0
        self.pupils: dict[str, Pupil] = {}
        self.memo: dict[str, Any] = {}

    @property
    def id(self) -> str:
        """The learner's id."""
        return self.state.learner_id

    def version_of(self, thing: OnTrack) -> str:
        """The version of the track that something is of."""
        return thing.track_version or self.state.enrolments[thing.enrolment_id].first_version

    def encode(self) -> bytes:
        """The state as a snapshot holds it, with the beliefs of all open pupils."""
        for version, pupil in self.pupils.items():
            self.state.studies[version].belief = pupil.state()
        return _ENCODER.encode(self.state)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(LearnerState)


def decode_state(body: bytes) -> LearnerState:
    """A state from a snapshot. Raises msgspec.DecodeError if it is not one."""
    return _DECODER.decode(body)
