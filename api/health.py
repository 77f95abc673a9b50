"""Whether the process lives, whether it can serve, and what it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from litestar import Request, Response, Router, get
from litestar.datastructures import State

from api.errors import NotReadyError
from api.metrics import Metrics
from api.wire import PUBLIC, Slot, Wire, raises

PROMETHEUS = "text/plain; version=0.0.4"


class Health(Wire, frozen=True, kw_only=True):
    """The process answers."""

    status: Literal["alive"] = "alive"


class ReadyPart(Wire, frozen=True, kw_only=True):
    """A part of the service, whether it works, in which state ("policy" or "rule" for the tutor), and why."""

    name: str
    ok: bool
    state: str
    detail: str


class Ready(Wire, frozen=True, kw_only=True):
    """The service can serve learners."""

    status: Literal["ready"]
    parts: tuple[ReadyPart, ...]


Look = Callable[[], Awaitable[ReadyPart]]


class Readiness:
    """What each room says about itself. A part that is not ok makes the whole not ready."""

    def __init__(self) -> None:
        self._parts: dict[str, ReadyPart] = {}
        self._looks: dict[str, Look] = {}

    def report(self, name: str, *, ok: bool, state: str, detail: str = "") -> None:
        """State, or restate, how a part is."""
        self._parts[name] = ReadyPart(name=name, ok=ok, state=state, detail=detail)

    def watch(self, name: str, look: Look) -> None:
        """Look at a part each time somebody asks."""
        self._looks[name] = look

    @property
    def parts(self) -> tuple[ReadyPart, ...]:
        """All parts, by name."""
        return tuple(self._parts[name] for name in sorted(self._parts))

    async def check(self) -> Ready:
        """The parts if all are ok. Raises NotReadyError naming those that are not."""
        for name, look in self._looks.items():
            self._parts[name] = await look()
        failing = [f"{part.name} is {part.state}: {part.detail}" for part in self.parts if not part.ok]
        if failing or not self._parts:
            raise NotReadyError("; ".join(failing) or "the service is still starting")
        return Ready(status="ready", parts=self.parts)


READINESS: Slot[Readiness] = Slot("readiness")
METRICS: Slot[Metrics] = Slot("metrics")


@get("/health", operation_id="getHealth", summary="Is the process alive?", opt=PUBLIC)
async def get_health() -> Health:
    """Answers as long as the process does; looks at nothing else."""
    return Health()


@get("/ready", operation_id="getReadiness", summary="Can it serve?", opt=PUBLIC | raises(NotReadyError))
async def get_readiness(request: Request[None, None, State]) -> Ready:
    """The store, the tracks, and whether the trained policy or the rule chooses exercises, and why."""
    return await READINESS.of(request).check()


@get(
    "/metrics",
    operation_id="getMetrics",
    summary="Counters for Prometheus",
    media_type=f"{PROMETHEUS}; charset=utf-8",
    opt=PUBLIC,
)
async def get_metrics(request: Request[None, None, State]) -> Response[bytes]:
    """The Prometheus text format."""
    return Response(METRICS.of(request).text(), media_type=PROMETHEUS)


router = Router("/", route_handlers=[get_health, get_readiness, get_metrics], tags=["Operations"])
