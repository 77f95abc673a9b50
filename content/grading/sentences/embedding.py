"""Embeddings of texts by a worker process, kept for the texts that are asked for again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.grading.sentences.messages import Embeddings, Texts
from content.grading.worker.process import Limits, Worker

EMBEDDING_LIMITS = Limits(memory_mb=1_200, seconds=20.0)
AT_ONCE = 64
MAX_CHARACTERS = 2_000
KEPT = 20_000
"""Texts whose embeddings are kept, of 1.5 kB each."""


class WorkerEmbedder:
    """Gives each text a direction. The process starts with the first text. Safe to use from several threads."""

    def __init__(self, limits: Limits = EMBEDDING_LIMITS) -> None:
        self._worker = Worker("embedding", limits)
        self._known: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N texts, D), each row of length 1. Raises WorkerError if the worker or its package is missing."""
        cut = [text[:MAX_CHARACTERS] for text in texts]
        with self._lock:
            new = list(dict.fromkeys(text for text in cut if text not in self._known))
            for start in range(0, len(new), AT_ONCE):
                part = new[start : start + AT_ONCE]
                self._known |= dict(zip(part, self._asked(part), strict=True))
            found = np.array([self._known[text] for text in cut], np.float32)
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return found

    def close(self) -> None:
        """End the process; using it afterwards starts another."""
        self._worker.close()

    def _asked(self, texts: Sequence[str]) -> NDArray[np.float32]:
        reply = msgspec.msgpack.decode(self._worker.ask(msgspec.json.encode(Texts(tuple(texts)))), type=Embeddings)
        return np.frombuffer(reply.rows, np.float32).reshape(len(texts), reply.n_features)
