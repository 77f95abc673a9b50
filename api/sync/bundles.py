"""Bundles: exercises chosen ahead by the same tutor, to be worked on without a connection.

They are chosen one after another as they would be in lessons of ten, spread evenly until the bundle ends, on a copy of
the learner that takes every exercise to go as expected: the score observed is the believed probability of a right
answer. So the probability of a choice is conditional on what was believed when the bundle was made, and is marked so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import ceil, exp

import msgspec

from api.accounts.account import Account
from api.game.calendar import DAY_MS
from api.learners.bundles import decision_of
from api.learners.drafts import Draft
from api.learners.events import BundleRequested
from api.learners.facts import BundleIssued, ExerciseChosen
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner, LearnerState, Lesson, Studies
from api.sessions.choosing import Chooser
from api.sync.schemas import Hash
from api.tracks.errors import EnrolmentNotFoundError
from api.tracks.goals import FEEDBACK_SECONDS
from api.tracks.registry import Published, Registry
from api.wire import Instant, Wire, instant
from content.choice import Exposure
from content.guessing import guess_probability
from content.items import Item
from content.offline import SEED, Packed, pack
from rl.runtime import Outcome

BUNDLE_DAYS = 14
"""How long lessons may be begun from a bundle."""

LESSON_LENGTH = 10
PACKAGES_KEPT = 2048


class ManifestExercise(Wire, frozen=True, kw_only=True):
    """One exercise of a bundle. `package` is the hash of what shows, grades and explains it."""

    decision_id: str
    item_id: str
    item_version: str
    package: Hash
    skill: str
    band: str
    chosen_by: str
    probability: float


class Manifest(Wire, frozen=True, kw_only=True):
    """What is signed of a bundle. `policy_version` is of the tutor that chose."""

    bundle_id: str
    learner_id: str
    enrolment_id: str
    track_id: str
    track_version: str
    issued_at: Instant
    expires_at: Instant
    policy_version: str
    exercises: tuple[ManifestExercise, ...]
    v: int = 1


class BundleMaker:
    """Makes bundles and what belongs to them."""

    def __init__(self, registry: Registry, chooser: Chooser) -> None:
        self._registry = registry
        self._chooser = chooser
        self._packed = lru_cache(maxsize=PACKAGES_KEPT)(self._pack)

    async def decide(self, event: BundleRequested, account: Account, draft: Draft) -> None:
        """Choose the exercises of a bundle. Raises EnrolmentNotFoundError."""
        state = draft.learner.state
        enrolment = state.enrolments.get(event.enrolment_id)
        if enrolment is None:
            raise EnrolmentNotFoundError(f"there is no enrolment {event.enrolment_id}")
        move = await self._registry.move_due(enrolment)
        draft.begin(after=enrolment.settled_at)
        if move is not None:
            draft.tell(move)
            enrolment = state.enrolments[enrolment.id]
        published = self._registry.version(enrolment.track_version)
        rehearsal = Rehearsal(draft, self.shadow(draft.learner, enrolment), account, published)
        exercises = [chosen async for chosen in rehearsal.play(self._chooser, event.size)]
        fact = BundleIssued(
            bundle_id=draft.event_id,
            learner_id=draft.learner.id,
            enrolment_id=enrolment.id,
            track_version=enrolment.mark(published.version),
            issued_at=draft.now,
            expires_at=draft.now + BUNDLE_DAYS * DAY_MS,
            policy_version=self._registry.tutor.version,
            manifest_hash="",
            exercises=tuple(exercises),
            packages=tuple(self.package(published, chosen).hash for chosen in exercises),
            replaces=tuple(
                bundle.id
                for bundle in state.bundles.values()
                if (bundle.device_id, bundle.enrolment_id) == (event.device_id, enrolment.id) and not bundle.replaced
            ),
        )
        digest = sha256(manifest(fact, published)).hexdigest()
        draft.tell(msgspec.structs.replace(fact, manifest_hash=digest))

    def shadow(self, learner: Learner, enrolment: Enrolment) -> Learner:
        """A copy of the learner that may be played with, as far as choosing looks at it."""
        version = enrolment.track_version
        studies = learner.state.studies[version]
        copied = Studies(studies.track_id, seen=dict(studies.seen), practised=dict(studies.practised))
        state = LearnerState(learner_id=learner.id, enrolments={enrolment.id: enrolment}, studies={version: copied})
        found = Learner(state)
        belief = pupil_of(learner, version, self._registry).state()
        found.pupils[version] = self._registry.open(version, (), belief)
        return found

    def package(self, published: Published, chosen: ExerciseChosen) -> Packed:
        """What is needed of a chosen exercise without a connection."""
        return self._packed(published, chosen.item_id, chosen.locale)

    def _pack(self, published: Published, item_id: str, locale: str) -> Packed:
        return pack(published.item(item_id), published.shown(item_id, locale))


@dataclass
class Moment:
    """A situation that is only imagined."""

    learner: Learner
    event: BundleRequested
    event_id: str
    at: int
    now: int


class Rehearsal:
    """Lessons as they may come to pass."""

    def __init__(self, draft: Draft, learner: Learner, account: Account, published: Published) -> None:
        self._draft = draft
        self._learner = learner
        self._account = account
        self._published = published

    async def play(self, chooser: Chooser, size: int) -> AsyncIterator[ExerciseChosen]:
        """Up to `size` exercises, fewer only if the track has nothing to show at all."""
        draft, event = self._draft, self._draft.event
        if not isinstance(event, BundleRequested):
            raise TypeError(f"a bundle is made for a request for one, not for {type(event).__name__}")
        pause = BUNDLE_DAYS * DAY_MS // ceil(size / LESSON_LENGTH)
        at, lesson = draft.at, self._lesson(event.enrolment_id)
        for place in range(size):
            if place % LESSON_LENGTH == 0:
                at = draft.at + pause * (place // LESSON_LENGTH)
                lesson = self._lesson(event.enrolment_id)
            moment = Moment(self._learner, event, decision_of(draft.event_id, place), at, draft.now)
            chosen = await chooser.choose(moment, lesson, explain=True)
            if chosen is None:
                return
            yield msgspec.structs.replace(chosen, seed=SEED, offline=True)
            item = self._published.item(chosen.item_id)
            self._take_in(chosen, item, at)
            at += round(1000 * (item.seconds + FEEDBACK_SECONDS))

    def _lesson(self, enrolment_id: str) -> Lesson:
        """A lesson that has shown nothing yet."""
        self._learner.memo.clear()
        enrolment = self._learner.state.enrolments[enrolment_id]
        return Lesson(
            id=self._draft.event_id,
            enrolment_id=enrolment_id,
            track_version=enrolment.mark(enrolment.track_version),
            planned=LESSON_LENGTH,
            opened_at=self._draft.at,
            day_starts_at=self._account.day_starts_at,
            personalised=self._account.personalised,
            locale=self._account.locale,
        )

    def _take_in(self, chosen: ExerciseChosen, item: Item, at: int) -> None:
        """Let the exercise go as expected."""
        version, published = self._published.version, self._published
        studies, pupil = self._learner.state.studies[version], self._learner.pupils[version]
        source, days = chosen.item_id.partition("~")[0], at / DAY_MS
        shown = studies.seen.get(source)
        studies.seen[source] = Exposure(1 if shown is None else shown.times + 1, days)
        studies.practised[chosen.skill] = studies.practised.get(chosen.skill, 0) + 1
        skills = tuple(published.skill_index[skill] for skill in item.skills)
        score = expected_score(pupil.ability(skills[0], days), published.difficulty(item), guess_probability(item))
        seconds = pupil.tutor.parameters.pace_seconds
        pupil.observe(
            Outcome(skills=skills, band=published.band_index[item.band], score=score, at=days, seconds=seconds)
        )


def expected_score(ability: float, difficulty: float, guess: float) -> float:
    """``guess + (1 - guess) / (1 + exp(difficulty - ability))``: the model of `content.choice`."""
    return guess + (1.0 - guess) / (1.0 + exp(min(max(difficulty - ability, -700.0), 700.0)))


def manifest(fact: BundleIssued, published: Published) -> bytes:
    """The manifest of a bundle; equal facts give equal bytes."""
    return _ENCODER.encode(
        Manifest(
            bundle_id=fact.bundle_id,
            learner_id=fact.learner_id,
            enrolment_id=fact.enrolment_id,
            track_id=published.track.id,
            track_version=published.version,
            issued_at=instant(fact.issued_at),
            expires_at=instant(fact.expires_at),
            policy_version=fact.policy_version,
            exercises=tuple(
                ManifestExercise(
                    decision_id=chosen.decision_id,
                    item_id=chosen.item_id,
                    item_version=chosen.item_version,
                    package=package,
                    skill=chosen.skill,
                    band=chosen.band,
                    chosen_by=chosen.chosen_by,
                    probability=chosen.probability,
                )
                for chosen, package in zip(fact.exercises, fact.packages, strict=True)
            ),
        )
    )


_ENCODER = msgspec.json.Encoder()
