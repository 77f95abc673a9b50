"""Which answers still tell of an item: those to versions since which neither its key nor its words have changed."""

from __future__ import annotations

from collections.abc import Sequence

from api.authoring.publishing.version import Version, Versions

PAGE = 20


class Holding:
    """The versions of a course by what they say of statistics.

    An item's answers count from the last version on whose change of it did not let statistics carry over. Answers in
    tracks that are no version of the course count where nothing has changed.
    """

    def __init__(self, versions: Sequence[Version]) -> None:
        self.since = {
            change.name: version.number for version in versions for change in version.items if not change.carries
        }
        """By item: the version from which on answers to it count; those that are not named count from the first."""
        self.latest = max((version.number for version in versions), default=0)
        self._number = {version.track: version.number for version in versions}

    def counts(self, item_id: str, track: str) -> bool:
        """Whether an answer to the item, given in this version of the track, still tells of it."""
        return self._number.get(track, 0) >= self.since.get(item_id, 0)


async def holding_of(versions: Versions, course_id: str) -> Holding:
    """All versions of a course."""
    found: list[Version] = []
    while page := await versions.of(course_id, found[-1].id if found else "", PAGE):
        found += page
    return Holding(found)
