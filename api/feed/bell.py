"""Who watches whose journal, in every process, and who is to be woken when it grows.

Processes tell each other on one channel whom they have watchers for, so that an append by a learner whom nobody
watches costs one look into a dictionary and no message. What a message is lost for, a watcher finds out by itself: it
looks into the journal at every heartbeat.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from api.http.errors import TooManyStreamsError
from api.live.ports import LiveError, PubSub

CHANNEL = "feed"
PROCESS_BYTES = 8
WATCHING, RANG, WHO = b"w", b"r", b"?"
ANNOUNCE_SECONDS = 20.0
FORGET_SECONDS = 60.0
RETRY_SECONDS = 1.0
MAX_WATCHERS = 10_000
MAX_OF_ONE = 5
"""Watchers of one learner in one process; a new one ends the oldest."""
logger = logging.getLogger("pacer.feed")


class Watch:
    """A watcher of one journal."""

    def __init__(self, learner_id: str) -> None:
        self.learner_id = learner_id
        self.ended = False
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something was appended."""
        self._rung.set()

    def end(self) -> None:
        """Watch no more."""
        self.ended = True
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Until it rings, or the time is over; whether it rang."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rang = self._rung.is_set()
        if not self.ended:
            self._rung.clear()
        return rang


class Bell:
    """The watchers of this process, and what is known of those in others."""

    def __init__(self, pubsub: PubSub, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        self._pubsub = pubsub
        self._clock = clock
        self._process = secrets.token_bytes(PROCESS_BYTES)
        self._here: dict[str, dict[Watch, None]] = {}
        self._elsewhere: dict[str, float] = {}
        self._n_watchers = 0
        self._stopped = False
        self._unsent: dict[bytes, None] = {}
        self._sending = asyncio.Event()

    def ring(self, learner_id: str) -> None:
        """A learner's journal has grown. Never waits and never fails."""
        if learner_id in self._here:
            for watch in self._here[learner_id]:
                watch.ring()
        if learner_id in self._elsewhere:
            self._tell(RANG, learner_id)

    def check_room(self) -> None:
        """Raises TooManyStreamsError if this process has as many watchers as it can, or stops."""
        if self._stopped or self._n_watchers >= MAX_WATCHERS:
            raise TooManyStreamsError("the server can open no more live views now; try again in some seconds")

    @contextmanager
    def watching(self, learner_id: str) -> Iterator[Watch]:
        """Be woken when the learner's journal grows."""
        watch = Watch(learner_id)
        mine = self._here.setdefault(learner_id, {})
        if len(mine) == MAX_OF_ONE:
            next(iter(mine)).end()
        mine[watch] = None
        self._n_watchers += 1
        self._tell(WATCHING, learner_id)
        try:
            yield watch
        finally:
            self._n_watchers -= 1
            del mine[watch]
            if not mine:
                self._here.pop(learner_id, None)

    def stop(self) -> None:
        """End all watchers and let nobody in any more: the server stops."""
        self._stopped = True
        for watch in self._all():
            watch.end()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear and tell other processes for as long as it is entered."""
        tasks = [asyncio.create_task(work()) for work in (self._listen, self._send, self._announce)]
        for task in tasks:
            task.add_done_callback(_report)
        try:
            yield
        finally:
            self.stop()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _all(self) -> list[Watch]:
        return [watch for watches in self._here.values() for watch in watches]

    def _tell(self, what: bytes, learner_id: str = "") -> None:
        self._unsent[what + learner_id.encode()] = None
        self._sending.set()

    async def _send(self) -> None:
        while True:
            await self._sending.wait()
            self._sending.clear()
            unsent, self._unsent = self._unsent, {}
            with suppress(LiveError):
                for message in unsent:
                    await self._pubsub.publish(CHANNEL, self._process + message)

    async def _announce(self) -> None:
        while True:
            await asyncio.sleep(ANNOUNCE_SECONDS)
            self._announce_now()

    def _announce_now(self) -> None:
        for learner_id in self._here:
            self._tell(WATCHING, learner_id)
        now = self._clock()
        self._elsewhere = {learner: until for learner, until in self._elsewhere.items() if until > now}

    async def _listen(self) -> None:
        while True:
            with suppress(LiveError):
                async with self._pubsub.subscribe(CHANNEL) as messages:
                    self._tell(WHO)
                    self._announce_now()
                    self._wake(self._all())
                    async for message in messages:
                        self._hear(message)
            await asyncio.sleep(RETRY_SECONDS)

    def _hear(self, message: bytes) -> None:
        process, what = message[:PROCESS_BYTES], message[PROCESS_BYTES : PROCESS_BYTES + 1]
        learner_id = message[PROCESS_BYTES + 1 :].decode()
        if process == self._process:
            return
        if what == WATCHING:
            self._elsewhere[learner_id] = self._clock() + FORGET_SECONDS
        elif what == RANG:
            self._wake(self._here.get(learner_id, ()))
        elif what == WHO:
            self._announce_now()

    @staticmethod
    def _wake(watches: Iterable[Watch]) -> None:
        for watch in watches:
            watch.ring()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.error("live views wake at their heartbeats only", exc_info=task.exception())
