"""What a learner did, read off their journal from where the last look ended. A pure fold of commits into an agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from api.game.calendar import zone_info
from api.learners.entries import Happening, happenings_of
from api.learners.facts import AnswerGraded, SessionClosed
from api.notifications.agenda import Agenda
from api.store.ports import Commit, Journal

PAGE = 200
WINDOW_MS = 24 * 3_600_000
ANSWERS = 10
"""So many graded answers within the window count as having come back to learning, as does one finished lesson."""

MAX_HOURS = 400
"""Counts of practice by hour are halved when there are more, so that a new habit replaces an old one."""


async def look(journal: Journal, agenda: Agenda) -> Agenda:
    """The agenda with all that was done since the last look. Raises StoreError."""
    found = agenda
    while commits := await journal.read(agenda.learner_id, found.seq, PAGE):
        found = after(found, commits)
    return found


def after(agenda: Agenda, commits: Iterable[Commit]) -> Agenda:
    """The agenda after some commits, in order of seq."""
    commits = list(commits)
    state = _Tally(agenda)
    for happening in happenings_of(commits):
        state.add(happening)
    return msgspec.structs.replace(state.agenda(), seq=max(commit.seq for commit in commits))


def has_returned(agenda: Agenda) -> bool:
    """Whether the learner came back to learning within the window of the open decision."""
    return agenda.finished > 0 or agenda.answers >= ANSWERS


def monday_of(day: date) -> int:
    """The ordinal of the Monday of a date's week."""
    return day.toordinal() - day.weekday()


class _Tally:
    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._last, self._zone = agenda.last_practice_at, agenda.zone
        self._answers, self._finished = agenda.answers, agenda.finished
        self._hours, self._weeks = list(agenda.hours), dict(agenda.weeks)

    def add(self, happening: Happening) -> None:
        for fact in happening.facts:
            if isinstance(fact, AnswerGraded) and not fact.practice:
                self._count(happening, n_answers=1, n_lessons=0)
            elif isinstance(fact, SessionClosed) and fact.first and fact.answered:
                self._count(happening, n_answers=0, n_lessons=1)

    def _count(self, happening: Happening, n_answers: int, n_lessons: int) -> None:
        at, zone = happening.effective_at, happening.event.zone
        if at >= self._last:
            self._last, self._zone = at, zone
        if self._agenda.open_id and self._agenda.open_at <= at < self._agenda.open_at + WINDOW_MS:
            self._answers, self._finished = self._answers + n_answers, self._finished + n_lessons
        wall = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_info(zone))
        self._hours[wall.hour] += n_answers
        monday = monday_of(wall.date())
        answers, lessons = self._weeks.get(monday, (0, 0))
        self._weeks[monday] = (answers + n_answers, lessons + n_lessons)

    def agenda(self) -> Agenda:
        many = sum(self._hours) > MAX_HOURS
        return msgspec.structs.replace(
            self._agenda,
            last_practice_at=self._last,
            zone=self._zone,
            answers=self._answers,
            finished=self._finished,
            hours=tuple(count // 2 if many else count for count in self._hours),
            weeks={monday: self._weeks[monday] for monday in sorted(self._weeks)[-2:]},
        )
