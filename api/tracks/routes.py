"""HTTP of tracks."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter
from msgspec.structs import asdict

from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.learners.arrivals import arrival_of, common
from api.learners.errors import EventConflictError
from api.learners.events import TrackEnrolled
from api.learners.facts import EnrolmentStarted
from api.learners.states import Recorded
from api.tracks.errors import TrackNotFoundError
from api.tracks.registry import Published
from api.tracks.schemas import (
    BandView,
    EnrolmentView,
    EnrolRequest,
    Goal,
    SkillView,
    TrackDetail,
    TrackPage,
    TrackSummary,
    UnitView,
)
from api.tracks.service import TrackService
from api.wire import LearnerRequest, Slot, instant, raises

TrackId = Annotated[str, PathParameter(description="The track.", max_length=128)]
TRACKS: Slot[TrackService] = Slot("tracks")


@get("/tracks", operation_id="listTracks", summary="List the tracks", opt=raises(CursorError))
async def list_tracks(request: LearnerRequest, cursor: Cursor = None, limit: Limit = MAX_PAGE) -> TrackPage:
    """Everything that can be learned here."""
    registry = TRACKS.of(request).registry
    await registry.refresh()
    tracks = registry.current()
    page, following = CURSORS.of(request).page(tracks, lambda one: one.track.id, "tracks", cursor, limit)
    return TrackPage(items=tuple(summary_of(published) for published in page), next_cursor=following)


@get("/tracks/{track_id:str}", operation_id="getTrack", summary="Look at a track", opt=raises(TrackNotFoundError))
async def get_track(request: LearnerRequest, track_id: TrackId) -> TrackDetail:
    """Units, skills and bands of a track."""
    registry = TRACKS.of(request).registry
    await registry.refresh()
    return detail_of(registry.track(track_id))


@post(
    "/tracks/{track_id:str}/enrolments",
    operation_id="createEnrolment",
    summary="Start a track",
    opt=raises(TrackNotFoundError, EventConflictError),
)
async def create_enrolment(request: LearnerRequest, track_id: TrackId, data: JSONBody[EnrolRequest]) -> EnrolmentView:
    """Enrols in the track as it is now; where authors publish another version, the enrolment moves there with the next
    lesson or bundle. The goal's skills weigh most, what they build on less. Says honestly whether the goal fits its
    time."""
    goal = data.goal or Goal()
    event = TrackEnrolled(
        **common(data),
        track_id=track_id,
        skills=goal.skills,
        date=goal.date.isoformat() if goal.date else None,
        minutes_per_day=goal.minutes_per_day,
    )
    return enrolment_of(await TRACKS.of(request).enrol(request.user, arrival_of(data, event), event), goal)


def enrolment_of(recorded: Recorded, goal: Goal) -> EnrolmentView:
    """An enrolment on the wire."""
    started = next(fact for fact in recorded.happening.facts if isinstance(fact, EnrolmentStarted))
    return EnrolmentView(
        id=started.enrolment_id,
        track_id=started.track_id,
        track_version=started.track_version,
        goal=goal,
        started_at=instant(recorded.happening.effective_at),
        feasibility=started.feasibility,
    )


def summary_of(published: Published) -> TrackSummary:
    """A track in the list."""
    track = published.track
    return TrackSummary(
        id=track.id,
        title=track.title,
        description=track.description,
        locale=track.locale,
        version=published.version,
        n_skills=len(track.skills),
        n_items=len(track.items) + len(track.templates),
    )


def detail_of(published: Published) -> TrackDetail:
    """A track with its units, skills and bands."""
    track = published.track
    return TrackDetail(
        **asdict(summary_of(published)),
        licence=track.licence,
        source=track.source,
        bands=tuple(BandView(id=band.id, title=band.title, difficulty=band.difficulty) for band in track.bands),
        units=tuple(UnitView(id=unit.id, title=unit.title, skills=unit.skills) for unit in track.units),
        skills=tuple(
            SkillView(id=s.id, title=s.title, description=s.description, prerequisites=s.prerequisites)
            for s in track.skills
        ),
    )


router = Router("/v1", route_handlers=[list_tracks, get_track, create_enrolment], tags=["Tracks"])
