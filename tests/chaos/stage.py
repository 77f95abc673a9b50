"""Where faults happen: `pacer serve` at a fixed port, on MongoDB and Redis or on SQLite, all on loopback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from api.composition import DATABASE_FILE
from tests.chaos.shifted import OFFSET_FILE
from tests.servers.mongo import ReplicaSet, running_replica_set
from tests.servers.processes import HOST, Daemon, free_port
from tests.servers.redis import RedisServer, running_redis

READY_SECONDS = 120.0
POLL_SECONDS = 0.02
SECRET = "chaos-is-no-secret-but-long-enough-to-sign"
SQLITE_DISK_MB = 24
NO_LIMITS = {"PACER_LEARNER_RATE": "off", "PACER_ADDRESS_RATE": "off"}


class StageError(Exception):
    """The stage cannot be set up on this machine; the text says why."""


@dataclass
class Stage:
    """A running service and what it stands on. `mongo` and `redis` are None on SQLite."""

    folder: Path
    port: int
    daemon: Daemon
    place: str | Path
    mongo: ReplicaSet | None = None
    redis: RedisServer | None = None
    offset: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"

    @property
    def workers(self) -> list[int]:
        """The process ids of what answers requests."""
        command = ["pgrep", "-P", str(self.daemon.pid), "-f", "spawn_main"]
        found = subprocess.run(command, capture_output=True, text=True).stdout.split()
        return [int(line) for line in found] or [self.daemon.pid]

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        try:
            return httpx.get(self.url + "/ready", timeout=5.0, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def metric(self, name: str) -> float:
        """A metric without labels, of all workers together."""
        return next(float(line.split()[1]) for line in self._metrics() if line.startswith(f"{name} "))

    def n_refused(self) -> int:
        """How many requests were answered with 503."""
        refused = (
            line for line in self._metrics() if line.startswith("pacer_requests_total{") and 'status="503"' in line
        )
        return sum(int(float(line.split()[-1])) for line in refused)

    def _metrics(self) -> list[str]:
        return httpx.get(self.url + "/metrics", timeout=READY_SECONDS, trust_env=False).text.splitlines()

    def start(self) -> None:
        """Start the service and wait until it is ready."""
        self.daemon.start()
        self.daemon.wait_until(self.is_ready, "it was ready")

    def stop(self) -> tuple[int, float]:
        """Ask it to stop; its exit code, and the seconds it took."""
        assert self.daemon.process is not None
        began = time.monotonic()
        self.daemon.process.send_signal(signal.SIGTERM)
        return self.daemon.process.wait(READY_SECONDS), time.monotonic() - began

    def shift_clock(self, seconds: float) -> None:
        """Make the service's clock jump."""
        self.offset.write_text(str(round(seconds * 1000)))

    def memory_mb(self) -> float:
        """Resident memory of all workers together, MB (10^6 bytes)."""
        kilobytes = 0
        for pid in self.workers:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
        return kilobytes * 1024 / 1e6


def _stage(folder: Path, place: str | Path, *options: str, **settings: str) -> Stage:
    folder.mkdir(parents=True, exist_ok=True)
    port, offset = free_port(), folder / "clock"
    offset.write_text("0")
    command = [
        *("/usr/bin/env", *(f"{name}={value}" for name, value in (settings | NO_LIMITS).items())),
        *(f"{OFFSET_FILE}={offset}", f"PACER_SECRET={SECRET}"),
        *(sys.executable, "-m", "tests.chaos.shifted", str(offset)),
        *("serve", "--port", str(port), "--data", str(folder / "data"), *options),
    ]
    return Stage(folder, port, Daemon(command, folder / "pacer.log"), place, offset=offset)


@contextmanager
def on_mongo(folder: Path, mongo: ReplicaSet, redis: RedisServer, n_workers: int) -> Iterator[Stage]:
    """The service with so many workers on servers that are there."""
    url = mongo.fresh_url()
    workers = ("--workers", str(n_workers))
    stage = _stage(folder / "service", url, *workers, PACER_STORE=url, PACER_REDIS=redis.url)
    stage.mongo, stage.redis = mongo, redis
    with _started(stage):
        yield stage


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Stage]:
    """The service with one process on a file, in a small file system of its own."""
    with small_disk(folder / "service" / "data", SQLITE_DISK_MB):
        stage = _stage(folder / "service", folder / "service" / "data" / DATABASE_FILE)
        with _started(stage):
            yield stage


@contextmanager
def _started(stage: Stage) -> Iterator[Stage]:
    try:
        stage.start()
        yield stage
    finally:
        stage.daemon.stop()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system in memory, mounted on the folder. Raises StageError where this user may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={megabytes}m,mode=700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, text=True)
    if mounted.returncode:
        raise StageError(f"no small disk can be mounted on {folder}: {mounted.stderr.strip()}; run as root")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def whole_stage(folder: Path, n_members: int, n_workers: int, disk_mb: int = 0) -> Iterator[Stage]:
    """The service with servers of its own; the database's data on a small disk, if it is given a size."""
    with ExitStack() as stack:
        if disk_mb:
            stack.enter_context(small_disk(folder / "mongo", disk_mb))
        mongo = stack.enter_context(running_replica_set(folder / "mongo", n_members))
        redis = stack.enter_context(running_redis(folder / "redis"))
        yield stack.enter_context(on_mongo(folder, mongo, redis, n_workers))
