"""One request to a push service, and what its status means, as all of them have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx

from api.notifications.channels.ports import MAX_DETAIL, Result

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
MAX_ANSWER = 4096
"""Bytes of an answer that are read."""

RETRY_SECONDS = 60.0
MAX_RETRY_SECONDS = 86_400.0
GONE = (404, 410)
TOO_MANY = 429


class Answer(NamedTuple):
    """A push service's answer: the status, the Retry-After in seconds, and the begin of the body."""

    status: int
    retry_seconds: float
    body: bytes


async def exchange(client: httpx.AsyncClient, request: httpx.Request, now: Callable[[], int]) -> Answer | Result:
    """Send a request; the answer, or what became of it where there is none. `now` is in ms since the epoch."""
    try:
        response = await client.send(request, stream=True)
        try:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) >= MAX_ANSWER:
                    break
        finally:
            await response.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return Result("later", RETRY_SECONDS, type(error).__name__)
    except httpx.HTTPError as error:
        return Result("unsure", 0.0, type(error).__name__)
    return Answer(response.status_code, retry_after(response.headers.get("retry-after"), now()), body[:MAX_ANSWER])


def retry_after(header: str | None, now: int) -> float:
    """Seconds of a Retry-After, a number or a date (RFC 9110, section 10.2.3); a minute where there is none."""
    if not header:
        return RETRY_SECONDS
    if header.strip().isdigit():
        return min(float(header), MAX_RETRY_SECONDS)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return RETRY_SECONDS
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - datetime.fromtimestamp(now / 1000, UTC)).total_seconds(), 1.0), MAX_RETRY_SECONDS)


def result_of(answer: Answer, *, gone: bool = False, detail: str = "") -> Result:
    """What a status means; `gone` says that the body calls the device gone."""
    said = (detail or answer.body.decode("utf-8", "replace"))[:MAX_DETAIL]
    told = f"{answer.status} {said}".strip()
    if 200 <= answer.status < 300:
        return Result("sent", 0.0, str(answer.status))
    if gone or answer.status in GONE:
        return Result("gone", 0.0, told)
    if answer.status == TOO_MANY or answer.status >= 500:
        return Result("later", answer.retry_seconds, told)
    return Result("refused", 0.0, told)
