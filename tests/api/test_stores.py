"""The service on each store it can stand on: nobody at the wire can tell which."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from pymongo import MongoClient

from api.cli import main
from api.composition import open_default_store
from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running
from tests.api.servers import environment, running_server
from tests.api.sessions.conftest import Phone
from tests.servers.mongo import running_replica_set
from tests.servers.processes import free_port

STORES = {"sqlite": "SQLite", "motor": "MongoDB through motor", "pymongo": "MongoDB through pymongo"}


@pytest.fixture(params=STORES)
def chosen(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of a server on each store."""
    settings = Settings(data=str(tmp_path / "data"))
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("mongo_url")
    return msgspec.structs.replace(settings, store=url, mongo_driver=request.param)


@asynccontextmanager
async def phone_on(settings: Settings, clock: MovableClock) -> AsyncIterator[Phone]:
    async with running(settings, clock) as served:
        yield Phone(served, await served.guest())


async def test_a_guest_learns_and_is_found_again_after_a_restart(chosen: Settings, clock: MovableClock) -> None:
    async with phone_on(chosen, clock) as phone:
        session = await phone.start("arithmetic-to-algebra")
        body = phone.answering(session["exercise"])
        first = await phone.post(f"/sessions/{session['id']}/answers", body)
        again = await phone.post(f"/sessions/{session['id']}/answers", body)
        assert (first.pop("status"), again.pop("status")) == ("accepted", "duplicate")
        assert {name: again[name] for name in ("grade", "reward")} == {
            name: first[name] for name in ("grade", "reward")
        }
        assert again["next"] == first["next"]
        results = await phone.play({**session, "exercise": first["next"]})
        assert len(results) == 9
        me, shown = await phone.get("/me"), await phone.get(f"/sessions/{session['id']}")
    async with running(chosen, clock) as served:
        phone.served = served
        assert await phone.get("/me") == me
        assert await phone.get(f"/sessions/{session['id']}") == shown
        assert shown["answered"] == 10


async def test_ready_says_which_store_it_is_and_no_host(
    chosen: Settings, clock: MovableClock, request: pytest.FixtureRequest
) -> None:
    async with running(msgspec.structs.replace(chosen, starter=False), clock) as served:
        answer = await served.client.get("/ready")
    (store,) = (part for part in answer.json()["parts"] if part["name"] == "store")
    kind = STORES[request.node.callspec.params["chosen"]]
    assert store == {"name": "store", "ok": True, "state": "open", "detail": kind}


async def test_two_servers_on_one_database_serve_one_learner_in_turn(
    mongo_url: str, clock: MovableClock, tmp_path: Path
) -> None:
    settings = Settings(data=str(tmp_path / "data"), store=mongo_url)
    async with running(settings, clock) as one, running(settings, clock) as other:
        phone = Phone(one, await one.guest())
        session = await phone.start("arithmetic-to-algebra")
        exercise, servers = session["exercise"], (other, one)
        for number in range(10):
            phone.served = servers[number % 2]
            result = await phone.answer(session["id"], exercise)
            assert result["status"] == "accepted"
            assert result["session"]["answered"] == number + 1
            exercise = result["next"]
        states = [await on(served, phone).get("/me") for served in servers]
        assert states[0] == states[1]


def on(served: Served, phone: Phone) -> Phone:
    phone.served = served
    return phone


async def test_a_server_whose_database_is_gone_says_so_and_is_ready_again_when_it_is_back(
    tmp_path: Path, clock: MovableClock
) -> None:
    with running_replica_set(tmp_path / "mongo") as alone:
        settings = Settings(
            data=str(tmp_path / "data"), store=f"{alone.url()}&serverSelectionTimeoutMS=1000", starter=False
        )
        async with running(settings, clock) as served:
            (member,) = alone.members
            member.stop(signal.SIGKILL)
            answer = await served.client.get("/ready")
            assert (answer.status_code, answer.json()["detail"]) == (
                503,
                "store is unreachable: MongoDB through motor does not answer",
            )
            lost = await served.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid"})
            assert lost.status_code == 503
            member.start()
            assert alone.primary is member
            await served.guest()
            assert (await served.client.get("/ready")).status_code == 200


def test_the_command_serves_on_a_database_and_never_prints_a_password(mongo_url: str, tmp_path: Path) -> None:
    with running_server(tmp_path, "--store", mongo_url) as server:
        assert server.get("/ready").status_code == 200
        assert httpx.post(server.url + "/v1/auth/guest", json={"zone": "UTC"}).status_code == 201
        assert "store: ok, open (MongoDB through motor)" in server.stop()


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["doctor", "--port", "0"], ["rebuild"]])
def test_a_database_that_cannot_be_reached_is_told_by_its_hosts_alone(command: list[str], tmp_path: Path) -> None:
    url = f"mongodb://ann:s3cret@127.0.0.1:{free_port()}/learn?serverSelectionTimeoutMS=200"
    ran = CliRunner().invoke(main, [*command, "--data", str(tmp_path)], env=environment(PACER_STORE=url))
    assert ran.exit_code == 1
    assert "127.0.0.1" in ran.output
    assert "/learn" in ran.output
    assert "s3cret" not in ran.output


def test_the_doctor_says_what_is_in_the_database(mongo_url: str, tmp_path: Path) -> None:
    async def fill() -> None:
        store = await open_default_store(Settings(data=str(tmp_path), store=mongo_url))
        await store.documents.put("note", "n", b"{}")
        await store.close()

    asyncio.run(fill())
    assert "0 commits with 0 events, and 1 documents, all readable" in doctor(mongo_url, tmp_path).output


def doctor(store: str, data: Path) -> Any:
    return CliRunner().invoke(main, ["doctor", "--data", str(data), "--port", "0", "--store", store])


def test_the_doctor_finds_nothing_wrong_with_a_database_before_the_first_start(mongo_url: str, tmp_path: Path) -> None:
    found = doctor(mongo_url, tmp_path)
    assert found.exit_code == 0, found.output
    assert "ok   database: mongodb://" in found.output
    assert "will be made at the first start" in found.output
    with MongoClient[Any](mongo_url) as client:
        assert client.get_default_database().list_collection_names() == []
        client.get_default_database()["guests"].insert_one({})
    foreign = doctor(mongo_url, tmp_path)
    assert foreign.exit_code == 1
    assert "FAIL database: " in foreign.output
    assert "is another program's: it has guests" in foreign.output
