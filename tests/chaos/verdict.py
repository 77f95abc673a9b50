"""What a storm did: whether every acknowledged answer is in the journal once, and what the learners felt of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from api.learners.entries import happenings_of
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, XpGranted
from api.store import open_store
from tests.chaos.fleet import Fleet

N_HEARD_AGAIN = 40
SILENT_SECONDS = 1.0
"""A shorter time without an answer is felt by nobody, and comes about without a fault."""
Figures = dict[str, Any]


@dataclass
class Kept:
    """What the journal holds of the fleet's learners."""

    answers: Counter[str]
    graded: Counter[str]
    xp: int


async def kept(place: str | Path, learners: set[str]) -> Kept:
    """Read the journal."""
    found = Kept(Counter(), Counter(), 0)
    store = await open_store(place)
    try:
        for learner in learners:
            for happening in happenings_of(await store.journal.read(learner)):
                found.answers[happening.id] += isinstance(happening.event, ExerciseAnswered)
                for fact in happening.facts:
                    if isinstance(fact, AnswerGraded):
                        found.graded[fact.decision_id] += 1
                    elif isinstance(fact, XpGranted):
                        found.xp += fact.amount
    finally:
        await store.close()
    return found


def losses(fleet: Fleet, found: Kept) -> Figures:
    """Acknowledged answers that are missing, and anything that counted twice; all must be 0."""
    heard = {one.body["eventId"]: one.result for one in fleet.heard}
    xp = sum(result["reward"]["xp"] for result in heard.values())
    return {
        "acknowledged": len(heard),
        "lost": sum(1 for event_id in heard if not found.answers[event_id]),
        "doubled": sum(n > 1 for n in (*found.answers.values(), *found.graded.values())),
        "unheard": sum(1 for event_id, n in found.answers.items() if n and event_id not in heard),
        "xp_astray": found.xp - xp,
    }


def whole(figures: Figures) -> bool:
    """Whether every acknowledged answer is there exactly once, and nothing else is."""
    return figures["acknowledged"] > 0 and not any(
        figures[name] for name in ("lost", "doubled", "unheard", "xp_astray", "changed")
    )


async def heard_again(fleet: Fleet, rng: random.Random) -> int:
    """Send some acknowledged answers once more; how many did not get the very response they got."""
    changed = 0
    async with httpx.AsyncClient(base_url=fleet.url, timeout=30.0, trust_env=False) as http:
        for one in rng.sample(fleet.heard, min(N_HEARD_AGAIN, len(fleet.heard))):
            headers = {"authorization": f"Bearer {fleet.tokens[one.learner]}"}
            again = (await http.post(one.path, json=one.body, headers=headers)).json()
            changed += again != {**one.result, "status": "duplicate"}
    return changed


def felt(fleet: Fleet, started: float, ended: float) -> Figures:
    """Latencies (ms, from the first sending to the acknowledgement, retries included), failures, and how long both
    lasted (s): `silence_s` is the longest time after the fault in which nobody was answered, `recovery_s` the time from
    the fault to the last failed request, or to the end of that silence (if it took SILENT_SECONDS) if it is later."""
    after = sorted(one.acknowledged for one in fleet.heard if one.acknowledged >= started)
    silence, until = max((later - earlier, later) for earlier, later in pairwise([started, *after, ended]))
    failed = [at for at, _ in fleet.failed if at >= started]
    recovered = max([started, *failed, *([until] if silence >= SILENT_SECONDS else [])])
    return {
        "latency_ms": quantiles([one.acknowledged - one.sent for one in fleet.heard]),
        "failed_requests": dict(fleet.failures),
        "recovery_s": round(recovered - started, 2),
        "silence_s": round(silence, 2),
    }


def quantiles(seconds: list[float]) -> Figures:
    """Median, 99th percentile and the longest, in ms."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * ordered[min(int(q * len(ordered)), len(ordered) - 1)], 1) for name, q in at.items()}
