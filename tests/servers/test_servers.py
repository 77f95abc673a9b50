"""The servers that tests stand on come up, do what tests need of them, and go away."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient, WriteConcern
from pymongo.errors import OperationFailure

from tests.servers.mongo import ReplicaSet, running_replica_set
from tests.servers.processes import free_port, require
from tests.servers.redis import RedisServer, running_redis


def test_a_replica_set_of_one_takes_majority_writes(mongo_url: str) -> None:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        things = client.get_default_database().get_collection("things", write_concern=WriteConcern("majority", j=True))
        assert things.insert_one({"a": 1}).acknowledged


def test_a_fail_point_fails_a_command_as_often_as_told_and_is_healed(mongo: ReplicaSet, mongo_url: str) -> None:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        things = client.get_default_database()["things"]
        mongo.fail(["insert"], {"times": 1}, errorCode=8000)
        with pytest.raises(OperationFailure):
            things.insert_one({"a": 1})
        things.insert_one({"a": 1})
        mongo.fail(["insert"], errorCode=8000)
        mongo.heal()
        things.insert_one({"a": 1})


@pytest.mark.slow
def test_of_three_members_another_takes_over_when_the_primary_steps_down_or_is_killed(replica_set: ReplicaSet) -> None:
    first = replica_set.primary
    replica_set.step_down(seconds=5)
    second = replica_set.primary
    assert second is not first
    second.stop(signal.SIGKILL)
    third = replica_set.primary
    assert third is not second
    second.start()
    with MongoClient[dict[str, Any]](replica_set.url(), w=3) as client:
        client.get_default_database()["things"].insert_one({"a": 1})


def test_a_server_is_gone_after_its_context(tmp_path: Path) -> None:
    with running_replica_set(tmp_path) as replica_set:
        (member,) = replica_set.members
        assert member.daemon.running
    assert not member.daemon.running


def test_redis_forgets_between_tests_and_keeps_what_it_wrote_when_durable(redis_url: str, tmp_path: Path) -> None:
    assert redis_url.startswith("redis://127.0.0.1:")
    with running_redis(tmp_path, durable=True) as server:
        assert server.command("SET", "a", "1") == "+OK"
        server.stop(signal.SIGKILL)
        server.start()
        assert server.command("EXISTS", "a") == ":1"


def test_a_stopped_redis_is_there_again_for_the_next_test(redis: RedisServer, request: pytest.FixtureRequest) -> None:
    redis.stop(signal.SIGKILL)
    assert request.getfixturevalue("redis_url") == redis.url
    assert redis.answers()


def test_free_ports_differ() -> None:
    assert len({free_port() for _ in range(20)}) > 1


def test_a_missing_program_fails_on_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="thing is not on this machine; buy one"):
        require(None, "thing", "buy one")
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="thing is not on this machine; buy one"):
        require(None, "thing", "buy one")
