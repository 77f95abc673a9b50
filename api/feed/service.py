"""Use cases of the live view: where it begins, and what it tells from there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from api.accounts.errors import AccountError
from api.feed.bell import Bell, Watch
from api.feed.schemas import BadgeWon, Happened, LevelReached, QuestFulfilled
from api.feed.together import Together
from api.game.facts import BadgeEarned, QuestDone
from api.game.friends.service import FriendService
from api.game.leagues.service import LeagueService
from api.game.service import GameService
from api.http.errors import BadHeaderError
from api.http.event_stream import HEARTBEAT, Frames, frame
from api.learners.entries import Happening, happenings_of, kind_of
from api.learners.facts import AnswerGraded, ProgressTold, XpGranted
from api.learners.states import States
from api.store.ports import Commit, Journal, StoreError
from api.wire import Clock, instant

PAGE = 100
MAX_REPLAY = 1000
"""Who is more commits behind begins anew, and catches up by reading."""
HEARTBEAT_SECONDS = 15.0
HAPPENED, GAME, LEAGUE, FRIEND_QUEST = "happened", "game", "league", "friendQuest"
RETRY = b"retry: 2000\n\n"
MAX_DIGITS = 15
logger = logging.getLogger("pacer.feed")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose view it is, after which position it goes on, and when (ms) it ends, as the access token does."""

    learner_id: str
    position: int
    until: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown beside the journal, and who knows it."""

    game: GameService
    leagues: LeagueService
    friends: FriendService


class FeedService:
    """Live views of journals."""

    def __init__(self, journal: Journal, states: States, shown: Shown, bell: Bell, clock: Clock) -> None:
        self._journal = journal
        self._states = states
        self._game = shown.game
        self._leagues = shown.leagues
        self._friends = shown.friends
        self._bell = bell
        self._clock = clock

    def stop(self) -> None:
        """End all views: the server stops."""
        self._bell.stop()

    async def viewer(self, learner_id: str, last_event_id: str | None, until: int) -> Viewer:
        """A viewer who goes on after the id, or begins now if there is none or it is too far back.

        Raises:
            BadHeaderError: the id is not one of these events.
            TooManyStreamsError: there is no room.
            UnknownAccountError: there is no such learner.
        """
        last = read_position(last_event_id)
        self._bell.check_room()
        await self._game.game(learner_id)
        async with self._states.reading(learner_id) as learner:
            current = learner.seq
        known = last is not None and current - MAX_REPLAY <= last <= current
        return Viewer(learner_id, last if known and last is not None else current, until)

    async def frames(self, viewer: Viewer) -> Frames:
        """What the viewer missed, and then what happens, with a heartbeat in between.

        It ends early when the account is gone or the store does not answer; the viewer comes back and is told why.
        """
        with self._bell.watching(viewer.learner_id) as watch:
            yield RETRY
            try:
                async with aclosing(self._follow(viewer, watch)) as news:
                    async for chunk in news:
                        yield chunk
            except (AccountError, StoreError) as error:
                logger.warning("a live view ended early: %s", type(error).__name__)

    async def _follow(self, viewer: Viewer, watch: Watch) -> Frames:
        position, told, rang = viewer.position, False, True
        place = await self._leagues.position(viewer.learner_id)
        together = Together(self._friends, viewer.learner_id, self._clock)
        await together.news(rang=True)
        while not watch.ended:
            while commits := await self._journal.read(viewer.learner_id, position, PAGE):
                yield b"".join(happened(commit) for commit in commits)
                position, told = commits[-1].seq, False
            if not told:
                game = await self._game.game(viewer.learner_id)
                yield frame(GAME, msgspec.json.encode(game), str(position))
                told = True
            now = await self._leagues.position(viewer.learner_id, None if rang else place)
            if now is not None and now != place:
                yield frame(LEAGUE, msgspec.json.encode(now), "")
            place = now or place
            for quest in await together.news(rang=rang):
                yield frame(FRIEND_QUEST, msgspec.json.encode(quest), "")
            left = (viewer.until - self._clock()) / 1000
            if left <= 0:
                return
            rang = await watch.wait(min(HEARTBEAT_SECONDS, left))
            if not rang:
                yield HEARTBEAT


def read_position(last_event_id: str | None) -> int | None:
    """The position of a Last-Event-ID, None if there is none. Raises BadHeaderError."""
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= MAX_DIGITS):
        raise BadHeaderError("Last-Event-ID", f"{last_event_id[:30]!r} is not the id of an event of this view")
    return int(last_event_id)


def happened(commit: Commit) -> bytes:
    """The frames of a commit. Only the last bears the position: one that was cut in two is sent again as a whole."""
    happenings = happenings_of([commit])
    rewards = [frame(name, msgspec.json.encode(data), "") for one in happenings for name, data in rewards_of(one)]
    told = [msgspec.json.encode(told_of(one, commit.seq)) for one in happenings]
    last = len(told) - 1
    frames = [frame(HAPPENED, data, str(commit.seq) if n == last else "") for n, data in enumerate(told)]
    return b"".join((*rewards, *frames))


def rewards_of(happening: Happening) -> Iterator[tuple[str, LevelReached | QuestFulfilled | BadgeWon]]:
    """What an event brought that is worth a moment, by name."""
    for fact in happening.facts:
        match fact:
            case QuestDone():
                yield "questDone", QuestFulfilled(id=fact.quest_id, gems=fact.gems)
            case BadgeEarned():
                yield "badgeEarned", BadgeWon(id=fact.badge, tier=fact.tier, rarity=fact.rarity)
            case ProgressTold(level_up=True):
                yield "levelUp", LevelReached(level=fact.level)


def told_of(happening: Happening, position: int) -> Happened:
    """What is told of an event: nothing that the learner does not know from its answer."""
    graded = next((fact for fact in happening.facts if isinstance(fact, AnswerGraded)), None)
    return Happened(
        position=position,
        event_id=happening.id,
        kind=kind_of(happening.event),
        at=instant(happening.effective_at),
        session_id=getattr(happening.event, "session_id", None),
        correct=None if graded is None or graded.pending else graded.correct,
        xp=sum(fact.amount for fact in happening.facts if isinstance(fact, XpGranted)),
    )
