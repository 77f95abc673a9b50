"""Real MongoDB servers: a replica set of one member or several, on free loopback ports, in a temporary folder."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.servers.processes import HOST, START_SECONDS, Daemon, DaemonError, free_port, require

SET_NAME = "rs0"
ELECTION_MS = 1000
HEARTBEAT_MS = 250
TRIES = 5


def find_mongod() -> Path | None:
    """`mongod` on the PATH, else in the package of the `test` extra."""
    found = shutil.which("mongod")
    if found:
        return Path(found)
    spec = importlib.util.find_spec("fiftyone")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    candidates = (Path(folder) / "db" / "bin" / "mongod" for folder in folders)
    return next((path for path in candidates if path.exists()), None)


@dataclass
class Member:
    """One mongod of a replica set."""

    port: int
    daemon: Daemon

    @property
    def address(self) -> str:
        """Its `host:port`, as the set knows it."""
        return f"{HOST}:{self.port}"

    def admin(self, command: str, value: Any = 1, **fields: Any) -> dict[str, Any]:
        """A command on the `admin` database of this very member. Raises PyMongoError."""
        with MongoClient[dict[str, Any]](
            HOST, self.port, directConnection=True, serverSelectionTimeoutMS=2000, connectTimeoutMS=2000
        ) as client:
            return client.admin.command(command, value, **fields)

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return bool(self.admin("ping"))
        except PyMongoError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop the process; SIGKILL for the hard way. `start` brings it back with its data."""
        self.daemon.stop(number)

    def start(self) -> None:
        """Start the process again and wait until it takes commands."""
        self.daemon.start()
        self.daemon.wait_until(self.answers, f"port {self.port} answered")


@dataclass
class ReplicaSet:
    """A replica set with test commands enabled, so that fail points can be set on it."""

    members: tuple[Member, ...]

    def url(self, database: str = "pacer") -> str:
        """What `open_store` and drivers take."""
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/{database}?replicaSet={SET_NAME}"

    def fresh_url(self) -> str:
        """The URL of a database that nobody else uses."""
        return self.url(f"test-{uuid.uuid4().hex[:20]}")

    @property
    def primary(self) -> Member:
        """The member that takes writes now; waits for an election if there is none."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for member in self.members:
                if member.daemon.running and self._is_primary(member):
                    return member
            time.sleep(0.05)
        raise DaemonError(f"the replica set has had no primary for {START_SECONDS:g} s")

    @staticmethod
    def _is_primary(member: Member) -> bool:
        try:
            return bool(member.admin("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False

    def step_down(self, seconds: int = 60) -> None:
        """Make the primary give up for a time; another member is elected."""
        self.primary.admin("replSetStepDown", seconds, secondaryCatchUpPeriodSecs=seconds - 1)

    def fail(self, commands: Sequence[str], mode: str | dict[str, int] = "alwaysOn", **data: Any) -> None:
        """Let commands fail on the primary; `data` as of failCommand: `errorCode`, `closeConnection`, ..."""
        data["failCommands"] = list(commands)
        self.primary.admin("configureFailPoint", "failCommand", mode=mode, data=data)

    def heal(self) -> None:
        """Let commands succeed again."""
        for member in self.members:
            if member.answers():
                member.admin("configureFailPoint", "failCommand", mode="off")

    def stop(self) -> None:
        """Stop every member, the primary last so that nobody elects another."""
        for member in reversed(self.members):
            member.stop(signal.SIGKILL if len(self.members) > 1 else signal.SIGTERM)


def drop(url: str) -> None:
    """Remove the database that a URL names."""
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(client.get_default_database().name)


@contextmanager
def running_replica_set(folder: Path, n_members: int = 1, *, initiated: bool = True) -> Iterator[ReplicaSet]:
    """A replica set that lives as long as the context. Skips or fails the test where there is no mongod.

    One that is not `initiated` has members that belong to no set yet.
    """
    mongod = require(find_mongod(), "mongod", "install MongoDB, or on Linux x86-64 the extra 'test'")
    members: list[Member] = []
    replica_set = ReplicaSet(())
    try:
        for number in range(n_members):
            members.append(_start(mongod, folder / f"mongo{number}"))
        replica_set = ReplicaSet(tuple(members))
        if initiated:
            _initiate(replica_set)
        yield replica_set
    finally:
        ReplicaSet(tuple(members)).stop()


def _start(mongod: str, folder: Path) -> Member:
    folder.mkdir(parents=True)
    for attempt in range(TRIES):
        data, port = folder / f"data{attempt}", free_port()
        data.mkdir()
        member = Member(port, Daemon(_command(mongod, data, port), folder / "mongod.log"))
        try:
            member.start()
        except DaemonError:
            member.stop(signal.SIGKILL)
            if attempt == TRIES - 1 or "Address already in use" not in member.daemon.tail():
                raise
        else:
            return member
    raise AssertionError("unreachable")


def _command(mongod: str, data: Path, port: int) -> list[str]:
    parameters = ("enableTestCommands=1", "diagnosticDataCollectionEnabled=false", "ttlMonitorSleepSecs=600")
    settings = [part for parameter in parameters for part in ("--setParameter", parameter)]
    return [
        *(mongod, "--dbpath", str(data), "--port", str(port), "--bind_ip", HOST, "--nounixsocket"),
        *("--replSet", SET_NAME, "--oplogSize", "128", "--wiredTigerCacheSizeGB", "0.25", *settings),
    ]


def _initiate(replica_set: ReplicaSet) -> None:
    first = replica_set.members[0]
    config = {
        "_id": SET_NAME,
        "members": [{"_id": n, "host": member.address} for n, member in enumerate(replica_set.members)],
        "settings": {"electionTimeoutMillis": ELECTION_MS, "heartbeatIntervalMillis": HEARTBEAT_MS},
    }
    first.admin("replSetInitiate", config)
    first.daemon.wait_until(lambda: _settled(replica_set), "every member was primary or secondary")


def _settled(replica_set: ReplicaSet) -> bool:
    try:
        states = [str(member["stateStr"]) for member in replica_set.members[0].admin("replSetGetStatus")["members"]]
    except PyMongoError:
        return False
    writable = any(replica_set._is_primary(member) for member in replica_set.members)
    return writable and sorted(states) == ["PRIMARY", *["SECONDARY"] * (len(states) - 1)]
