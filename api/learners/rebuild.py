"""Recompute learners from the journal alone, and compare with what the service would load.

What is compared: events and facts by bytes (what stands in the journal reads and writes back to itself), the folded
state by bytes, beliefs within 1e-9.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import numpy as np

from api.learners.entries import commit_of, happenings_of
from api.learners.fold import pupil_of
from api.learners.learner import Learner
from api.learners.states import Courses, load
from api.store.ports import Commit, Journal

TOLERANCE = 1e-9
PAGE = 500
_ENCODER = msgspec.json.Encoder(order="deterministic")


class Mismatch(msgspec.Struct, frozen=True, kw_only=True):
    """Where a learner's state is not what the journal gives. `where` names the field, commit or course."""

    learner_id: str
    where: str
    detail: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What comparing one learner found."""

    learner_id: str
    n_events: int
    mismatches: tuple[Mismatch, ...]


async def rebuild_all(journal: Journal, courses: Courses) -> AsyncIterator[Verdict]:
    """Compare every learner of the journal, in order of id."""
    after = ""
    while page := await journal.learners(after, PAGE):
        for learner_id in page:
            yield await rebuild(journal, courses, learner_id)
        after = page[-1]


async def rebuild(journal: Journal, courses: Courses, learner_id: str) -> Verdict:
    """Compare one learner. Raises CorruptStoreError if the journal cannot be read."""
    commits = await journal.read(learner_id)
    served = await load(journal, courses, learner_id)
    fresh = await load(journal, courses, learner_id, snapshots=False)
    found = [*_facts(commits), *_states(served, fresh), *_beliefs(served, fresh, courses)]
    return Verdict(
        learner_id=learner_id,
        n_events=sum(len(commit.events) for commit in commits),
        mismatches=tuple(Mismatch(learner_id=learner_id, where=where, detail=detail) for where, detail in found),
    )


def _facts(commits: list[Commit]) -> list[tuple[str, str]]:
    found = []
    for commit in commits:
        again = commit_of(commit.learner_id, commit.seq, happenings_of([commit]))
        stored = {entry.id: entry.body for entry in (*commit.events, *commit.facts)}
        written = {entry.id: entry.body for entry in (*again.events, *again.facts)}
        found += [
            (f"commit {commit.seq}", f"entry {name} reads back as other bytes")
            for name in stored
            if written.get(name) != stored[name]
        ]
    return found


def _states(served: Learner, fresh: Learner) -> list[tuple[str, str]]:
    found = []
    if served.seq != fresh.seq:
        found.append(("seq", f"{served.seq} served, {fresh.seq} rebuilt"))
    for field in served.state.__struct_fields__:
        if field == "studies":
            continue
        ours, theirs = _ENCODER.encode(getattr(served.state, field)), _ENCODER.encode(getattr(fresh.state, field))
        if ours != theirs:
            found.append((field, f"{_clip(ours)} served, {_clip(theirs)} rebuilt"))
    for version in sorted(served.state.studies.keys() | fresh.state.studies.keys()):
        ours, theirs = (_studies(learner, version) for learner in (served, fresh))
        if ours != theirs:
            found.append((f"studies {version}", f"{_clip(ours)} served, {_clip(theirs)} rebuilt"))
    return found


def _studies(learner: Learner, version: str) -> bytes:
    studies = learner.state.studies.get(version)
    return b"null" if studies is None else _ENCODER.encode((studies.track_id, studies.seen, studies.practised))


def _beliefs(served: Learner, fresh: Learner, courses: Courses) -> list[tuple[str, str]]:
    found = []
    for version in sorted(served.state.studies.keys() & fresh.state.studies.keys()):
        ours, theirs = (pupil_of(learner, version, courses) for learner in (served, fresh))
        pairs = ((ours.belief.skills, theirs.belief.skills), (ours.belief.learners, theirs.belief.learners))
        furthest = max(float(np.abs(one - other).max(initial=0.0)) for one, other in pairs)
        if not furthest <= TOLERANCE or ours.origin != theirs.origin:
            found.append((f"belief {version}", f"differs by {furthest}, more than {TOLERANCE}"))
    return found


def _clip(encoded: bytes, n_bytes: int = 120) -> str:
    text = encoded.decode(errors="replace")
    return text if len(text) <= n_bytes else f"{text[:n_bytes]}…"
