"""Use cases of publishing: make a version of what was approved, let learners enrol in it, go back, retire."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from api.authoring.checking import track_of
from api.authoring.course import Course
from api.authoring.errors import AlreadyThereError, NotApprovedError, NothingNewError
from api.authoring.publishing.changes import ItemChange, SkillFate, SkillMapError, item_changes, skill_fates
from api.authoring.publishing.version import Version, Versions, version_id
from api.authoring.reviews.service import ReviewService
from api.authoring.service import AuthoringService
from api.store.ports import VersionClashError
from api.tracks.heads import Head
from api.tracks.registry import Registry
from api.wire import WireError
from content.tracks import Track, content_hash

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a publisher says of a version: a note, items whose statistics hold though their words changed, and what
    became of skills."""

    note: str = ""
    kept: Sequence[str] = ()
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states of a course."""

    items: tuple[ItemChange, ...]
    skills: tuple[SkillFate, ...]
    header: tuple[str, ...]


class PublishingService:
    """Versions of courses."""

    def __init__(
        self, authoring: AuthoringService, reviews: ReviewService, versions: Versions, registry: Registry
    ) -> None:
        self.authoring = authoring
        self.reviews = reviews
        self.versions = versions
        self.registry = registry

    async def publish(self, course: Course, by: str, asked: Asked) -> Version:
        """Make a version of the draft, which has to be the approved one, and let learners enrol in it.

        Raises:
            NotApprovedError: this state of the draft was not approved.
            NothingNewError: it is what learners enrol in already.
            AlreadyThereError: a track of that id is served from a file.
            WireError: the skill map does not fit.
        """
        track = await self.draft(course)
        version = await asyncio.to_thread(content_hash, track)
        review = await self.reviews.approved(course, version)
        if review is None:
            raise NotApprovedError("submit the draft, and have this very state of it approved; then publish it")
        made = await self.add(course, by, track, version, asked, review.id)
        await self.reviews.published(course, review.id)
        return made

    async def add(self, course: Course, by: str, track: Track, version: str, asked: Asked, review_id: str) -> Version:
        """Keep a track as the next version of a course, and lead it in. Raises as `publish`, but for the approval."""
        if self.registry.is_fixed(course.track_id):
            raise AlreadyThereError(f"this server has a track {course.track_id!r} from a file; take another track id")
        clashed = 0
        for _ in range(ATTEMPTS):
            course = await self.authoring.courses.get(course.organisation_id, course.id)
            latest = await self._latest(course)
            if latest is not None and latest.track == version and latest.number in (course.live, clashed):
                raise NothingNewError(f"version {latest.number} is this state of the course already")
            made = await self._made(course, by, track, version, asked, review_id, latest)
            await self.registry.keep(track, version)
            try:
                async with self.authoring.audit.noting(course, by, "coursePublished", note=f"version {made.number}"):
                    await self.versions.add(made)
            except VersionClashError:
                clashed = made.number
                continue
            await self._lead(course, made.number)
            return made
        raise VersionClashError(f"the course {course.id} is being published by too many requests; try again")

    async def set_live(self, course: Course, by: str, number: int) -> Course:
        """Let learners enrol in a version from now on; 0 retires the track. Raises PartNotFoundError."""
        if number:
            await self.versions.get(course.id, number)
        action = "versionSetLive" if number else "courseRetired"
        async with self.authoring.audit.noting(course, by, action, note=f"version {number}" if number else ""):
            return await self._lead(course, number)

    async def draft(self, course: Course) -> Track:
        """The draft as a track."""
        return track_of(course, await self.authoring.courses.elements(course.id))

    async def track(self, course: Course, number: int) -> Track:
        """The track of a version, of the draft if it is 0. Raises PartNotFoundError."""
        if not number:
            return await self.draft(course)
        version = await self.versions.get(course.id, number)
        await self.registry.ensure(version.track)
        return self.registry.version(version.track).track

    async def difference(self, course: Course, old: int, new: int) -> Difference:
        """What differs between two versions; 0 is the draft. Raises PartNotFoundError."""
        before, after = await self.track(course, old), await self.track(course, new)
        items = await asyncio.to_thread(item_changes, before, after)
        names = ("title", "description", "locale", "licence", "source", "bands", "units")
        header = tuple(name for name in names if getattr(before, name) != getattr(after, name))
        return Difference(items, skill_fates(before, after, {}), header)

    async def _made(
        self,
        course: Course,
        by: str,
        track: Track,
        version: str,
        asked: Asked,
        review_id: str,
        latest: Version | None,
    ) -> Version:
        before = None if latest is None else await self.track(course, latest.number)
        try:
            fates = skill_fates(before, track, asked.skills)
        except SkillMapError as error:
            raise WireError(*((f"/skillMap/{skill}", text) for skill, text in error.faults)) from error
        changes = () if before is None else await asyncio.to_thread(item_changes, before, track, frozenset(asked.kept))
        number = 1 if latest is None else latest.number + 1
        return Version(
            id=version_id(course.id, number),
            course_id=course.id,
            number=number,
            track=version,
            published_by=by,
            published_at=self.authoring.clock(),
            review_id=review_id,
            n_skills=len(track.skills),
            n_items=len(track.items) + len(track.templates),
            note=asked.note,
            items=changes,
            skills=fates,
        )

    async def _latest(self, course: Course) -> Version | None:
        """The newest version, also where a process died before the course knew of it."""
        found, number = None, max(course.n_versions, 1)
        while (version := await self.versions.find(course.id, number)) is not None:
            found, number = version, number + 1
        return found

    async def _lead(self, course: Course, number: int) -> Course:
        """Write down which version is live, in the course and for all servers."""
        version = await self.versions.get(course.id, number) if number else None
        now = self.authoring.clock()

        def edit(found: Course) -> Course:
            n_versions = max(found.n_versions, number)
            return msgspec.structs.replace(found, live=number, n_versions=n_versions, changed_at=now)

        changed = await self.authoring.courses.edit(course.organisation_id, course.id, edit)
        head = Head(
            track_id=course.track_id,
            version=version.track if version else "",
            course_id=course.id,
            organisation_id=course.organisation_id,
            at=now,
        )
        await self.registry.lead(head)
        return changed
