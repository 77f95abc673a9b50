"""What the worker that embeds texts is asked, and what it replies."""

from __future__ import annotations

import msgspec


class Texts(msgspec.Struct, frozen=True):
    """A request: texts to embed."""

    texts: tuple[str, ...]


class Embeddings(msgspec.Struct, frozen=True):
    """The reply: a row of `n_features` 32-bit floats for each text, of length 1, in their order."""

    n_features: int
    rows: bytes
