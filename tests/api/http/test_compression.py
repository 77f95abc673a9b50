import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.compression import MAX_FRAMES, deflate, inflate, zstd
from api.http.errors import BadBodyError, BodyTooLargeError, UnsupportedMediaError

LIMIT = 10_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd.compress}
codings = pytest.mark.parametrize("coding", ["gzip", "zstd"])


async def chunks(body: bytes, size: int = 7) -> AsyncIterator[bytes]:
    """The body in pieces, as a connection brings it."""
    for at in range(0, len(body), size):
        yield body[at : at + size]
    yield b""


@codings
@given(body=st.binary(max_size=3000), size=st.integers(1, 4000))
async def test_what_was_compressed_comes_back(coding: str, body: bytes, size: int) -> None:
    assert await inflate(chunks(PACKERS[coding](body), size), coding, LIMIT) == body
    assert await inflate(chunks(deflate(body, coding), size), coding, LIMIT) == body


@codings
async def test_parts_that_follow_each_other_are_one_body(coding: str) -> None:
    parts = b"".join(PACKERS[coding](part) for part in (b"one ", b"", b"two"))
    for size in (1, 5, 1000):
        assert await inflate(chunks(parts, size), coding, LIMIT) == b"one two"


@codings
async def test_very_many_parts_are_refused(coding: str) -> None:
    with pytest.raises(BadBodyError, match=f"more than {MAX_FRAMES}"):
        await inflate(chunks(PACKERS[coding](b"") * 1000, 1000), coding, LIMIT)


@codings
@pytest.mark.parametrize("size", [1, 100, 10_000_000])
async def test_a_bomb_stops_at_the_limit(coding: str, size: int) -> None:
    bomb = PACKERS[coding](b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    n_read = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal n_read
        async for chunk in chunks(bomb, size):
            n_read += 1
            yield chunk

    with pytest.raises(BodyTooLargeError, match=f"at most {LIMIT} bytes"):
        await inflate(counted(), coding, LIMIT)
    assert n_read <= max(1, 5000 // size)


@codings
async def test_the_limit_itself_is_allowed(coding: str) -> None:
    assert len(await inflate(chunks(PACKERS[coding](b"x" * LIMIT)), coding, LIMIT)) == LIMIT
    with pytest.raises(BodyTooLargeError):
        await inflate(chunks(PACKERS[coding](b"x" * (LIMIT + 1))), coding, LIMIT)


@codings
@pytest.mark.parametrize("damage", [lambda b: b[:-3], lambda b: b"{}" + b, lambda b: b + b"junk", lambda _: b""])
async def test_a_damaged_body_is_refused(coding: str, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadBodyError, match=coding):
        await inflate(chunks(damage(PACKERS[coding](b'{"a":1}' * 100))), coding, LIMIT)


async def test_a_frame_that_wants_more_memory_than_a_reader_owes_is_refused() -> None:
    huge = zstd.compress(b"x" * 50_000_000, options={zstd.CompressionParameter.window_log: 27})
    with pytest.raises(BadBodyError, match="not zstd"):
        await inflate(chunks(huge, 1000), "zstd", 100_000_000)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "", "x" * 500])
async def test_another_coding_is_refused_with_those_that_are_read(coding: str) -> None:
    with pytest.raises(UnsupportedMediaError, match="zstd or gzip") as caught:
        await inflate(chunks(zlib.compress(b"{}")), coding, LIMIT)
    assert caught.value.headers == (("accept-encoding", "zstd, gzip"),)


async def test_names_of_codings_are_read_in_any_case() -> None:
    assert await inflate(chunks(gzip.compress(b"{}")), " X-GZip ", LIMIT) == b"{}"
