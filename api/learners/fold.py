"""The fold: one event with its facts after another, in the order of (effective time, id), to the state of a learner.

Nothing is decided here. What an event meant was decided when it was accepted and stands in its facts; the fold only
adds up, so that any order of arrival gives the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from api.game import folding
from api.game.calendar import DAY_MS, next_day
from api.game.streak import add
from api.learners import bundles, moving
from api.learners.effective import DeviceClock, Mark, with_mark
from api.learners.entries import Happening
from api.learners.events import Event
from api.learners.facts import (
    AnswerGraded,
    AnswerRegraded,
    BundleIssued,
    EnrolmentMoved,
    EnrolmentStarted,
    ExerciseChosen,
    ExercisePassed,
    Fact,
    HintGiven,
    JournalEnded,
    ProgressTold,
    ReportTaken,
    SessionClosed,
    SessionStarted,
    XpGranted,
)
from api.learners.learner import MAX_BUNDLES, MAX_SESSIONS, Enrolment, Learner, Studies, Today
from api.learners.lessons import enter, started
from content.choice import Exposure
from content.skill_map import mapped, whole_map
from rl.carrying import carry
from rl.runtime import Outcome, Pupil

FOLD_VERSION = 7


class Pupils(Protocol):
    """Opens pupils, and knows a track's skills and bands by number."""

    def open(self, version: str, skills: tuple[str, ...], belief: bytes | None) -> Pupil:
        """A pupil on a version of a track, with the skills of a goal (empty for all of it)."""

    def places(self, version: str, skills: tuple[str, ...], band: str) -> tuple[tuple[int, ...], int]:
        """Numbers of skills and of a band in the course of a version."""

    def skills(self, version: str) -> dict[str, int]:
        """All skills of a version, by id, with their numbers."""

    def has(self, version: str, source: str) -> bool:
        """Whether a version has an item or a template."""

    def band_like(self, version: str, band: str, other: str) -> str:
        """The band of another version that a band of this one is there: the same, else the nearest in difficulty."""


class Occasion(NamedTuple):
    """Whose fact it is, of which event, when (ms)."""

    learner: Learner
    event: Event
    at: int
    pupils: Pupils


def fold(learner: Learner, happenings: Iterable[Happening], pupils: Pupils) -> None:
    """Fold happenings, in order, into a learner that has folded all earlier ones.

    An answer that was graded anew is folded with its new grade, which has the same time and so is among them.
    """
    happenings = list(happenings)
    anew = regrades_in(happenings)
    for happening in happenings:
        fold_event(learner, happening.id, happening.event, happening.effective_at, happening.accepted_at)
        occasion = Occasion(learner, happening.event, happening.effective_at, pupils)
        for fact in happening.facts:
            fold_fact(with_regrade(fact, anew), occasion)


def regrades_in(happenings: Iterable[Happening]) -> dict[str, AnswerRegraded]:
    """The best new grade of each decision that has one."""
    found: dict[str, AnswerRegraded] = {}
    for happening in happenings:
        for fact in happening.facts:
            if isinstance(fact, AnswerRegraded):
                known = found.get(fact.decision_id)
                if known is None or fact.score > known.score:
                    found[fact.decision_id] = fact
    return found


def with_regrade(fact: Fact, anew: Mapping[str, AnswerRegraded]) -> Fact:
    """The fact, with the new grade if it is a grade that has one. Practice keeps its own."""
    if not isinstance(fact, AnswerGraded) or fact.practice or fact.decision_id not in anew:
        return fact
    new = anew[fact.decision_id]
    return msgspec.structs.replace(fact, score=new.score, correct=new.correct, misconception=None, pending=False)


def fold_event(learner: Learner, event_id: str, event: Event, at: int, accepted_at: int) -> None:
    """Take in that an event happened at `at` (ms), before its facts."""
    state = learner.state
    clock = state.devices.get(event.device_id, DeviceClock())
    state.devices[event.device_id] = with_mark(clock, Mark(event.sequence, event.client_time, at), accepted_at)
    state.n_events += 1
    state.begun_at = min(state.begun_at or at, at)
    state.accepted_at = max(state.accepted_at, accepted_at)
    state.last = max(state.last, (at, event_id))


def fold_fact(fact: Fact, occasion: Occasion) -> None:
    """Take in one fact."""
    _FOLDS[type(fact)](fact, occasion)


def pupil_of(learner: Learner, version: str, pupils: Pupils) -> Pupil:
    """The learner's live pupil on a version of a track."""
    pupil = learner.pupils.get(version)
    if pupil is None:
        pupil = pupils.open(version, (), learner.state.studies[version].belief)
        learner.pupils[version] = pupil
    return pupil


def _enrolment_started(fact: EnrolmentStarted, occasion: Occasion) -> None:
    occasion.learner.state.enrolments[fact.enrolment_id] = Enrolment(
        id=fact.enrolment_id,
        track_id=fact.track_id,
        track_version=fact.track_version,
        first_version=fact.track_version,
        started_at=occasion.at,
        skills=fact.skills,
        date=fact.date,
        minutes_per_day=fact.minutes_per_day,
    )
    occasion.learner.state.studies.setdefault(fact.track_version, Studies(fact.track_id))


def _enrolment_moved(fact: EnrolmentMoved, occasion: Occasion) -> None:
    """Let the enrolment go on in another version, and what is believed and counted, unless another enrolment did."""
    learner, pupils, version = occasion.learner, occasion.pupils, fact.to_version
    enrolments, studies = learner.state.enrolments, learner.state.studies
    enrolment, before = enrolments[fact.enrolment_id], studies[fact.from_version]
    into = whole_map(pupils.skills(fact.from_version), pupils.skills(version), fact.skills)
    enrolments[enrolment.id] = moving.moved(enrolment, fact, into, occasion.at)
    after = studies.setdefault(version, Studies(enrolment.track_id))
    if before.passed_on is not None and before.passed_on.version == version:
        return
    places = moving.places_of(pupils.skills(fact.from_version), pupils.skills(version), into)
    old, new = pupil_of(learner, fact.from_version, pupils), pupil_of(learner, version, pupils)
    carry(old, new, places, apart=after.passed_on is None)
    moving.pass_on(before, after, fact, into, lambda source: pupils.has(version, source))


def _session_started(fact: SessionStarted, occasion: Occasion) -> None:
    sessions = occasion.learner.state.sessions
    sessions[fact.session_id] = started(fact, occasion.at)
    while len(sessions) > MAX_SESSIONS:
        del sessions[next(iter(sessions))]


def _exercise_chosen(fact: ExerciseChosen, occasion: Occasion) -> None:
    _expose(fact, occasion)
    _in_lesson(fact, occasion)


def _expose(fact: ExerciseChosen | AnswerGraded | ExercisePassed, occasion: Occasion) -> None:
    """Take in that an item was shown, also where its track goes on and has it."""
    studies, version = occasion.learner.state.studies, occasion.learner.version_of(fact)
    source = fact.item_id.partition("~")[0]
    while True:
        seen, passed_on = studies[version].seen, studies[version].passed_on
        shown = seen.get(source)
        seen[source] = Exposure(1 if shown is None else shown.times + 1, occasion.at / DAY_MS)
        if passed_on is None or not occasion.pupils.has(passed_on.version, source):
            return
        version = passed_on.version


def _bundle_issued(fact: BundleIssued, occasion: Occasion) -> None:
    found = occasion.learner.state.bundles
    for bundle_id in fact.replaces:
        if bundle_id in found:
            found[bundle_id].replaced = True
    found[fact.bundle_id] = bundles.issued(fact, occasion.event.device_id, occasion.at)
    while len(found) > MAX_BUNDLES:
        del found[next(iter(found))]


def _answer_graded(fact: AnswerGraded, occasion: Occasion) -> None:
    if fact.practice:
        return
    if fact.pending:
        _enter_day(occasion, fact.day_starts_at, "answer")
        _in_lesson(fact, occasion)
        _in_bundle(fact, occasion)
        return
    _learn(fact, occasion)
    first = fact.skills[0]
    today = _enter_day(occasion, fact.day_starts_at, "answer")
    if fact.score > 0.0:
        today.repeats[first] = today.repeats.get(first, 0) + 1
    _in_lesson(fact, occasion)
    _in_bundle(fact, occasion)


def _learn(fact: AnswerGraded, occasion: Occasion) -> None:
    """Take in what an answer tells of skills, in the version of its lesson and wherever that goes on."""
    learner, pupils, version = occasion.learner, occasion.pupils, occasion.learner.version_of(fact)
    skills, band = fact.skills, fact.band
    while skills:
        _observe(fact, occasion, version, skills, band)
        passed_on = learner.state.studies[version].passed_on
        if passed_on is None:
            return
        skills = mapped(skills, whole_map(skills, pupils.skills(passed_on.version), passed_on.skills))
        band = pupils.band_like(version, band, passed_on.version)
        version = passed_on.version


def _observe(fact: AnswerGraded, occasion: Occasion, version: str, skills: tuple[str, ...], band: str) -> None:
    """Take in an answer as one on these skills and this band of a version."""
    places, band_place = occasion.pupils.places(version, skills, band)
    pupil = pupil_of(occasion.learner, version, occasion.pupils)
    seconds = fact.seconds / fact.usual_seconds * pupil.tutor.parameters.pace_seconds
    at = occasion.at / DAY_MS
    pupil.observe(Outcome(skills=places, band=band_place, score=fact.score, at=at, seconds=seconds, hints=fact.hints))
    practised = occasion.learner.state.studies[version].practised
    practised[skills[0]] = practised.get(skills[0], 0) + 1


def _exercise_passed(fact: ExercisePassed, occasion: Occasion) -> None:
    _in_lesson(fact, occasion)
    _in_bundle(fact, occasion)


def _hint_given(fact: HintGiven, occasion: Occasion) -> None:
    _in_lesson(fact, occasion)
    _in_bundle(fact, occasion)


def _xp_granted(fact: XpGranted, occasion: Occasion) -> None:
    state = occasion.learner.state
    state.xp += fact.amount
    if state.today is not None:
        state.today.xp += fact.amount
    _in_lesson(fact, occasion)


def _session_closed(fact: SessionClosed, occasion: Occasion) -> None:
    _in_lesson(fact, occasion)
    if fact.first and fact.answered:
        _enter_day(occasion, fact.day_starts_at, "lesson")


def _journal_ended(fact: JournalEnded, occasion: Occasion) -> None:
    occasion.learner.state.closed = fact


def _of_other_facts(fact: AnswerRegraded | ReportTaken, occasion: Occasion) -> None:
    """A new grade was folded in place of the old one; a report changes nothing."""


def _progress_told(fact: ProgressTold, occasion: Occasion) -> None:
    """Words to the learner change nothing."""


def _of_the_game(fact: Any, occasion: Occasion) -> None:
    folding.fold(occasion.learner.state.game, fact, occasion.at)


def _in_lesson(fact: LessonFact, occasion: Occasion) -> None:
    lesson = occasion.learner.state.sessions.get(fact.session_id)
    if lesson is not None:
        enter(lesson, fact, occasion.at)


def _in_bundle(fact: AnswerGraded | ExercisePassed | HintGiven, occasion: Occasion) -> None:
    """An exercise of a bundle counts as shown when it is answered or skipped, not when it was handed out."""
    if not fact.bundle_id:
        return
    bundle = occasion.learner.state.bundles.get(fact.bundle_id)
    if bundle is not None:
        bundles.enter(bundle, fact)
    if isinstance(fact, AnswerGraded) or (isinstance(fact, ExercisePassed) and fact.counted):
        _expose(fact, occasion)


def _enter_day(occasion: Occasion, day_starts_at: int, did: Literal["answer", "lesson"]) -> Today:
    state = occasion.learner.state
    today = state.today
    day = next_day(today.day if today else None, occasion.at, occasion.event.zone, day_starts_at)
    if today is None or today.day.ordinal != day.ordinal:
        today = state.today = Today(day)
    else:
        today.day = day
    add(state.days, day, did)
    return today


LessonFact = ExerciseChosen | AnswerGraded | XpGranted | HintGiven | ExercisePassed | SessionClosed

_FOLDS: dict[type[Any], Callable[[Any, Occasion], None]] = {
    EnrolmentStarted: _enrolment_started,
    EnrolmentMoved: _enrolment_moved,
    SessionStarted: _session_started,
    ExerciseChosen: _exercise_chosen,
    AnswerGraded: _answer_graded,
    AnswerRegraded: _of_other_facts,
    ReportTaken: _of_other_facts,
    XpGranted: _xp_granted,
    ProgressTold: _progress_told,
    HintGiven: _hint_given,
    ExercisePassed: _exercise_passed,
    SessionClosed: _session_closed,
    BundleIssued: _bundle_issued,
    JournalEnded: _journal_ended,
    **dict.fromkeys(folding.FOLDS, _of_the_game),
}
