"""Lessons and bundles that have left the learner's state, read again from the journal."""

from __future__ import annotations

from collections.abc import Iterable

from api.learners import bundles
from api.learners.drafts import Archive
from api.learners.entries import Happening, happenings_of
from api.learners.facts import AnswerGraded, BundleIssued, ExercisePassed, HintGiven, SessionStarted
from api.learners.learner import Learner, Lesson
from api.learners.lessons import enter, started
from api.store.ports import Journal

PAGE = 200


async def read_lesson(journal: Journal, learner_id: str, session_id: str) -> Lesson | None:
    """A lesson of the learner from its opening on, or None if the learner has none of that id."""
    archive = Archive()
    await read_archive(archive, journal, learner_id, [session_id])
    return archive.lessons.get(session_id)


async def recall(archive: Archive, journal: Journal, learner: Learner, session_ids: Iterable[str]) -> None:
    """Fill the archive with sessions and the bundles they draw on, those of the state included: they may leave it."""
    state = learner.state
    wanted = set(session_ids)
    archive.lessons |= {name: state.sessions[name] for name in wanted & state.sessions.keys()}
    await read_archive(archive, journal, learner.id, wanted - archive.lessons.keys())
    drawn_on = {lesson.bundle_id for lesson in archive.lessons.values() if lesson.bundle_id}
    archive.bundles |= {name: state.bundles[name] for name in drawn_on & state.bundles.keys()}
    await read_archive(archive, journal, learner.id, drawn_on - archive.bundles.keys())


async def read_archive(archive: Archive, journal: Journal, learner_id: str, ids: Iterable[str]) -> None:
    """Fill the archive with lessons and bundles of these ids, each from its beginning on, in one pass.

    Takes time in proportion to what the learner did since the earliest began, and reads no further than the end of the
    last where that can be told.
    """
    wanted = set(ids)
    openings = [commit for name in sorted(wanted) if (commit := await journal.find_event(learner_id, name))]
    after = min((commit.seq for commit in openings), default=0) - 1
    while openings and not _all_over(archive, wanted):
        commits = await journal.read(learner_id, after, PAGE)
        for happening in happenings_of(commits):
            _enter(archive, happening, wanted)
        if len(commits) < PAGE:
            break
        after = commits[-1].seq


def _all_over(archive: Archive, wanted: set[str]) -> bool:
    """Whether nothing further can concern the wanted: all are lessons, and all are finished."""
    return all(name in archive.lessons and archive.lessons[name].finished for name in wanted)


def _enter(archive: Archive, happening: Happening, wanted: set[str]) -> None:
    for fact in happening.facts:
        match fact:
            case SessionStarted() if fact.session_id in wanted:
                archive.lessons[fact.session_id] = started(fact, happening.effective_at)
            case BundleIssued() if fact.bundle_id in wanted:
                at = happening.effective_at
                archive.bundles[fact.bundle_id] = bundles.issued(fact, happening.event.device_id, at)
            case AnswerGraded() | ExercisePassed() | HintGiven() if fact.bundle_id in archive.bundles:
                bundles.enter(archive.bundles[fact.bundle_id], fact)
        session_id = getattr(fact, "session_id", None)
        if session_id in wanted and session_id in archive.lessons:
            enter(archive.lessons[session_id], fact, happening.effective_at)
