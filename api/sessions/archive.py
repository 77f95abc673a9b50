"""Lessons that have left the learner's state, read again from the journal."""

from __future__ import annotations

from api.learners.entries import happenings_of
from api.learners.facts import SessionStarted
from api.learners.learner import Lesson
from api.learners.lessons import enter, started
from api.store.ports import Journal

PAGE = 200


async def read_lesson(journal: Journal, learner_id: str, session_id: str) -> Lesson | None:
    """A lesson of the learner from its opening on, or None if the learner has none of that id.

    Takes time in proportion to what the learner did since, and reads no further than the lesson's end.
    """
    opening = await journal.find_event(learner_id, session_id)
    if opening is None:
        return None
    lesson: Lesson | None = None
    after = opening.seq - 1
    while lesson is None or not lesson.finished:
        commits = await journal.read(learner_id, after, PAGE)
        for happening in happenings_of(commits):
            for fact in happening.facts:
                if getattr(fact, "session_id", None) != session_id:
                    continue
                if isinstance(fact, SessionStarted):
                    lesson = started(fact, happening.effective_at)
                elif lesson is not None:
                    enter(lesson, fact, happening.effective_at)
        if lesson is None or len(commits) < PAGE:
            break
        after = commits[-1].seq
    return lesson
