"""The next exercise: the tutor chooses skill and band, a stated rule the item; whatever fails, an exercise comes.

Around the tutor stand the guard rails of its own (prerequisites, runs of failure) and those of here: what the track can
serve, and no item twice in a lesson while there is another. If the policy is missing, slow or broken, the rule chooses;
if there is nothing left to show, the guard rails of here are lifted. Learners who do not want to be judged by a tutor
get the author's order: each skill three times, from the first to the last, a band harder each time round.
"""

from __future__ import annotations

import logging
from time import perf_counter

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.game.calendar import DAY_MS
from api.learners.facts import ExerciseChosen, Ranked, Reason
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner, Lesson
from api.learners.states import Draft
from api.metrics import Metrics
from api.tracks.goals import exercises_until, horizon_days
from api.tracks.registry import PRESENTATION_SEEDS, Published, Registry
from content.choice import Chosen, choose_item
from content.translation import translation_locale
from rl.runtime import NothingToRecommendError, Pupil, Recommendation, Tutor

SLOW_SECONDS = 0.1
SLOW_RUN = 3
REST_SECONDS = 30
"""After so many choices running that took longer than that, the policy rests so long."""

USUAL_SECONDS = 20.0
"""Of an exercise, to reckon how many fit into the time until a goal's date."""

AUTHOR_ORDER = "author-order-1"
AUTHOR_REPEATS = 3
MAX_SEED = 2**31
logger = logging.getLogger("pacer.choosing")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate as chosen, by number."""

    skill: int
    band: int
    probability: float
    chosen_by: str
    policy_version: str
    reasons: tuple[Reason, ...]
    guards: tuple[str, ...] = ()
    top: tuple[tuple[int, int, float], ...] = ()
    fallback: str = ""


class Chooser:
    """Decides the next exercise of a lesson. `rng` samples from the policy's distribution."""

    def __init__(self, registry: Registry, metrics: Metrics, rng: np.random.Generator) -> None:
        self._registry = registry
        self._metrics = metrics
        self._rng = rng
        self._n_slow = 0
        self._resting_until = 0.0
        self._rule = Tutor(None, registry.tutor.parameters)

    def choose(self, draft: Draft, lesson: Lesson) -> ExerciseChosen | None:
        """The next exercise, at the draft's time; None if the track has nothing to show at all."""
        learner = draft.learner
        enrolment = learner.state.enrolments[lesson.enrolment_id]
        published = self._registry.version(enrolment.track_version)
        shown = shown_in(learner, lesson, published)
        try:
            choice = self._by_tutor(draft, enrolment, shown) if lesson.personalised else by_author(learner, published)
        except NothingToRecommendError:
            logger.warning("track %s has nothing to show in lesson %s", published.track.id, lesson.id)
            return None
        self._metrics.decision(choice.chosen_by)
        picked = self._pick(draft, choice, published)
        shown.note(picked.item.id, choice.skill, choice.band)
        return _chosen(choice, picked, draft, lesson, published)

    def _pick(self, draft: Draft, choice: Choice, published: Published) -> Chosen:
        learner = draft.learner
        pupil = pupil_of(learner, published.version, self._registry)
        return choose_item(
            published.index.exercises[choice.skill, choice.band],
            learner.state.studies[published.version].seen,
            pupil.ability(choice.skill, draft.at / DAY_MS),
            int(self._rng.integers(MAX_SEED)),
            published.made,
        )

    def _by_tutor(self, draft: Draft, enrolment: Enrolment, shown: ShownInLesson) -> Choice:
        version = enrolment.track_version
        pupil = pupil_of(draft.learner, version, self._registry)
        self._registry.aim(pupil, version, enrolment.skills)
        horizon = horizon_days(enrolment.date, draft.at, draft.event.zone)
        left = exercises_until(horizon, enrolment.minutes_per_day, USUAL_SECONDS)
        ask = Ask(now=draft.at / DAY_MS, horizon_days=horizon, exercises_left=left)
        try:
            return self._ask(pupil, ask, shown.allowed())
        except NothingToRecommendError:
            lifted = self._ask(pupil, ask, None)
            return msgspec.structs.replace(lifted, guards=(*lifted.guards, "exposureLifted"))

    def _ask(self, pupil: Pupil, ask: Ask, allowed: NDArray[np.bool_] | None) -> Choice:
        """Ask the policy; the rule where there is none, it fails, or it has been slow."""
        if self._registry.tutor.policy is None:
            self._metrics.fallback("noPolicy")
            return _choice(ask.of(pupil, self._rng, allowed), "noPolicy")
        started = perf_counter()
        if started < self._resting_until:
            return self._by_rule(pupil, ask, allowed, "policySlow")
        try:
            made = ask.of(pupil, self._rng, allowed)
            if not np.isfinite(made.probability):
                raise PolicyAnswerError(f"the policy gave probability {made.probability}")
        except NothingToRecommendError:
            raise
        except Exception as error:  # whatever a policy does, the lesson goes on: the rule chooses, logged and counted
            logger.error("the policy failed, the rule chooses", exc_info=error)
            return self._by_rule(pupil, ask, allowed, "policyFailed")
        self._watch(perf_counter() - started)
        return _choice(made, "")

    def _by_rule(self, pupil: Pupil, ask: Ask, allowed: NDArray[np.bool_] | None, why: str) -> Choice:
        made = ask.of(self._stand_in(pupil), self._rng, allowed)
        self._metrics.fallback(why)
        return _choice(made, why)

    def _watch(self, seconds: float) -> None:
        """Give a policy that was slow several times running a rest."""
        self._n_slow = self._n_slow + 1 if seconds > SLOW_SECONDS else 0
        if self._n_slow >= SLOW_RUN:
            logger.warning("the policy took %.3f s, the rule chooses for %d s", seconds, REST_SECONDS)
            self._resting_until = perf_counter() + REST_SECONDS
            self._n_slow = 0

    def _stand_in(self, pupil: Pupil) -> Pupil:
        stand_in = Pupil(self._rule, pupil.course, pupil.view)
        stand_in.belief, stand_in.origin = pupil.belief, pupil.origin
        return stand_in


class PolicyAnswerError(Exception):
    """The policy answered with something that is no probability."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What the tutor is asked with. Times in days."""

    now: float
    horizon_days: float | None
    exercises_left: int | None

    def of(self, pupil: Pupil, rng: np.random.Generator, allowed: NDArray[np.bool_] | None) -> Recommendation:
        """The pupil's recommendation."""
        made = pupil.recommend(
            self.now,
            rng=rng,
            allowed=allowed,
            horizon_days=self.horizon_days,
            exercises_left=self.exercises_left,
        )
        return made if isinstance(made, Recommendation) else made[0]


class ShownInLesson:
    """What a lesson has shown already: a candidate is used up when all its items were shown."""

    def __init__(self, published: Published) -> None:
        self.shown: set[str] = set()
        self._left = dict(published.n_items)
        self._mask: NDArray[np.bool_] | None = None
        self._available = published.course.available

    def note(self, item_id: str, skill: int, band: int) -> None:
        """An item of a candidate was shown."""
        if item_id in self.shown:
            return
        self.shown.add(item_id)
        left = self._left.get((skill, band))
        if left is not None:
            self._left[skill, band] = left - 1
            if left <= 1:
                self._mask = self._available.copy() if self._mask is None else self._mask
                self._mask[skill, band] = False

    def allowed(self) -> NDArray[np.bool_] | None:
        """(K, B) candidates that may be shown; None for all."""
        return self._mask


def shown_in(learner: Learner, lesson: Lesson, published: Published) -> ShownInLesson:
    """What the lesson has shown; kept with the live learner, rebuilt from the lesson where it is not there."""
    kept = learner.memo.get("shown")
    if kept is not None and kept[0] == lesson.id:
        found: ShownInLesson = kept[1]
        return found
    shown = ShownInLesson(published)
    for posed in lesson.posed.values():
        item = published.item(posed.item_id)
        shown.note(posed.item_id, published.skill_index[item.skills[0]], published.band_index[item.band])
    learner.memo["shown"] = (lesson.id, shown)
    return shown


def by_author(learner: Learner, published: Published) -> Choice:
    """The author's order: the skill with the fewest rounds of three, the first of them; its band is that round's."""
    practised = learner.state.studies[published.version].practised
    served = published.served
    if not served:
        raise NothingToRecommendError(f"track {published.track.id} serves no skill")
    rounds = [practised.get(published.course.skill_ids[skill], 0) // AUTHOR_REPEATS for skill in served]
    least = min(rounds)
    skill = served[rounds.index(least)]
    bands = np.flatnonzero(published.course.available[skill])
    text = "This is next in the author's order."
    return Choice(
        skill=skill,
        band=int(bands[min(least, len(bands) - 1)]),
        probability=1.0,
        chosen_by="rule",
        policy_version=AUTHOR_ORDER,
        reasons=(Reason(code="authorOrder", text=text, value=float(least)),),
    )


def _choice(made: Recommendation, fallback: str) -> Choice:
    return Choice(
        skill=made.skill,
        band=made.band,
        probability=made.probability,
        chosen_by=made.source,
        policy_version=made.policy_version,
        reasons=tuple(Reason(code=r.code, text=r.text, value=r.value) for r in made.reasons),
        guards=made.guards,
        top=made.top,
        fallback=fallback,
    )


def _chosen(choice: Choice, picked: Chosen, draft: Draft, lesson: Lesson, published: Published) -> ExerciseChosen:
    skills, bands = published.course.skill_ids, published.track.bands
    top = tuple(Ranked(skill=skills[k], band=bands[b].id, probability=p) for k, b, p in choice.top)
    return ExerciseChosen(
        decision_id=draft.event_id,
        session_id=lesson.id,
        enrolment_id=lesson.enrolment_id,
        item_id=picked.item.id,
        item_version=published.item_version(picked.item.id),
        skill=skills[choice.skill],
        band=bands[choice.band].id,
        seed=draft.now % PRESENTATION_SEEDS,
        locale=translation_locale(picked.item, lesson.locale),
        chosen_by=choice.chosen_by,
        probability=choice.probability * picked.probability,
        candidate_probability=choice.probability,
        policy_version=choice.policy_version,
        fallback=choice.fallback,
        reasons=choice.reasons,
        guards=choice.guards,
        top=top,
        rest=max(0.0, 1.0 - sum(ranked.probability for ranked in top)) if top else 0.0,
    )
