"""A learner's device as the server sees it: signs in, sends events with the simulated time, keeps its token fresh."""

from __future__ import annotations

from typing import Any

import httpx

from api.wire import instant, new_id

Json = dict[str, Any]
UNAUTHORIZED = 401
MAX_SHOWN = 300
MAX_BROKEN = 3
BROKEN = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""A connection that was open, and broke: a server closes one that nobody used for a while."""


class PlayError(Exception):
    """The server cannot be played against; the text says why and what to do."""


class Phone:
    """A device of one learner. `zone` is where the learner is."""

    def __init__(self, client: httpx.AsyncClient, zone: str) -> None:
        self._client = client
        self._zone = zone
        self._known: Json = {}
        self._headers: dict[str, str] = {}
        self._sequence = 0

    async def sign_in(self) -> None:
        """Start as a guest, or come back as the one this device is."""
        tokens = await self._send("POST", "/v1/auth/guest", {"zone": self._zone, **self._known})
        if not self._known:
            self._known = {name: tokens[name] for name in ("learnerId", "deviceSecret")}
        self._headers = {"authorization": f"Bearer {tokens['accessToken']}"}

    async def take_the_authors_order(self) -> None:
        """Ask not to be taught by the tutor."""
        await self._send("PATCH", "/v1/me", {"personalised": False})

    async def track_version(self, track_id: str) -> str:
        """The version of a track that the server teaches."""
        return str((await self._send("GET", f"/v1/tracks/{track_id}"))["version"])

    async def enrol(self, track_id: str, at: int) -> str:
        """Start a track at `at` (ms); the enrolment's id. Raises PlayError unless it is taken to have begun then."""
        enrolment = await self.event(f"/v1/tracks/{track_id}/enrolments", at)
        if enrolment["startedAt"] != instant(at):
            raise PlayError(
                f"{self._client.base_url} takes no lessons from before an account was made, and the simulated days lie "
                "before now; start it with PACER_BACKDATING=30, or leave out --url"
            )
        return str(enrolment["id"])

    async def event(self, path: str, at: int, **fields: Any) -> Json:
        """Send an event that happens at `at` (ms)."""
        self._sequence += 1
        envelope = {
            "eventId": new_id(),
            "clientTime": instant(at),
            "zone": self._zone,
            "deviceId": "simulated",
            "sequence": self._sequence,
        }
        return await self._send("POST", path, envelope | fields)

    async def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send, and sign in again if the token has run out. Raises PlayError unless it succeeds."""
        response = await self._response(method, path, body)
        if response.status_code == UNAUTHORIZED and self._headers:
            self._headers = {}
            await self.sign_in()
            response = await self._response(method, path, body)
        if not response.is_success:
            raise PlayError(f"{method} {path} gave {response.status_code}: {response.text[:MAX_SHOWN]}")
        found: Json = response.json()
        return found

    async def _response(self, method: str, path: str, body: Json | None) -> httpx.Response:
        """Send, and send again on a new connection if this one broke: an event is known by its id, and counts once."""
        for _ in range(MAX_BROKEN):
            try:
                return await self._client.request(method, path, json=body, headers=self._headers)
            except BROKEN as error:
                broken: httpx.HTTPError = error
            except httpx.HTTPError as error:
                raise self._unreachable(error) from error
        raise self._unreachable(broken) from broken

    def _unreachable(self, error: httpx.HTTPError) -> PlayError:
        return PlayError(
            f"no answer from {self._client.base_url} ({type(error).__name__}: {error}); "
            "is 'pacer serve' running there? Without --url, 'pacer play' starts a server of its own."
        )
