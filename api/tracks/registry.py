"""Published tracks in memory: immutable versions by content hash, with all that is looked up often about them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.learners.facts import EnrolmentMoved
from api.learners.learner import Enrolment
from api.store.ports import CorruptStoreError, Documents
from api.tracks.errors import TrackNotFoundError
from api.tracks.goals import goal_weights
from api.tracks.heads import Head, Heads
from api.tracks.schemas import Named
from api.tracks.versions import TrackVersions
from content.catalogue import index_course
from content.grading import expected_text
from content.items import Item, Template
from content.presentation import Presented, present
from content.skill_map import SkillMap, named_part, whole_map
from content.tracks import Track, content_hash, item_hash
from content.translation import translated
from rl.course_view import CourseView
from rl.runtime import Pupil, Tutor

logger = logging.getLogger("pacer.tracks")
PRESENTATION_SEEDS = 4
"""How many orders of options an item is shown in."""

GOALS_KEPT = 4096
"""Goals kept ready, over all tracks."""

ITEMS_KEPT = 8192
"""Items, and presentations of them, kept ready for each version of a track."""


class Published:
    """One version of a track, compiled."""

    def __init__(self, track: Track, version: str) -> None:
        self.track = track
        self.version = version
        self.index = index_course(track)
        self.course = self.index.course
        self.skill_index = dict(self.index.skill_index)
        self.band_index = dict(self.index.band_index)
        self.skills = {skill.id: skill for skill in track.skills}
        self.bands = {band.id: band for band in track.bands}
        self.sources = frozenset(source.id for source in (*track.items, *track.templates))
        self.named_skills = {skill.id: Named(id=skill.id, title=skill.title) for skill in track.skills}
        self.named_bands = {band.id: Named(id=band.id, title=band.title) for band in track.bands}
        self.n_items = {
            place: len(exercises)
            for place, exercises in self.index.exercises.items()
            if not any(exercise.endless for exercise in exercises)
        }
        self.item = lru_cache(maxsize=ITEMS_KEPT)(self.index.item)
        self.item_version = lru_cache(maxsize=ITEMS_KEPT)(self._item_version)
        self.translated = lru_cache(maxsize=ITEMS_KEPT)(self._translated)
        self.presented = lru_cache(maxsize=ITEMS_KEPT)(self._presented)
        self.expected = lru_cache(maxsize=ITEMS_KEPT)(self._expected)
        self.weights = lru_cache(maxsize=64)(self._weights)
        self.seconds = self._seconds()
        self.served: list[int] = np.flatnonzero(self.course.available.any(axis=1)).tolist()

    def difficulty(self, item: Item) -> float:
        """Prior difficulty of an item in logits: its own, or its band's."""
        return self.bands[item.band].difficulty if item.difficulty is None else item.difficulty

    def made(self, template: Template, seed: int) -> Item:
        """A template's item, kept like every other, for it is asked for again when it is shown and graded."""
        return self.item(f"{template.id}~{seed}")

    def shown(self, item_id: str, locale: str) -> Item:
        """An item in its translation `locale`, "" for as it is written."""
        return self.translated(item_id, locale) if locale else self.item(item_id)

    def _translated(self, item_id: str, locale: str) -> Item:
        return translated(self.item(item_id), locale)

    def _item_version(self, item_id: str) -> str:
        return str(item_hash(self.item(item_id)))

    def _presented(self, item_id: str, seed: int, locale: str = "") -> Presented:
        return present(self.shown(item_id, locale), seed)

    def _expected(self, item_id: str, locale: str) -> str:
        return expected_text(self.shown(item_id, locale))

    def _weights(self, skills: tuple[str, ...]) -> NDArray[np.float64] | None:
        return goal_weights(self.course, tuple(self.skill_index[skill] for skill in skills))

    def _seconds(self) -> NDArray[np.float64]:
        """Mean expected seconds of an exercise of each skill (K,)."""
        sums, counts = np.zeros(self.course.n_skills), np.zeros(self.course.n_skills)
        for source in (*self.track.items, *self.track.templates):
            place = self.skill_index[source.skills[0]]
            sums[place] += source.seconds
            counts[place] += 1
        return np.where(counts > 0, sums / np.maximum(counts, 1), 20.0)


def compile_track(track: Track) -> Published:
    """A track as its version, which is the hash of its content."""
    return Published(track, content_hash(track))


def _compiled(body: bytes, version: str) -> Published:
    return Published(msgspec.json.decode(body, type=Track), version)


class Lineage(Protocol):
    """Knows how the versions of tracks that authors publish follow one another."""

    async def skill_map(
        self, track_id: str, before: str, after: str, skills: Sequence[str], others: Sequence[str]
    ) -> SkillMap:
        """What takes up the skills of a version in another one, older or newer; empty if nothing is known of that."""


class Registry:
    """All versions this process has met, the current one of each track, and pupils on them."""

    def __init__(self, documents: Documents, tutor: Tutor) -> None:
        self.tutor = tutor
        self._stored = TrackVersions(documents)
        self._heads = Heads(documents)
        self._stamp = 0
        self._fixed: set[str] = set()
        self._versions: dict[str, Published] = {}
        self._current: dict[str, str] = {}
        self._maps: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
        self.lineage: Lineage | None = None
        self._view = lru_cache(maxsize=GOALS_KEPT)(self._make_view)

    @property
    def belief_version(self) -> int:
        """Version of what beliefs mean."""
        return self.tutor.parameters.version

    async def publish(self, tracks: Iterable[Published]) -> None:
        """Make these, from files, the current versions of their tracks, kept for good so that enrolments go on."""
        for published in tracks:
            version = published.version
            self._versions[version] = published
            self._current[published.track.id] = version
            self._fixed.add(published.track.id)
            if not await self._stored.has(version):
                await self._stored.put(version, msgspec.json.encode(published.track))

    async def keep(self, track: Track, version: str) -> Published:
        """Store a version of a track and compile it; nobody enrols in it before it is led in."""
        if version not in self._versions:
            body = await asyncio.to_thread(msgspec.json.encode, track)
            if not await self._stored.has(version):
                await self._stored.put(version, body)
            self._versions[version] = await asyncio.to_thread(Published, track, version)
        return self._versions[version]

    async def lead(self, head: Head) -> None:
        """Let learners of every server enrol in the version of a head from now on, or in none."""
        await self._heads.put(head)
        await self.refresh()

    async def refresh(self) -> None:
        """Learn which versions authors have made current meanwhile, on whatever server. One read, if none did.

        A track that comes from a file keeps the version of the file; one whose version is lost is logged and left out.
        """
        stamp = await self._heads.stamp()
        if stamp == self._stamp:
            return
        for head in await self._heads.all():
            if head.track_id in self._fixed:
                continue
            try:
                await self._follow(head)
            except CorruptStoreError:
                logger.exception("track %s is not served", head.track_id)
        self._stamp = stamp

    async def _follow(self, head: Head) -> None:
        if head.version:
            await self.ensure(head.version)
            self._current[head.track_id] = head.version
        else:
            self._current.pop(head.track_id, None)

    def is_fixed(self, track_id: str) -> bool:
        """Whether a track comes from a file, so that no course can have its id."""
        return track_id in self._fixed

    async def ensure(self, version: str) -> None:
        """Fetch a version that is not in memory. Raises CorruptStoreError if it is nowhere."""
        if version in self._versions:
            return
        body = await self._stored.get(version)
        if body is None:
            raise CorruptStoreError(f"version {version} of a track is in use, but no longer stored")
        self._versions[version] = await asyncio.to_thread(_compiled, body, version)

    def current(self) -> list[Published]:
        """The current version of each track, in order of id."""
        return [self._versions[self._current[track_id]] for track_id in sorted(self._current)]

    def track(self, track_id: str) -> Published:
        """The current version of a track. Raises TrackNotFoundError."""
        version = self._current.get(track_id)
        if version is None:
            raise TrackNotFoundError(f"there is no track {track_id!r}; there are: {', '.join(sorted(self._current))}")
        return self._versions[version]

    def version(self, version: str) -> Published:
        """A version in memory."""
        return self._versions[version]

    def open(self, version: str, skills: tuple[str, ...], belief: bytes | None) -> Pupil:
        """A pupil with a goal. The arrays of a course are computed once, and shared."""
        pupil = Pupil(self.tutor, self._versions[version].course, self._view(version, skills))
        if belief is not None:
            pupil.restore(belief)
        return pupil

    def aim(self, pupil: Pupil, version: str, skills: tuple[str, ...]) -> None:
        """Turn a pupil towards a goal."""
        pupil.view = self._view(version, skills)

    def _make_view(self, version: str, skills: tuple[str, ...]) -> CourseView:
        published = self._versions[version]
        if not skills:
            return self.tutor.open(published.course).view
        whole, weights = self._view(version, ()), published.weights(skills)
        return whole if weights is None else whole.aimed(weights[None])

    def places(self, version: str, skills: tuple[str, ...], band: str) -> tuple[tuple[int, ...], int]:
        """Numbers of skills and of a band in the course of a version."""
        published = self._versions[version]
        return tuple(published.skill_index[skill] for skill in skills), published.band_index[band]

    def skills(self, version: str) -> dict[str, int]:
        """All skills of a version, by id, with their numbers."""
        return self._versions[version].skill_index

    def has(self, version: str, source: str) -> bool:
        """Whether a version has an item or a template."""
        return source in self._versions[version].sources

    def band_like(self, version: str, band: str, other: str) -> str:
        """The band of another version that a band of this one is there: the same, else the nearest in difficulty."""
        bands, difficulty = self._versions[other].bands, self._versions[version].bands[band].difficulty
        return band if band in bands else min(bands, key=lambda name: abs(bands[name].difficulty - difficulty))

    async def move_due(self, enrolment: Enrolment) -> EnrolmentMoved | None:
        """How an enrolment gets to the current version of its track; None if it is there, or the track is retired."""
        before, after = enrolment.track_version, self._current.get(enrolment.track_id, enrolment.track_version)
        if before == after:
            return None
        if (before, after) not in self._maps:
            self._maps[before, after] = await self._map(enrolment.track_id, before, after)
        return EnrolmentMoved(
            enrolment_id=enrolment.id, from_version=before, to_version=after, skills=self._maps[before, after]
        )

    async def _map(self, track_id: str, before: str, after: str) -> dict[str, tuple[str, ...]]:
        lineage = None if track_id in self._fixed else self.lineage
        if lineage is None:
            return {}
        skills, others = self.skills(before), self.skills(after)
        found = await lineage.skill_map(track_id, before, after, tuple(skills), tuple(others))
        return named_part(whole_map(skills, others, found), others)
