"""A network that loses requests, loses responses and says things twice; and a server from next year behind it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

Json = dict[str, Any]
TRIES = 60
MAX_WAIT_SECONDS = 5.0
PAUSE_SECONDS = 0.25
FUTURE = {"aFieldOfNextYear": {"nobody": ["knows", 1, None]}}


class LostError(Exception):
    """No answer came. Whether the server heard the request is not known."""


class RefusedError(Exception):
    """The server refused the whole request."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status}: {problem.get('type')}: {problem.get('detail')}")
        self.status, self.problem = status, problem


@dataclass
class Weather:
    """Shares of requests that never arrive, whose answers never come back, or that arrive twice."""

    lose_request: float = 0.0
    lose_response: float = 0.0
    repeat: float = 0.0


@dataclass
class Network:
    """The way to a server. With `future`, the server says more than this client knows."""

    url: str
    rng: Random
    weather: Weather = field(default_factory=Weather)
    future: bool = False
    n_requests: int = 0
    n_lost_requests: int = 0
    n_lost_responses: int = 0
    n_repeated: int = 0

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=self.url, timeout=60.0, trust_env=False)

    def call(self, method: str, path: str, body: Json | None = None, token: str = "") -> Json:
        """One request. Raises LostError, RefusedError."""
        self.n_requests += 1
        if self.rng.random() < self.weather.lose_request:
            self.n_lost_requests += 1
            raise LostError(path)
        answer = self._send(method, path, body, token)
        if self.rng.random() < self.weather.repeat:
            self.n_repeated += 1
            answer = self._send(method, path, body, token)
        if self.rng.random() < self.weather.lose_response:
            self.n_lost_responses += 1
            raise LostError(path)
        found: Json = answer.json()
        if not answer.is_success:
            raise RefusedError(answer.status_code, found)
        return with_future(found) if self.future else found

    def _send(self, method: str, path: str, body: Json | None, token: str) -> httpx.Response:
        """Send, and again after a pause while the server says that it is busy."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        for _ in range(TRIES):
            try:
                answer = self._client.request(method, f"/v1{path}", json=body, headers=headers)
            except httpx.TransportError as error:
                time.sleep(PAUSE_SECONDS)
                raise LostError(path) from error
            if answer.status_code not in (429, 503):
                return answer
            time.sleep(min(MAX_WAIT_SECONDS, float(answer.headers.get("retry-after", 1))))
        raise LostError(path)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def with_future(value: Any) -> Any:
    """Every object with a field that today's clients do not know."""
    if isinstance(value, dict):
        return {name: with_future(part) for name, part in value.items()} | FUTURE
    if isinstance(value, list):
        return [with_future(part) for part in value]
    return value
