"""The parent of the workers: starts them, starts another for each that ends, stops all at a signal.

It answers no requests and holds nothing of learners. A worker that is killed costs the requests it had taken; those
that wait to be taken are taken by the others, since all listen on one socket.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType

from api.settings import Settings
from api.workers.agreement import GRACE_SECONDS, STOP_SIGNALS, Opened, WorkerError
from api.workers.counts import counting_together, forget_process
from api.workers.place import Place

STOP_SECONDS = 3.0 * GRACE_SECONDS
"""Requests under way and jobs have a time of grace each; the third is for closing the store."""
logger = logging.getLogger("pacer.workers")


class Supervisor:
    """Keeps `settings.workers` processes serving on a bound socket. `opened` is called when all of them do."""

    def __init__(self, settings: Settings, listener: socket.socket, opened: Opened) -> None:
        self._settings = settings
        self._listener = listener
        self._opened = opened
        context = multiprocessing.get_context("spawn")
        self._places = tuple(Place(number, context) for number in range(1, settings.workers + 1))
        self._stopping = self._announced = False
        self._directory = ""

    def run(self) -> None:
        """Serve until a stop signal.

        Raises:
            WorkerError: a worker could not start at first, or one did not stop in time and was killed.
        """
        with counting_together() as counts, self._signals() as wake:
            self._directory = counts.directory
            try:
                while not self._stopping:
                    counts.restore()
                    self._fill()
                    self._attend(wake)
            finally:
                n_late = self._stop()
        if n_late:
            raise WorkerError(f"{n_late} workers did not stop within {STOP_SECONDS:g} s and were killed")

    def _fill(self) -> None:
        for place in self._places:
            if place.empty and not place.seconds_left:
                place.start(self._settings, self._listener)

    def _attend(self, wake: socket.socket) -> None:
        """Wait for news or for something to be due, and take it in."""
        handles = [wake, *(handle for place in self._places for handle in place.handles)]
        wait(handles, min(place.seconds_left for place in self._places))
        for place in self._places:
            self._look_at(place)

    def _look_at(self, place: Place) -> None:
        parts = place.news()
        if parts is not None and not self._announced and all(other.serving for other in self._places):
            self._announced = True
            self._opened(parts)
        if not place.empty and not place.serving and not place.seconds_left:
            place.give_up()
        pid, why = place.pid, place.ended()
        if why and not self._stopping:
            self._ended(place.number, pid, why)

    def _ended(self, number: int, pid: int, why: str) -> None:
        """A worker that cannot start keeps the service from starting, but ends none that was up."""
        if not self._announced:
            raise WorkerError(why)
        forget_process(pid, self._directory)
        logger.error("worker %d is started again: %s", number, why)

    def _stop(self) -> int:
        """Let nobody in, have everybody finish; how many had to be killed."""
        self._listener.close()
        for place in self._places:
            place.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        return sum(not place.wait(max(0.0, deadline - time.monotonic())) for place in self._places)

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        """Stop signals end the loop; the socket becomes readable then."""
        wake, waker = socket.socketpair()

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            self._stopping = True

        with wake, waker:
            waker.setblocking(False)
            before = signal.set_wakeup_fd(waker.fileno())
            handlers = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
            try:
                yield wake
            finally:
                for number, handler in handlers.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(before)
