"""Lessons played: each simulated learner a client of its own, many at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
import numpy as np

from api.play.answering import answer_to
from api.play.cohort import SECONDS_PER_DAY, Cohort, Plan
from api.play.phone import Json, Phone
from content.catalogue import CourseIndex

ZONES = ("Europe/Madrid", "America/New_York", "Asia/Tokyo", "Africa/Lagos", "America/Bogota", "UTC")
MS_PER_DAY = SECONDS_PER_DAY * 1000.0
TUTOR, AUTHOR = "tutor", "author"
ARMS = (TUTOR, AUTHOR)


@dataclass
class Tally:
    """What was played so far.

    Attributes:
        n_lessons: begun. n_answers: accepted. n_misgraded: answers whose grade was not the intended one.
        by_policy: exercises the trained policy chose, the others being chosen by a rule.
    """

    n_learners: int = 0
    n_lessons: int = 0
    n_answers: int = 0
    n_correct: int = 0
    n_misgraded: int = 0
    n_hints: int = 0
    by_policy: int = 0
    xp: int = 0


@dataclass(frozen=True)
class Class:
    """All learners of a track under one teacher.

    Attributes:
        arm: TUTOR, or AUTHOR for the author's order.
        starts_at: the first simulated day, in milliseconds since the epoch.
    """

    arm: str
    index: CourseIndex
    cohort: Cohort
    starts_at: float
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def of(cls, arm: str, index: CourseIndex, plan: Plan, starts_at: float) -> Class:
        """A class of new learners."""
        return cls(arm, index, Cohort(index.track.id, index.course, plan), starts_at)

    def at(self, day: float) -> int:
        """A simulated day as milliseconds since the epoch."""
        return round(self.starts_at + day * MS_PER_DAY)


async def play_classes(client: httpx.AsyncClient, classes: list[Class], concurrency: int) -> None:
    """Play all lessons of all learners, at most `concurrency` learners at a time, the classes in step.

    Raises:
        PlayError: alone or in a group; the server cannot be reached, or refuses.
    """
    places = asyncio.Semaphore(concurrency)

    async def play(playing: Class, row: int) -> None:
        async with places:
            await Pupil(client, playing, row).play()

    async with asyncio.TaskGroup() as group:
        for row in range(max(playing.cohort.plan.n_learners for playing in classes)):
            for playing in classes:
                group.create_task(play(playing, row))


class Pupil:
    """One simulated learner at a device, from signing in to the last lesson. `day` is where its calendar stands."""

    def __init__(self, client: httpx.AsyncClient, playing: Class, row: int) -> None:
        self._phone = Phone(client, ZONES[row % len(ZONES)])
        self._class = playing
        self._row = row
        self._day = 0.0

    async def play(self) -> None:
        """All lessons, until the calendar is over or the learner leaves."""
        playing, cohort, phone = self._class, self._class.cohort, self._phone
        await phone.sign_in()
        if playing.arm == AUTHOR:
            await phone.take_the_authors_order()
        enrolment = await phone.enrol(playing.index.track.id, playing.at(0.0))
        for session, starts in enumerate(cohort.starts[self._row].tolist()):
            if cohort.dropped_out[self._row]:
                break
            if not cohort.misses(self._row, session):
                self._day = max(self._day, starts)
                await self._lesson(enrolment)
        playing.tally.n_learners += 1

    async def _lesson(self, enrolment: str) -> None:
        playing, n_exercises = self._class, self._class.cohort.plan.n_exercises
        lesson = await self._phone.event(
            "/v1/sessions", playing.at(self._day), enrolmentId=enrolment, length=n_exercises
        )
        playing.tally.n_lessons += 1
        exercise = lesson["exercise"]
        while exercise is not None:
            result = await self._answer(lesson["id"], exercise)
            exercise = result["next"]
            if playing.cohort.leaves(self._row, lesson_ends=exercise is None):
                return
            self._day += playing.cohort.pause_days(self._row)

    async def _answer(self, session: str, exercise: Json) -> Json:
        """Answer an exercise the way the simulated learner does, a hint before it where one is asked for."""
        playing, row = self._class, self._row
        index, tally, step = playing.index, playing.tally, int(playing.cohort.n_attempts[row])
        skill, band = index.skill_index[exercise["skill"]["id"]], index.band_index[exercise["band"]["id"]]
        attempt = playing.cohort.attempt(row, skill, band, self._day)
        decision, path = exercise["decisionId"], f"/v1/sessions/{session}"
        if attempt.hinted and exercise["hintsAvailable"]:
            await self._phone.event(f"{path}/hints", playing.at(self._day), decisionId=decision)
            tally.n_hints += 1
        self._day += attempt.seconds / SECONDS_PER_DAY
        seed = int(np.random.SeedSequence((playing.cohort.plan.seed, row, step)).generate_state(1)[0])
        result = await self._phone.event(
            f"{path}/answers",
            playing.at(self._day),
            decisionId=decision,
            answer=answer_to(index.item(exercise["itemId"]), right=attempt.correct, seed=seed),
            secondsTaken=round(attempt.seconds, 3),
        )
        tally.n_answers += 1
        tally.n_correct += attempt.correct
        tally.n_misgraded += result["grade"]["correct"] != attempt.correct
        tally.by_policy += exercise["chosenBy"] == "policy"
        tally.xp += result["reward"]["xp"]
        return result
