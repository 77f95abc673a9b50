from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from api.authoring.media.files import FileBlobs
from api.authoring.media.ports import Blobs, MediaDownError
from api.authoring.media.s3 import Bucket, S3Blobs, read_bucket, signed
from api.composition import system_clock
from tests.servers.s3 import BUCKET, running_s3

DATA = b"\x00\xff some bytes \r\n" * 1000
NAME = sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with running_s3() as url:
        yield url


@pytest.fixture(params=["files", "s3"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Blobs]:
    """Both ways to keep media."""
    if request.param == "files":
        yield FileBlobs(tmp_path / "media")
        return
    url: str = request.getfixturevalue("s3")
    httpx.put(f"{url}/{BUCKET}").raise_for_status()
    found = S3Blobs(read_bucket(url.replace("http://", "s3+http://key:a%2Bsecret@") + f"/{BUCKET}/sub"), system_clock)
    yield found
    await found.close()


async def test_bytes_are_kept_by_their_hash_and_again_without_harm(blobs: Blobs) -> None:
    assert await blobs.get(NAME) is None
    for _ in range(2):
        await blobs.put(NAME, DATA, "image/png")
    assert await blobs.get(NAME) == DATA
    assert await blobs.get("0" * 64) is None
    await blobs.close()


async def test_a_bucket_that_is_not_there_is_told(s3: str) -> None:
    found = S3Blobs(read_bucket(s3.replace("http://", "s3+http://key:secret@") + "/nowhere"), system_clock)
    with pytest.raises(MediaDownError, match="status 404"):
        await found.put(NAME, DATA, "image/png")
    await found.close()


async def test_a_store_that_does_not_answer_is_told() -> None:
    found = S3Blobs(read_bucket("s3+http://key:secret@127.0.0.1:9/bucket"), system_clock)
    with pytest.raises(MediaDownError, match="does not answer"):
        await found.get(NAME)
    await found.close()


async def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    with pytest.raises(MediaDownError, match="cannot be written"):
        await FileBlobs(tmp_path / "media").put(NAME, DATA, "image/png")


def test_the_signature_is_that_of_the_published_example() -> None:
    """Amazon S3 API Reference, "Signature Calculations for the Authorization Header", example GET Object."""
    from datetime import UTC, datetime

    bucket = Bucket(
        endpoint="https://examplebucket.s3.amazonaws.com",
        bucket="",
        prefix="",
        region="us-east-1",
        key="AKIAIOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )
    headers = {"host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9"}
    at = datetime(2013, 5, 24, tzinfo=UTC)
    found = signed(bucket, "GET", "/test.txt", headers, sha256(b"").hexdigest(), at)
    assert found["authorization"].endswith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


@pytest.mark.parametrize("url", ["s3://host/bucket", "s3://key:secret@host", "ftp://key:secret@host/bucket"])
def test_an_address_that_lacks_something_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="s3://KEY:SECRET@HOST") as refused:
        read_bucket(url)
    assert "key:secret" not in str(refused.value)
