"""Tracks and enrolments on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from api.tracks.goals import Feasibility
from api.wire import EventEnvelope, Instant, Wire

MAX_GOAL_SKILLS = 500
MAX_MINUTES_PER_DAY = 600


class Named(Wire, frozen=True, kw_only=True):
    """A skill or a band: its id and its title."""

    id: str
    title: str


class TrackSummary(Wire, frozen=True, kw_only=True):
    """A track in the list. `version` is the hash of its content; `n_items` counts a generator of items as one."""

    id: str
    title: str
    description: str
    locale: str
    version: str
    n_skills: int
    n_items: int


class TrackPage(Wire, frozen=True, kw_only=True):
    """Tracks in order of id. `next_cursor` asks for the following ones; null at the end."""

    items: tuple[TrackSummary, ...]
    next_cursor: str | None


class BandView(Wire, frozen=True, kw_only=True):
    """A difficulty band, easiest first. `difficulty` is in logits, 0 = average."""

    id: str
    title: str
    difficulty: float


class UnitView(Wire, frozen=True, kw_only=True):
    """A chapter and its skills, in the author's order."""

    id: str
    title: str
    skills: tuple[str, ...]


class SkillView(Wire, frozen=True, kw_only=True):
    """A skill and what should be known before it."""

    id: str
    title: str
    description: str
    prerequisites: tuple[str, ...]


class TrackDetail(TrackSummary, frozen=True, kw_only=True):
    """A track as a learner may see it before starting: everything but the items."""

    licence: str
    source: str
    bands: tuple[BandView, ...]
    units: tuple[UnitView, ...]
    skills: tuple[SkillView, ...]


class Goal(Wire, frozen=True, kw_only=True):
    """What to reach. Without skills it is the whole track.

    `date` is when to be ready; `minutes_per_day` what can be given.
    """

    skills: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_GOAL_SKILLS)] = ()
    date: date | None = None
    minutes_per_day: Annotated[float, msgspec.Meta(ge=1, le=MAX_MINUTES_PER_DAY)] | None = None


class EnrolRequest(EventEnvelope, frozen=True, kw_only=True):
    """Starts a track, with a goal if there is one."""

    goal: Goal | None = None


class EnrolmentView(Wire, frozen=True, kw_only=True):
    """An enrolment in a version of a track. `feasibility` says whether the goal fits its time."""

    id: str
    track_id: str
    track_version: str
    goal: Goal
    started_at: Instant
    feasibility: Feasibility
