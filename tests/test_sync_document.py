"""docs/sync.md is true: its requests are sent, one after another, and their responses hold what the page shows."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from api.settings import Settings
from api.sync.change_schemas import Tombstone
from api.sync.schemas import Status, SyncEvent
from tests.api.conftest import MovableClock, Served, running
from tests.documents import ROOT, blocks

PAGE = ROOT / "docs" / "sync.md"
TRACK = blocks(ROOT / "docs" / "authoring.md", "yaml")[0]
ANYTHING = "…"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    track = tmp_path / "seas.yaml"
    track.write_text(TRACK.text, encoding="utf-8")
    settings = Settings(data=str(tmp_path / "data"), tracks=str(track), starter=False)
    async with running(settings, MovableClock()) as found:
        yield found


def holds(shown: Any, found: Any, names: dict[str, str], where: str = "") -> None:
    """Check that a response holds what is shown; a name with a dollar takes what stands in its place."""
    if shown == ANYTHING:
        assert found is not None, where
    elif isinstance(shown, str) and shown.startswith("$"):
        names[shown] = found
    elif isinstance(shown, dict):
        for name, value in shown.items():
            assert name in found, f"{where}/{name}"
            holds(value, found[name], names, f"{where}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(found), where
        for place, value in enumerate(shown):
            holds(value, found[place], names, f"{where}/{place}")
    else:
        assert shown == found, where


class Device:
    """Sends what the page shows, with the server's clock where a right device's clock is."""

    def __init__(self, served: Served, tokens: dict[str, str]) -> None:
        self._served = served
        self._known = {name: tokens[name] for name in ("learnerId", "deviceSecret")}

    async def send(self, request: str) -> Any:
        """The response to a request as the page writes it: method and path, then the body."""
        line, _, body = request.partition("\n")
        method, _, path = line.partition(" ")
        sent = json.loads(body) if body.strip() else None
        if sent is not None:
            self._served.clock.now = round(datetime.fromisoformat(sent["sentAt"]).timestamp() * 1000)
        tokens = await self._served.guest(**self._known)
        headers = {"authorization": f"Bearer {tokens['accessToken']}"}
        answer = await self._served.client.request(method, path, json=sent, headers=headers)
        assert answer.status_code == 200, f"{line}: {answer.text}"
        return answer.json()


async def test_its_examples_are_answered_as_shown(served: Served) -> None:
    device, names, answer, n_compared = Device(served, await served.guest()), dict[str, str](), dict[str, Any](), 0
    for block in blocks(PAGE, "http", "json"):
        if block.language == "json":
            holds(json.loads(block.text), answer, names, block.name)
            n_compared += 1
            continue
        answer = await device.send(re.sub(r"\$\w+", lambda match: names[match[0]], block.text))
        for result in answer.get("results", ()):
            if result["outcome"] is not None and result["outcome"]["kind"] == "bundleRequested":
                payload = result["outcome"]["bundle"]["manifest"]["payload"]
                names["$manifestHash"] = sha256(payload.encode()).hexdigest()
    assert n_compared == 5


def test_it_names_every_kind_of_event_every_verdict_and_every_tombstone() -> None:
    text = PAGE.read_text(encoding="utf-8")
    kinds = {str(kind.__struct_config__.tag) for kind in get_args(SyncEvent)}
    assert {*re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)} >= kinds | {*get_args(Status)}
    for name in get_args(get_type_hints(Tombstone)["of"]):
        assert f"`{name}`" in text
