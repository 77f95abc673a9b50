"""Which media type and which content coding a response has: RFC 9110, sections 12.4.2, 12.5.1 and 12.5.3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from api.http.errors import NotAcceptableError

JSON = "application/json"
MESSAGE_PACK = "application/vnd.msgpack"
FORMATS = (JSON, MESSAGE_PACK, "application/msgpack", "application/x-msgpack")
"""The registered name of MessagePack before those in use; a response bears the name it was asked for by."""
MESSAGE_PACK_NAMES = frozenset(FORMATS[1:])
CODINGS = ("zstd", "gzip")
ALIASES = {"x-gzip": "gzip"}
MAX_LENGTH = 1000
"""Longer headers are read up to here: nobody needs more, and reading costs time."""


def weights(header: str) -> Iterator[tuple[str, float]]:
    """The members of a header with quality values, in lower case and without other parameters.

    A weight that cannot be read counts as 0.
    """
    for member in header[:MAX_LENGTH].lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        if name:
            yield name, _weight(parameters)


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0


@lru_cache(maxsize=256)
def choose_format(accept: str) -> str:
    """The media type of a response: of those with the highest weight, the first of FORMATS.

    Raises:
        NotAcceptableError: all have weight 0.
    """
    ranges = dict(weights(accept))
    if not ranges:
        return JSON
    best = max(FORMATS, key=lambda name: _quality(name, ranges))
    if _quality(best, ranges) == 0.0:
        raise NotAcceptableError(
            f"this is given as {JSON} or {MESSAGE_PACK}, and the header Accept allows neither: {accept[:100]!r}"
        )
    return best


def _quality(name: str, ranges: Mapping[str, float]) -> float:
    """The weight of the most specific range that holds the media type."""
    kind = name.partition("/")[0]
    return next((ranges[r] for r in (name, f"{kind}/*", "*/*") if r in ranges), 0.0)


@lru_cache(maxsize=256)
def choose_coding(accept_encoding: str) -> str:
    """The content coding of a response, "" for none: of those with the highest weight, the first of CODINGS.

    A caller that forbids `identity` and takes nothing that is made here gets it all the same, as RFC 9110 allows.
    """
    named = {ALIASES.get(name, name): weight for name, weight in weights(accept_encoding)}
    others = named.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: named.get(coding, others))
    weight = named.get(best, others)
    return best if weight > 0.0 and weight >= named.get("identity", 0.0) else ""


def media_type(content_type: str) -> str:
    """A Content-Type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()
