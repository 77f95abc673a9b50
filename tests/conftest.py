"""Servers that any test may ask for, each started when first needed, once in a run (in each worker of a run)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.servers.mongo import ReplicaSet, drop, running_replica_set
from tests.servers.redis import RedisServer, running_redis

# Every core has a worker of the run, or a server that is tested: what spreads over all cores waits for itself there.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """A MongoDB replica set of one member."""
    with running_replica_set(tmp_path_factory.mktemp("mongo")) as replica_set:
        yield replica_set


@pytest.fixture
def mongo_url(mongo: ReplicaSet) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = mongo.fresh_url()
    yield url
    mongo.heal()
    drop(url)


@pytest.fixture
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """A MongoDB replica set of three members of this test's own, to be killed and stepped down at will."""
    with running_replica_set(tmp_path_factory.mktemp("mongo-three"), n_members=3) as three:
        yield three


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A redis-server that keeps nothing on disk."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis: RedisServer) -> str:
    """The URL of an empty Redis; a test that stopped it finds it started again."""
    if not redis.daemon.running:
        redis.start()
    redis.empty()
    return redis.url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that at the end no worker waits long (with --no-loadscope-reorder)."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
