"""The learning rooms put together: tracks, live learners, lessons, game."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from litestar import Litestar

from api.accounts.service import AccountService
from api.composition import Foundation
from api.game.choice_routes import CHOICES
from api.game.choices import ChoiceService
from api.game.fairplay.busy import with_busy
from api.game.fairplay.opening import fair
from api.game.opening import fill_game_rooms
from api.game.outages import Outages
from api.game.rewards import Rewards
from api.game.routes import GAME
from api.game.rules import rule_book_of
from api.game.service import GameService
from api.learners.states import DAY_MS, States
from api.sessions.choosing import Chooser
from api.sessions.routes import SESSIONS
from api.sessions.service import SessionService
from api.sessions.tutoring import Tutoring
from api.settings import Settings
from api.sync.bundles import BundleMaker
from api.sync.opening import fill_sync
from api.sync.service import Rooms
from api.tracks.heads import Heads
from api.tracks.registry import Published, Registry, compile_track
from api.tracks.routes import TRACKS
from api.tracks.service import TrackService
from api.tracks.versions import TrackVersions
from api.tutor import load_tutor
from content.formats.yaml_track import load_track
from content.grading.judges import Workers
from content.starter import starter_tracks
from content.tracks import Track

PART = "tracks"


@asynccontextmanager
async def learning(app: Litestar, foundation: Foundation, accounts: AccountService) -> AsyncIterator[States]:
    """Publish the tracks, load the tutor and fill the slots; at the end, finish what is being written.

    Raises:
        ContentError: a track cannot be read.
        StoreError: a track cannot be kept.
    """
    tutor = load_tutor(foundation.settings, foundation.readiness)
    await TrackVersions(foundation.documents).declare()
    await Heads(foundation.documents).declare()
    registry = Registry(foundation.documents, tutor)
    await registry.publish(await asyncio.to_thread(published_tracks, track_paths(foundation.settings)))
    await registry.refresh()
    foundation.readiness.report(PART, ok=True, state="published", detail=f"{len(registry.current())} tracks")
    foundation, busy = with_busy(foundation)
    backdating_ms = foundation.settings.backdating * DAY_MS
    states = States(foundation.journal, registry, foundation.clock, backdating_ms=backdating_ms)
    rng = np.random.default_rng()
    chooser = Chooser(registry, Tutoring(registry, foundation.metrics, rng), foundation.metrics, rng)
    grader = Workers()
    grader.prepare(item for published in registry.current() for item in published.track.items)
    outages = Outages(foundation.documents)
    await outages.declare()
    rules = rule_book_of(foundation.settings)
    rewards = Rewards(registry, rules, outages)
    rooms = Rooms(
        tracks=TrackService(registry, states),
        sessions=SessionService(states, registry, chooser, accounts, foundation.metrics, grader, rewards),
        game=GameService(states, registry, accounts, rewards, foundation.clock),
        accounts=accounts,
    )
    TRACKS.fill(app, rooms.tracks)
    SESSIONS.fill(app, rooms.sessions)
    GAME.fill(app, rooms.game)
    CHOICES.fill(app, ChoiceService(states, registry, accounts, rewards, foundation.clock))
    accounts.aged.append(CHOICES.fetch(app).profile)
    await fill_game_rooms(app, foundation, states, registry, accounts, rules)
    fill_sync(app, foundation, states, rooms, BundleMaker(registry, chooser))
    async with fair(app, foundation, states, registry, busy):
        try:
            yield states
        finally:
            await states.close()
            await grader.close()


def track_paths(settings: Settings) -> tuple[Path, ...]:
    """Everything to publish: the starter tracks, unless they are switched off, and those of the settings."""
    return (*(starter_tracks() if settings.starter else ()), *settings.track_paths)


@lru_cache(maxsize=1)
def read_tracks(paths: tuple[Path, ...]) -> tuple[Track, ...]:
    """Tracks from files, read once by a process. Raises ContentError."""
    return tuple(load_track(path) for path in paths)


@lru_cache(maxsize=4)
def published_tracks(paths: tuple[Path, ...]) -> tuple[Published, ...]:
    """Tracks from files, read and compiled once by a process. Raises ContentError."""
    return tuple(compile_track(track) for track in read_tracks(paths))
