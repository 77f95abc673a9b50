"""Learners' wishes: what a request says, read against the track, and handed to the tutor by number."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from api.learners.events import Wish
from api.learners.facts import Wished
from api.learners.learner import Lesson
from api.tracks.registry import Published
from api.wire import WireError
from content.items import Item
from rl.wishes import Wish as TutorsWish

ABOUT_SKILLS = ("notThis", "topic")


def wish_in_force(
    wish: Wish | UnsetType, lesson: Lesson | None, item: Item | None, published: Published
) -> Wished | None:
    """The wish for the exercises that follow: the one that comes with the request, else that of the lesson.

    `item` is of the exercise the request is about, if it is about one: "easier" and "harder" are then meant against
    it, and "notThis" and "topic" mean its skills unless they name others.

    Raises:
        WireError: the wish names no skills where it has to, or skills the track has not.
    """
    if wish is UNSET:
        return None if lesson is None else lesson.wish
    if wish.kind == "none":
        return None
    if wish.kind not in ABOUT_SKILLS:
        return Wished(kind=wish.kind, than=None if item is None else (item.skills[0], item.band))
    skills = wish.skills or (() if item is None else item.skills[:1])
    faults = [
        (f"/wish/skills/{place}", f"{skill!r} is not a skill of track {published.track.id}")
        for place, skill in enumerate(skills)
        if skill not in published.skill_index
    ]
    if not skills:
        faults = [("/wish/skills", f"the wish {wish.kind!r} at the beginning of a lesson names the skills it is about")]
    if faults:
        raise WireError(*faults)
    return Wished(kind=wish.kind, skills=skills)


def tutors_wish(wish: Wished | None, published: Published) -> TutorsWish | None:
    """The wish as the tutor takes it."""
    if wish is None:
        return None
    skills, bands = published.skill_index, published.band_index
    than = None if wish.than is None else (skills[wish.than[0]], bands[wish.than[1]])
    return TutorsWish(wish.kind, tuple(skills[skill] for skill in wish.skills), than)
