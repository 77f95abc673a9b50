"""Grades given anew, as new facts beside the old ones: for every learner whom a variant concerns.

A new grade has the effective time of the answer and an id made from the report and the answer, so that it may be given
again without harm. Nobody loses by it: an answer that is worth no more than before keeps its grade.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from api.game.calendar import local_day
from api.game.rules import RuleBook
from api.game.xp import Attempt, grant
from api.learners.closing import DEVICE, own_events, take_over
from api.learners.entries import Happening
from api.learners.events import AnswerReviewed, ExerciseAnswered
from api.learners.facts import AnswerGraded, AnswerRegraded, EnrolmentStarted, Fact, XpGranted
from api.learners.states import States
from content.grading import AnswerShapeError, Grade, grade
from content.items import Item

TAIL = 12
REASONS = ("regraded",)


class Regrade(NamedTuple):
    """What is graded anew: answers to an item of a track, by the item as it is now, because of a report.

    XP follow the rules of the day of the answer.
    """

    track_id: str
    item: Item
    difficulty: float
    report_id: str
    rules: RuleBook


async def regrade(states: States, learner_id: str, asked: Regrade) -> int:
    """Give a learner's answers their new grades; how many there are. Raises StoreError, LearnerClosedError."""
    happenings = await own_events(states, learner_id)
    versions = {
        fact.enrolment_id
        for happening in happenings
        for fact in happening.facts
        if isinstance(fact, EnrolmentStarted) and fact.track_id == asked.track_id
    }
    known = {happening.id for happening in happenings}
    new = [one for one in _regrades(happenings, versions, asked, states.clock()) if one.id not in known]
    return await take_over(states, learner_id, new) if new else 0


def _regrades(happenings: list[Happening], enrolments: set[str], asked: Regrade, now: int) -> Iterator[Happening]:
    regraded = {
        fact.decision_id: fact.score
        for happening in happenings
        for fact in happening.facts
        if isinstance(fact, AnswerRegraded)
    }
    for happening in happenings:
        event = happening.event
        graded = next((fact for fact in happening.facts if isinstance(fact, AnswerGraded)), None)
        if graded is None or not isinstance(event, ExerciseAnswered) or graded.enrolment_id not in enrolments:
            continue
        if graded.item_id != asked.item.id or graded.practice:
            continue
        before = max(graded.score, regraded.get(graded.decision_id, 0.0))
        facts = _facts(event, graded, before, happening, asked)
        if facts:
            yield reviewed(happening, facts, asked.report_id, now)


def _facts(
    event: ExerciseAnswered, graded: AnswerGraded, before: float, happening: Happening, asked: Regrade
) -> tuple[Fact, ...]:
    try:
        found = grade(asked.item, event.answer)
    except AnswerShapeError:
        return ()
    if found.score <= before:
        return ()
    return new_facts(happening, graded, found, asked)


def new_facts(happening: Happening, graded: AnswerGraded, found: Grade, asked: Regrade) -> tuple[Fact, ...]:
    """A new grade, and the row of XP that it brings beyond what was granted with the old one."""
    day = local_day(happening.effective_at, happening.event.zone, graded.day_starts_at)
    rules = asked.rules.on(day.ordinal)
    told = AnswerRegraded(
        decision_id=graded.decision_id,
        session_id=graded.session_id,
        enrolment_id=graded.enrolment_id,
        item_id=graded.item_id,
        score=found.score,
        correct=found.correct,
        report_id=asked.report_id,
    )
    earned = grant(
        Attempt(
            score=found.score,
            difficulty=asked.difficulty,
            information=0.0,
            repeats=0,
            seconds=graded.seconds,
            expected_seconds=graded.usual_seconds,
            hints=graded.hints,
        ),
        rules.xp,
    )
    more = earned.amount - sum(fact.amount for fact in happening.facts if isinstance(fact, XpGranted))
    if more <= 0:
        return (told,)
    row = XpGranted(
        amount=more,
        reasons=REASONS,
        rules_version=rules.version,
        decision_id=graded.decision_id,
        session_id=graded.session_id,
    )
    return (told, row)


def reviewed(answered: Happening, facts: tuple[Fact, ...], report_id: str, now: int) -> Happening:
    """That an answer was graded anew, at the time of the answer; always under the same id."""
    tail = hashlib.sha256(f"{report_id} {answered.id}".encode()).hexdigest()[:TAIL]
    event = answered.event
    session_id = getattr(event, "session_id", "")
    decision_id = getattr(event, "decision_id", "")
    return Happening(
        id=answered.id[:-TAIL] + tail,
        effective_at=answered.effective_at,
        accepted_at=now,
        event=AnswerReviewed(
            client_time=answered.effective_at,
            zone=event.zone,
            device_id=DEVICE,
            sequence=0,
            session_id=session_id,
            decision_id=decision_id,
            report_id=report_id,
        ),
        facts=facts,
    )
