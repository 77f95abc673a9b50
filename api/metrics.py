"""What the service counts about itself, for Prometheus. No label ever names a learner.

Of several workers each counts in files of a directory they share, and whichever is asked adds all of them up; so it
does not matter which worker Prometheus reaches, and a counter never falls when a worker is replaced.
"""

from __future__ import annotations

import os
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.workers.agreement import COUNTS

UNROUTED = "unrouted"  # the operation of requests that no route took
LATENCY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counters and histograms of one app. The children of labels are looked up once and kept."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("pacer_requests", "Answered requests", ("operation", "status"), registry=self.registry)
        self._seconds = Histogram(
            "pacer_request_seconds",
            "Seconds from the request's arrival to its whole answer",
            ("operation",),
            buckets=LATENCY_BUCKETS,
            registry=self.registry,
        )
        self._decisions = Counter(
            "pacer_decisions", "Exercises chosen, by what chose them", ("source",), registry=self.registry
        )
        self._fallbacks = Counter(
            "pacer_fallbacks", "Times the rule chose in place of the policy", ("reason",), registry=self.registry
        )
        self._answers = Counter("pacer_answers", "Answers accepted", ("outcome",), registry=self.registry)
        self._jobs = Counter(
            "pacer_jobs", "Jobs, by kind and what became of them", ("kind", "outcome"), registry=self.registry
        )
        self._dead_jobs = Gauge(
            "pacer_dead_jobs",
            "Jobs in the dead letters, up to a thousand",
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )
        self._live_errors = Counter(
            "pacer_live_errors", "Calls of live state that Redis failed", ("port",), registry=self.registry
        )
        self._workers = Gauge(
            "pacer_workers", "Processes that serve", registry=self.registry, multiprocess_mode="livesum"
        )
        self._starts = Counter("pacer_worker_starts", "Processes that began to serve", registry=self.registry)
        self._synced = Counter("pacer_sync_events", "Events of syncs, by verdict", ("status",), registry=self.registry)
        self._synced_as = cache(self._synced.labels)
        self._decision = cache(self._decisions.labels)
        self._fallback = cache(self._fallbacks.labels)
        self._answer = cache(self._answers.labels)
        self._request_children: dict[tuple[str, int], Counter] = {}
        self._seconds_children: dict[str, Histogram] = {}

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Count a request by operation id and status."""
        counter = self._request_children.get((operation, status))
        if counter is None:
            counter = self._requests.labels(operation, str(status))
            self._request_children[operation, status] = counter
        histogram = self._seconds_children.get(operation)
        if histogram is None:
            histogram = self._seconds_children[operation] = self._seconds.labels(operation)
        counter.inc()
        histogram.observe(seconds)

    def decision(self, source: str) -> None:
        """Count a chosen exercise; `source` is "policy" or "rule"."""
        self._decision(source).inc()

    def fallback(self, reason: str) -> None:
        """Count a choice that the rule made because the policy could not; reasons are a small fixed set."""
        self._fallback(reason).inc()

    def answer(self, outcome: str) -> None:
        """Count an accepted answer; `outcome` is "correct", "partial", "wrong", "pending" or "duplicate"."""
        self._answer(outcome).inc()

    def job(self, kind: str, outcome: str) -> None:
        """Count what became of a job; `outcome` is "queued", "done", "failed" (it is tried again) or "dead"."""
        self._jobs.labels(kind, outcome).inc()

    def dead_jobs(self, n_dead: int) -> None:
        """Say how many jobs nobody will try again by itself."""
        self._dead_jobs.set(n_dead)

    def live_error(self, port: str) -> None:
        """Count a call of a live port that failed, or went on without Redis."""
        self._live_errors.labels(port).inc()

    def synced(self, status: str) -> None:
        """Count an event of a sync; `status` is "accepted", "duplicate", "conflict" or "rejected"."""
        self._synced_as(status).inc()

    def serving(self) -> None:
        """Count this process among those that serve, and open every file that it counts in: their folder may go."""
        self._workers.set(1)
        self._starts.inc()
        self._seconds_children[UNROUTED] = self._seconds.labels(UNROUTED)

    def text(self) -> bytes:
        """Everything in the Prometheus text format, of all workers together; nothing while their directory is gone."""
        directory = os.environ.get(COUNTS)
        if not directory:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        if os.path.isdir(directory):
            MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
