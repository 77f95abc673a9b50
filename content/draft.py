"""A track as it is read: every element with the place it was written at, faults and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from content.faults import Fault
from content.formats.yaml_source import Source
from content.graph import Skill
from content.items import Item, Template
from content.tracks import Band, Track, Unit
from content.vocabulary import Entry

T = TypeVar("T", covariant=True)


@dataclass(frozen=True)
class Finding:
    """Something wrong within an element; `pointer` starts at the element."""

    pointer: str
    message: str
    fix: str


@dataclass(frozen=True)
class Placed(Generic[T]):
    """An element and where it stands: the number of its source, and a JSON Pointer into it."""

    value: T
    source: int
    pointer: str


@dataclass
class Draft:
    """What the files of a track hold.

    Attributes:
        sources: the files.
        header: id, title, description, locale, licence and source, as far as given.
        items: written items and those made of vocabulary, the latter placed at their entry.
        broken_ids: ids of elements that could not be read, so that a reference to one is not a second fault.
        faults: what was wrong so far.
    """

    sources: list[Source]
    header: dict[str, Placed[str]] = field(default_factory=dict)
    bands: list[Placed[Band]] = field(default_factory=list)
    units: list[Placed[Unit]] = field(default_factory=list)
    skills: list[Placed[Skill]] = field(default_factory=list)
    items: list[Placed[Item]] = field(default_factory=list)
    templates: list[Placed[Template]] = field(default_factory=list)
    vocabulary: list[Placed[Entry]] = field(default_factory=list)
    broken_ids: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def note(self, source: int, pointer: str, message: str, fix: str) -> None:
        """Add a fault at a pointer of a source, or the nearest value around it."""
        lines, around = self._lines[source], pointer
        while around and around not in lines:
            around = around.rpartition("/")[0]
        line = lines.get(around, 0)
        self.faults.append(Fault(file=self.sources[source].file, line=line, pointer=pointer, message=message, fix=fix))

    def note_finding(self, element: Placed[Any], finding: Finding) -> None:
        """Add a fault found within an element."""
        self.note(element.source, element.pointer + finding.pointer, finding.message, finding.fix)

    @cached_property
    def _lines(self) -> _LinesBySource:
        return _LinesBySource(self.sources)

    def track(self) -> Track:
        """The track; only to be asked for when there are no faults."""
        return Track(
            **{name: placed.value for name, placed in self.header.items()},
            bands=tuple(placed.value for placed in self.bands),
            units=tuple(placed.value for placed in self.units),
            skills=tuple(placed.value for placed in self.skills),
            items=tuple(placed.value for placed in self.items),
            templates=tuple(placed.value for placed in self.templates),
        )


class _LinesBySource:
    """Lines of each source, found when first asked for."""

    def __init__(self, sources: list[Source]) -> None:
        self._sources = sources
        self._lines: dict[int, dict[str, int]] = {}

    def __getitem__(self, source: int) -> dict[str, int]:
        if source not in self._lines:
            self._lines[source] = self._sources[source].lines()
        return self._lines[source]
