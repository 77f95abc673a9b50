"""Media in a bucket of an S3-compatible store, by path: https://HOST/BUCKET/PREFIX/hash.

Requests are signed as AWS Signature Version 4 has it ("Authenticating Requests: Using the Authorization Header", Amazon
S3 API Reference), with the hash of the body among the signed headers.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx
import msgspec

from api.authoring.media.ports import MediaDownError

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "s3"
TIMEOUT_SECONDS = 20.0
OK, NOT_FOUND = 200, 404
Clock = Callable[[], int]


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bucket is, and who may write to it. `prefix` ends with "/" unless it is empty."""

    endpoint: str
    bucket: str
    prefix: str
    region: str
    key: str
    secret: str


def read_bucket(url: str) -> Bucket:
    """A bucket from ``s3://KEY:SECRET@HOST:PORT/BUCKET/PREFIX?region=REGION``; ``s3+http://`` without TLS.

    Raises:
        ValueError: naming what is missing, without the secret.
    """
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    if parts.scheme not in ("s3", "s3+http") or not (parts.hostname and bucket and parts.username and parts.password):
        raise ValueError("media are kept in s3://KEY:SECRET@HOST:PORT/BUCKET?region=REGION, or s3+http:// without TLS")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return Bucket(
        endpoint=f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
        bucket=bucket,
        prefix=f"{prefix.strip('/')}/" if prefix.strip("/") else "",
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        key=unquote(parts.username),
        secret=unquote(parts.password),
    )


class S3Blobs:
    """See api.authoring.media.ports.Blobs. `clock` gives milliseconds since the epoch."""

    def __init__(self, bucket: Bucket, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)

    async def put(self, sha256: str, data: bytes, media_type: str) -> None:
        """Keep bytes under their hash."""
        answer = await self._send("PUT", sha256, data, media_type)
        if answer.status_code != OK:
            raise MediaDownError(f"the store of media refused to keep {sha256}: {_told(answer)}")

    async def get(self, sha256: str) -> bytes | None:
        """The bytes, or None."""
        answer = await self._send("GET", sha256, b"", "")
        if answer.status_code == NOT_FOUND:
            return None
        if answer.status_code != OK:
            raise MediaDownError(f"the store of media refused to give {sha256}: {_told(answer)}")
        return answer.content

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, method: str, sha256: str, data: bytes, media_type: str) -> httpx.Response:
        path = quote(f"/{self._bucket.bucket}/{self._bucket.prefix}{sha256}")
        headers = {"host": urlsplit(self._bucket.endpoint).netloc}
        if media_type:
            headers["content-type"] = media_type
        at = datetime.fromtimestamp(self._clock() / 1000, UTC)
        signed_headers = signed(self._bucket, method, path, headers, hashlib.sha256(data).hexdigest(), at)
        try:
            return await self._client.request(
                method, self._bucket.endpoint + path, content=data or None, headers=signed_headers
            )
        except httpx.HTTPError as error:
            raise MediaDownError(f"the store of media does not answer: {type(error).__name__}") from error


def signed(
    bucket: Bucket, method: str, path: str, headers: dict[str, str], payload_sha256: str, at: datetime
) -> dict[str, str]:
    """The headers of a request without a query, and its signature among them. `headers` have lower-case names."""
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    sent = {**headers, "x-amz-content-sha256": payload_sha256, "x-amz-date": stamp}
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name].strip()}\n" for name in sorted(sent))
    request = "\n".join([method, path, "", lines, names, payload_sha256])
    scope = f"{day}/{bucket.region}/{SERVICE}/aws4_request"
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{bucket.secret}".encode()
    for part in (day, bucket.region, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"{bucket.key}/{scope}"
    return {
        **sent,
        "authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }


def _told(answer: httpx.Response) -> str:
    return f"status {answer.status_code}"
