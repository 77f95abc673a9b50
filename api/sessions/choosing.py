"""The next exercise: the tutor chooses skill and band, a stated rule the item; whatever fails, an exercise comes.

Around the tutor stand the guard rails of its own (prerequisites, runs of failure) and those of here: what the track can
serve, no item twice in a lesson while there is another, and, for whoever was away, no more reviews of what is due than
the return plan lets come in a day. If the policy is missing, slow or broken, the rule chooses;
if there is nothing left to show, the guard rails of here are lifted. Learners who do not want to be judged by a tutor
get the author's order: each skill three times, from the first to the last, a band harder each time round.
"""

from __future__ import annotations

import logging
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.game.calendar import DAY_MS, next_day
from api.game.goals.returning import reviews_left
from api.learners.entries import Happening
from api.learners.events import Event
from api.learners.facts import ExerciseChosen, Ranked, Reason, Wished
from api.learners.fold import pupil_of
from api.learners.learner import Learner, Lesson, OnTrack
from api.metrics import Metrics
from api.sessions.tutoring import Choice, Tutoring
from api.sessions.wishing import tutors_wish
from api.tracks.goals import exercises_until, horizon_days
from api.tracks.registry import PRESENTATION_SEEDS, Published, Registry
from content.choice import Chosen, choose_item
from content.translation import translation_locale
from rl.runtime import NothingToRecommendError, Pupil, Question
from rl.wishes import WISH

USUAL_SECONDS = 20.0
"""Of an exercise, to reckon how many fit into the time until a goal's date."""

AUTHOR_ORDER = "author-order-1"
AUTHOR_REPEATS = 3
MAX_SEED = 2**31
EXPOSURE_LIFTED = "exposureLifted"
RETURN_PLAN = "returnPlan"
logger = logging.getLogger("pacer.choosing")


class Situation(Protocol):
    """In what an exercise is chosen: a draft, or one that is only imagined.

    Attributes:
        event_id: the decision's id.
        at: when (ms), and `now` when it is accepted (ms).
    """

    event_id: str
    at: int
    now: int

    @property
    def learner(self) -> Learner:
        """Who it is for."""

    @property
    def event(self) -> Event:
        """What called for it."""


class Chooser:
    """Decides the next exercise of a lesson. `rng` draws among items that are as good as each other."""

    def __init__(self, registry: Registry, tutoring: Tutoring, metrics: Metrics, rng: np.random.Generator) -> None:
        self._registry = registry
        self._tutoring = tutoring
        self._metrics = metrics
        self._rng = rng

    async def choose(
        self, draft: Situation, lesson: Lesson, wish: Wished | None = None, *, explain: bool = False
    ) -> ExerciseChosen | None:
        """The next exercise, at the draft's time; None if the track has nothing to show at all.

        Reasons are given if it is to be explained at once; else `reasons` finds them when somebody asks.
        """
        learner = draft.learner
        published = self._registry.version(learner.version_of(lesson))
        shown = shown_in(learner, lesson, published)
        try:
            if lesson.personalised:
                choice = await self._within_plan(draft, lesson, shown.allowed(), wish, explain=explain)
            else:
                choice = by_author(draft, published, pupil_of(learner, published.version, self._registry), wish)
        except NothingToRecommendError:
            logger.warning("track %s has nothing to show in lesson %s", published.track.id, lesson.id)
            return None
        self._metrics.decision(choice.chosen_by)
        picked = self._pick(draft, choice, published)
        shown.note(picked.item.id, choice.skill, choice.band)
        return _chosen(choice, picked, draft, lesson, published, wish)

    def _pick(self, draft: Situation, choice: Choice, published: Published) -> Chosen:
        learner = draft.learner
        return choose_item(
            published.index.exercises[choice.skill, choice.band],
            learner.state.studies[published.version].seen,
            choice.ability,
            int(self._rng.random() * MAX_SEED),
            published.made,
        )

    async def _within_plan(
        self, draft: Situation, lesson: Lesson, allowed: NDArray[np.bool_] | None, wish: Wished | None, *, explain: bool
    ) -> Choice:
        """The tutor's choice; without what is due where a return plan's reviews of the day are done and else is left.

        A topic that the learner wishes for is theirs, due or not.
        """
        topical = wish is not None and wish.kind == "topic"
        if topical or not _is_full(draft.learner, lesson, draft.at, draft.event.zone):
            return await self._by_tutor(draft, lesson, allowed, wish, explain=explain)
        rest = self._without_due(draft.learner, lesson, draft.at, allowed)
        question = self._question(draft.learner, lesson, draft.at, draft.event.zone, wish)._replace(allowed=rest)
        try:
            choice = await self._tutoring.ask(question, explain=explain)
        except NothingToRecommendError:
            return await self._by_tutor(draft, lesson, allowed, wish, explain=explain)
        return msgspec.structs.replace(choice, guards=(*choice.guards, RETURN_PLAN))

    def _without_due(
        self, learner: Learner, thing: OnTrack, at: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_]:
        """(K, B) candidates that may be shown and are not due at a time (ms)."""
        published = self._registry.version(learner.version_of(thing))
        due = pupil_of(learner, published.version, self._registry).mastery(at / DAY_MS).due
        free: NDArray[np.bool_] = (published.course.available if allowed is None else allowed) & ~due[:, None]
        return free

    async def _by_tutor(
        self,
        draft: Situation,
        lesson: Lesson,
        allowed: NDArray[np.bool_] | None,
        wish: Wished | None,
        *,
        explain: bool,
    ) -> Choice:
        question = self._question(draft.learner, lesson, draft.at, draft.event.zone, wish)._replace(allowed=allowed)
        try:
            return await self._tutoring.ask(question, explain=explain)
        except NothingToRecommendError:
            lifted = await self._tutoring.ask(question._replace(allowed=None), explain=explain)
            return msgspec.structs.replace(lifted, guards=(*lifted.guards, EXPOSURE_LIFTED))

    def _question(self, learner: Learner, thing: OnTrack, at: int, zone: str, wish: Wished | None) -> Question:
        """What the tutor is asked at a time (ms) in a zone; anything may be shown."""
        version, enrolment = learner.version_of(thing), learner.state.enrolments[thing.enrolment_id]
        pupil = pupil_of(learner, version, self._registry)
        self._registry.aim(pupil, version, enrolment.skills_in(version))
        horizon = horizon_days(enrolment.date, at, zone)
        left = exercises_until(horizon, enrolment.minutes_per_day, USUAL_SECONDS)
        wished = tutors_wish(wish, self._registry.version(version))
        return pupil.question(at / DAY_MS, None, horizon, left, wished)

    def reasons(self, learner: Learner, made: ExerciseChosen, decided: Happening) -> tuple[Reason, ...]:
        """Why an exercise was chosen, of a learner who is as they were then; empty if that cannot be found out."""
        lesson = learner.state.sessions.get(made.session_id)
        if made.enrolment_id not in learner.state.enrolments or lesson is None:
            return ()
        published = self._registry.version(learner.version_of(made))
        question = self._question(learner, made, decided.effective_at, decided.event.zone, made.wish)
        if EXPOSURE_LIFTED not in made.guards:
            question = question._replace(allowed=shown_in(learner, lesson, published).allowed())
        if RETURN_PLAN in made.guards:
            rest = self._without_due(learner, made, decided.effective_at, question.allowed)
            question = question._replace(allowed=rest)
        skill, band = published.skill_index[made.skill], published.band_index[made.band]
        return self._tutoring.reasons(question, skill, band, made)


def _is_full(learner: Learner, lesson: Lesson, at: int, zone: str) -> bool:
    """Whether a return plan holds at a time (ms) and the reviews of its day are done."""
    book, today = learner.state.game.goals, learner.state.today
    if not book.back:
        return False
    day = next_day(today.day if today else None, at, zone, lesson.day_starts_at)
    return reviews_left(book, day.ordinal) == 0


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


def by_author(draft: Situation, published: Published, pupil: Pupil, wish: Wished | None = None) -> Choice:
    """The author's order: the skill with the fewest rounds of three, the first of them; its band is that round's.

    A wish gives way to it.
    """
    practised = draft.learner.state.studies[published.version].practised
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
        ability=pupil.ability(skill, draft.at / DAY_MS),
        chosen_by="rule",
        policy_version=AUTHOR_ORDER,
        reasons=(Reason(code="authorOrder", text=text, value=float(least)),),
        yielded=() if wish is None else (WISH,),
    )


def _chosen(
    choice: Choice, picked: Chosen, draft: Situation, lesson: Lesson, published: Published, wish: Wished | None
) -> ExerciseChosen:
    skills, bands = published.course.skill_ids, published.track.bands
    top = tuple(Ranked(skill=skills[k], band=bands[b].id, probability=p) for k, b, p in choice.top)
    return ExerciseChosen(
        decision_id=draft.event_id,
        session_id=lesson.id,
        enrolment_id=lesson.enrolment_id,
        track_version=lesson.track_version,
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
        wish=wish,
        bent_by=choice.bent_by,
        yielded=choice.yielded,
        cost=choice.cost,
    )
