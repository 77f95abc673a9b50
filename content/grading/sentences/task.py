"""The worker's side of embedding: texts to directions, so that no serving process holds the encoder."""

from __future__ import annotations

import msgspec
import numpy as np

from content.grading.sentences.encoder import Encoder
from content.grading.sentences.messages import Embeddings, Texts
from content.grading.worker.tasks import Handler


def open_task() -> Handler:
    """Load the encoder. Raises ModelMissingError."""
    encoder = Encoder()
    decoder = msgspec.json.Decoder(Texts)

    def answer(request: bytes) -> bytes:
        rows = np.array([one.sentence for one in encoder.encode(decoder.decode(request).texts)], np.float32)
        return msgspec.msgpack.encode(Embeddings(rows.shape[1], rows.tobytes()))

    return answer
