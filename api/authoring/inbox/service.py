"""Use cases of the inbox: take a learner's report down, accept it for everyone it concerns, or dismiss it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec

from api.authoring.course import Course
from api.authoring.errors import PartNotFoundError, ReviewStateError
from api.authoring.inbox.regrading import Regrade, regrade
from api.authoring.inbox.report import Inbox, Report
from api.authoring.inbox.variants import NoVariantError, with_variant
from api.authoring.publishing.service import Asked, PublishingService
from api.game.rules import RuleBook
from api.jobs.ports import Jobs, Run
from api.learners.drafts import Arrival
from api.learners.entries import happenings_of
from api.learners.errors import LearnerClosedError
from api.learners.events import ExerciseAnswered, ItemReported
from api.learners.facts import ReportTaken
from api.learners.states import Recorded, States
from api.sessions.service import SessionService
from api.sessions.views import fact_of
from api.store.ports import Journal
from api.tracks.heads import Heads
from api.tracks.registry import Published
from content.answers import Answer
from content.tracks import content_hash

REGRADE = "authoring.regrade"
LEARNERS_AT_ONCE = 200
PAGE = 200


class RegradePage(msgspec.Struct, frozen=True, kw_only=True):
    """Learners after the one with the id `after`, whose answers to an item are to be graded anew."""

    organisation_id: str
    course_id: str
    report_id: str
    track: str
    item: str
    after: str = ""


class InboxService:
    """Reports of learners, and what comes of them."""

    def __init__(
        self,
        inbox: Inbox,
        publishing: PublishingService,
        sessions: SessionService,
        states: States,
        heads: Heads,
        jobs: Jobs,
    ) -> None:
        self.inbox = inbox
        self._publishing = publishing
        self._sessions = sessions
        self._states = states
        self._heads = heads
        self._jobs = jobs
        jobs.register(REGRADE, RegradePage, self._regrade_page)
        sessions.listeners.append(self.take)

    async def report(self, learner_id: str, arrival: Arrival) -> str:
        """Take a report down, as an event of the learner's; its id. Raises as an answer does."""
        recorded, _ = await self._sessions.report(learner_id, arrival)
        return recorded.happening.id

    async def take(self, recorded: Recorded, published: Published) -> None:
        """Keep a report for those who write the course. A track that comes from a file has nobody to read it."""
        event, learner_id = recorded.happening.event, recorded.learner.id
        head = await self._heads.find(published.track.id) if isinstance(event, ItemReported) else None
        if head is not None and isinstance(event, ItemReported):
            taken = fact_of(recorded.happening, ReportTaken)
            report = Report(
                id=recorded.happening.id,
                course_id=head.course_id,
                learner_id=learner_id,
                about=event.about,
                item=taken.item_id,
                item_version=taken.item_version,
                track=published.version,
                decision_id=taken.decision_id,
                at=recorded.happening.effective_at,
                locale=taken.locale,
                text=event.text,
                answer=await _answer(self._states.journal, learner_id, taken),
            )
            await self.inbox.add(report)

    async def accept(self, course: Course, by: str, report_id: str, reason: str) -> Report:
        """Add the reported answer to the item as a variant: in a new version of what learners enrol in, in the draft,
        and for everyone who answered so before, whose answers are graded anew.

        Raises:
            PartNotFoundError: there is no such report, or learners enrol in no version.
            ReviewStateError: it was decided before.
            NoVariantError: the answer cannot become a variant.
        """
        report = await self.inbox.get(course.id, report_id)
        _check_open(report)
        if report.about != "acceptMine" or report.answer is None:
            raise NoVariantError("the report names no answer; change the draft, publish it, and dismiss the report")
        if not course.live:
            raise PartNotFoundError("learners enrol in no version of this course; put one live first")
        track = await self._publishing.track(course, course.live)
        item = next((one for one in track.items if one.id == report.item), None)
        if item is None:
            raise NoVariantError(f"the version that learners enrol in has no item {report.item!r} any more")
        changed = with_variant(item, report.answer)
        items = tuple(changed if one.id == item.id else one for one in track.items)
        new = msgspec.structs.replace(track, items=items)
        version = await asyncio.to_thread(content_hash, new)
        note = Asked(note=f"Accepts a learner's answer to {item.id}.")
        made = await self._publishing.add(course, by, new, version, note, report.id)
        await self._into_draft(course, by, report.item, report.answer)
        page = RegradePage(
            organisation_id=course.organisation_id,
            course_id=course.id,
            report_id=report.id,
            track=version,
            item=item.id,
        )
        await self._jobs.enqueue(REGRADE, page, key=f"{report.id}:")
        return await self._decide(course, by, report_id, reason, made.number)

    async def dismiss(self, course: Course, by: str, report_id: str, reason: str) -> Report:
        """Close a report without a change. Raises PartNotFoundError, ReviewStateError."""
        _check_open(await self.inbox.get(course.id, report_id))
        return await self._decide(course, by, report_id, reason, 0)

    async def _decide(self, course: Course, by: str, report_id: str, reason: str, version: int) -> Report:
        now = self._publishing.authoring.clock()
        state = "accepted" if version else "dismissed"

        def edit(found: Report) -> Report:
            _check_open(found)
            return msgspec.structs.replace(
                found, state=state, decided_by=by, decided_at=now, reason=reason, version=version
            )

        async with self._publishing.authoring.audit.noting(course, by, f"report{state.title()}", note=report_id):
            return await self.inbox.edit(course.id, report_id, edit)

    async def _into_draft(self, course: Course, by: str, name: str, answer: Answer) -> None:
        """Let the draft accept the answer too, unless it does, or the item became another there."""
        authoring = self._publishing.authoring
        with suppress(PartNotFoundError, NoVariantError):
            found, version = await authoring.courses.element(course.id, "item", name)
            if found.item is not None:
                await authoring.replace(course, by, found, version, with_variant(found.item, answer))

    async def _regrade_page(self, page: RegradePage, _: Run) -> None:
        """Grade the answers of some learners anew, and ask for the next. Whoever left meanwhile is passed over."""
        registry = self._publishing.registry
        await registry.ensure(page.track)
        published = registry.version(page.track)
        asked = _asked(published, page, self._sessions.rewards.rules)
        learners = await self._states.journal.learners(page.after, LEARNERS_AT_ONCE)
        for learner_id in learners:
            with suppress(LearnerClosedError):
                await regrade(self._states, learner_id, asked)
        if len(learners) == LEARNERS_AT_ONCE:
            following = msgspec.structs.replace(page, after=learners[-1])
            await self._jobs.enqueue(REGRADE, following, key=f"{page.report_id}:{learners[-1]}")


def _asked(published: Published, page: RegradePage, rules: RuleBook) -> Regrade:
    item = published.item(page.item)
    return Regrade(published.track.id, item, published.difficulty(item), page.report_id, rules)


def _check_open(report: Report) -> None:
    if report.state != "open":
        raise ReviewStateError(f"the report is {report.state} already")


async def _answer(journal: Journal, learner_id: str, taken: ReportTaken) -> Answer | None:
    """What the learner answered first to the exercise of a report, None if nothing."""
    opening = await journal.find_event(learner_id, taken.session_id)
    after = 0 if opening is None else opening.seq - 1
    while commits := await journal.read(learner_id, after, PAGE):
        for happening in happenings_of(commits):
            event = happening.event
            if isinstance(event, ExerciseAnswered) and event.decision_id == taken.decision_id:
                return event.answer
        after = commits[-1].seq
    return None
