"""The journeys against this service on each store, in a spring in which clocks were put forward and back."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from api.app import create_app
from api.composition import system_clock
from api.settings import MAX_BACKDATING_DAYS, Settings
from tests.api.seats import seated
from tests.conformance.__main__ import main, travel
from tests.conformance.journeys import JOURNEYS, STRICT, lost_answers
from tests.conformance.kit import Kit
from tests.conformance.network import Network
from tests.conformance.phone import ConformanceError

SPRING = 1_775_649_600_000  # 2026-04-08T12:00:00Z: Europe put its clocks forward on 29 March, Sydney back on 5 April
START_SECONDS = 60.0


@contextmanager
def serving_in_spring(settings: Settings) -> Iterator[str]:
    """A server in a thread, whose clock runs from SPRING on; its URL."""
    offset = SPRING - system_clock()
    app = create_app(settings, clock=lambda: system_clock() + offset, build=seated)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", access_log=False, log_config=None))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and thread.is_alive() and time.monotonic() < deadline:
                time.sleep(0.02)
            assert server.started
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Settings]:
    """Gives the settings of a server on an empty store."""
    mongo = request.getfixturevalue("mongo") if request.param == "mongodb" else None

    def settings() -> Settings:
        folder = tmp_path_factory.mktemp("server")
        return Settings(data=str(folder / "data"), store=mongo.fresh_url() if mongo else "")

    return settings


@pytest.fixture(scope="module")
def url(fresh: Callable[[], Settings]) -> Iterator[str]:
    """A server for learners from the past."""
    with serving_in_spring(msgspec.structs.replace(fresh(), backdating=MAX_BACKDATING_DAYS)) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("name", STRICT)
def test_what_holds_where_people_learn(fresh: Callable[[], Settings], name: str, tmp_path: Path) -> None:
    with serving_in_spring(fresh()) as url:
        counts = travel(url, name, tmp_path, seed=7)
    assert counts["acknowledged"] == counts["heardAgain"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_ends_with_everything_there_once(url: str, name: str, tmp_path: Path) -> None:
    counts = travel(url, name, tmp_path, seed=7)
    assert not counts.get("skipped")
    assert counts["acknowledged"] == counts["heardAgain"] > 0


@pytest.mark.slow
def test_the_runner_ends_with_one_line_of_counts(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([url, "repeated_requests", "--track", "first-spanish"]) == 0
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["conformance"]
    assert line["acknowledged"] == line["heardAgain"] > 10
    assert line["failed"] == line["skipped"] == {}


Lie = Callable[[dict[str, Any]], dict[str, Any]]


def forgetful(answer: dict[str, Any]) -> dict[str, Any]:
    """Says that it accepted what it had already."""
    return answer | {"results": [result | {"status": "accepted"} for result in answer["results"]]}


def fickle(answer: dict[str, Any]) -> dict[str, Any]:
    """Says something else when it is told again."""
    for result in answer["results"]:
        if result["status"] == "duplicate" and result["outcome"]["kind"] == "exerciseAnswered":
            result["outcome"]["reward"]["xp"] += 1
    return answer


def miscounting(answer: dict[str, Any]) -> dict[str, Any]:
    """Counts one event more."""
    answer["state"]["counts"]["events"] += 1
    return answer


def generous(answer: dict[str, Any]) -> dict[str, Any]:
    """Grants XP for nothing."""
    answer["state"]["game"]["xp"]["total"] += 5
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("lie", [forgetful, fickle, miscounting, generous])
def test_a_server_that_lies_is_found_out(url: str, lie: Lie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Network.call

    def call(network: Network, method: str, path: str, *rest: Any) -> dict[str, Any]:
        answer = honest(network, method, path, *rest)
        return lie(answer) if (method, path) == ("POST", "/sync") else answer

    monkeypatch.setattr(Network, "call", call)
    kit = Kit(url, tmp_path, seed=3)
    try:
        with pytest.raises(ConformanceError):
            lost_answers(kit)
    finally:
        kit.network.close()
