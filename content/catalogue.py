"""What each candidate (skill, band) of a track can serve: its items and templates, beside the arrays of the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from content.course import Course
from content.graph import SkillGraph
from content.guessing import guess_probability
from content.items import Item, Template
from content.templates import instantiate
from content.tracks import Track


@dataclass(frozen=True)
class Exercise:
    """What a candidate can serve: an item as written, or a template that makes items.

    Attributes:
        id: of the item or template.
        difficulty: prior, in logits; the item's own, else its band's.
        guess: chance to guess it right, in [0, 1].
    """

    id: str
    source: Item | Template
    difficulty: float
    guess: float

    @property
    def endless(self) -> bool:
        """Whether it makes a fresh item for every seed."""
        return isinstance(self.source, Template)


class UnknownItemError(KeyError):
    """No item of the track has this id. The text names it."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class CourseIndex:
    """A track ready to teach: its arrays, and what each candidate can serve.

    Attributes:
        track: what it was compiled from.
        course: the arrays.
        band_ids: B ids, easiest first.
        exercises: (skill, band) as indices -> what it can serve, in the author's order; no key for an empty candidate.
    """

    track: Track
    course: Course
    band_ids: tuple[str, ...]
    exercises: Mapping[tuple[int, int], tuple[Exercise, ...]]

    @cached_property
    def skill_index(self) -> Mapping[str, int]:
        """Skill id -> k."""
        return MappingProxyType({name: k for k, name in enumerate(self.course.skill_ids)})

    @cached_property
    def band_index(self) -> Mapping[str, int]:
        """Band id -> b."""
        return MappingProxyType({name: b for b, name in enumerate(self.band_ids)})

    @cached_property
    def _sources(self) -> dict[str, Item | Template]:
        return {source.id: source for source in (*self.track.items, *self.track.templates)}

    def item(self, item_id: str) -> Item:
        """The item of an id, made anew where it is a template's (``template-id~seed``).

        Raises:
            UnknownItemError: the track has no such item.
        """
        name, mark, seed = item_id.partition("~")
        source = self._sources.get(name)
        if isinstance(source, Template) and mark and seed.isascii() and seed.isdigit() and len(seed) <= 19:
            return instantiate(source, int(seed))
        if source is None or isinstance(source, Template) or mark:
            raise UnknownItemError(f"no item of track {self.track.id!r} has the id {item_id[:80]!r}")
        return source

    def skills_of(self, item: Item) -> tuple[int, ...]:
        """Indices of all skills that an answer to the item informs, the one it is chosen for first."""
        return tuple(self.skill_index[name] for name in item.skills)


def index_course(track: Track) -> CourseIndex:
    """Compile a track that was checked. Skills stand in the author's order: units in order, their skills in order.

    A candidate's difficulty is the mean over what it serves, its band's where it serves nothing, and raised to that of
    the band before where it would be less, so that it never falls with the band. Its guess is the mean as well.

    Raises:
        SkillGraphError: the skills are not a graph.
    """
    by_id = {skill.id: skill for skill in track.skills}
    graph = SkillGraph.of([by_id[name] for unit in track.units for name in unit.skills])
    bands = {band.id: b for b, band in enumerate(track.bands)}
    skills = {name: k for k, name in enumerate(graph.ids)}
    exercises: dict[tuple[int, int], list[Exercise]] = {}
    for source in (*track.items, *track.templates):
        candidate = (skills[source.skills[0]], bands[source.band])
        prior = track.bands[candidate[1]].difficulty if source.difficulty is None else source.difficulty
        exercises.setdefault(candidate, []).append(Exercise(source.id, source, prior, _guess(source)))
    frozen = MappingProxyType({candidate: tuple(found) for candidate, found in exercises.items()})
    return CourseIndex(track, _course(track, graph, frozen), tuple(bands), frozen)


def _guess(source: Item | Template) -> float:
    """A template's is that of its first item, for all of them are of one kind."""
    return guess_probability(instantiate(source, 0) if isinstance(source, Template) else source)


def _course(track: Track, graph: SkillGraph, exercises: Mapping[tuple[int, int], tuple[Exercise, ...]]) -> Course:
    shape = (len(graph.ids), len(track.bands))
    difficulty = np.tile(np.array([band.difficulty for band in track.bands], dtype=np.float32), (shape[0], 1))
    guess = np.zeros(shape, dtype=np.float32)
    available = np.zeros(shape, dtype=np.bool_)
    for candidate, found in exercises.items():
        difficulty[candidate] = np.mean([exercise.difficulty for exercise in found])
        guess[candidate] = min(float(np.mean([exercise.guess for exercise in found])), 0.99)
        available[candidate] = True
    rising = np.maximum.accumulate(difficulty, axis=1)
    return Course(graph.ids, graph.prerequisites, rising, guess, available)
