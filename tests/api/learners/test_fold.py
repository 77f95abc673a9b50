"""Any order of arrival, any repetition and any batching of the same events and facts give the same learner."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.learners.entries import Happening, commit_of, happenings_of
from api.learners.fold import fold
from api.learners.learner import Learner, LearnerState, decode_state
from api.learners.states import fold_version, load, snapshot_of
from api.tracks.registry import Registry

LEARNER = "learner"


def state_of(learner: Learner) -> bytes:
    """Everything but the belief's last digits, which are compared on their own."""
    decoded = decode_state(learner.encode())
    for studies in decoded.studies.values():
        studies.belief = None
    return msgspec.json.encode(decoded, order="deterministic")


def beliefs_of(learner: Learner) -> list[bytes]:
    return [pupil.state() for _, pupil in sorted(learner.pupils.items())]


def folded(happenings: list[Happening], registry: Registry) -> Learner:
    learner = Learner(LearnerState(learner_id=LEARNER))
    fold(learner, happenings, registry)
    return learner


@pytest.fixture
async def happenings(served: Any, student: Any) -> list[Happening]:
    """What the student did, in the order of acceptance."""
    journal = served.app.state["sessions"]._states.journal
    found = happenings_of(await journal.read(student.tokens["learnerId"]))
    return sorted(found, key=lambda happening: happening.accepted_at)


async def test_what_was_recorded_holds_every_kind_of_event(happenings: list[Happening]) -> None:
    kinds = {type(happening.event).__name__ for happening in happenings}
    assert len(kinds) == 6
    times = [happening.effective_at for happening in happenings]
    assert times != sorted(times), "a lesson was meant to arrive late"


async def test_any_order_repetition_and_batching_gives_the_same_state(
    happenings: list[Happening], registry: Registry
) -> None:
    reference = folded(sorted(happenings, key=lambda happening: happening.key), registry)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        order = data.draw(st.permutations(happenings))
        repeated = order + data.draw(st.lists(st.sampled_from(happenings), max_size=5))
        cuts = sorted(data.draw(st.sets(st.integers(1, len(repeated) - 1), max_size=6)))
        commits, start = [], 0
        for seq, end in enumerate([*cuts, len(repeated)], start=1):
            commits += [commit_of(LEARNER, seq, [happening]) for happening in repeated[start:end]]
            start = end
        learner = folded(happenings_of(commits), registry)
        assert state_of(learner) == state_of(reference)
        assert beliefs_of(learner) == beliefs_of(reference)

    hold()


@pytest.mark.parametrize("seed", range(6))
async def test_snapshots_taken_anywhere_on_the_way_never_change_the_state(
    happenings: list[Happening], store: Any, registry: Registry, seed: int
) -> None:
    random = Random(seed)
    enrolled, *rest = happenings
    order = [enrolled, *random.sample(rest, len(rest))]
    reference = folded(sorted(happenings, key=lambda happening: happening.key), registry)
    journal = store.journal
    for seq, happening in enumerate(order, start=1):
        await journal.append(commit_of(LEARNER, seq, [happening]))
        if random.random() < 0.3:
            learner = await load(journal, registry, LEARNER)
            await journal.save_snapshot(snapshot_of(learner, fold_version(registry.belief_version)))
    learner = await load(journal, registry, LEARNER)
    assert state_of(learner) == state_of(reference)
    fresh = await load(journal, registry, LEARNER, snapshots=False)
    assert [p.state() for _, p in sorted(fresh.pupils.items())] == beliefs_of(reference)
    for version, pupil in fresh.pupils.items():
        served = registry.open(version, (), learner.state.studies[version].belief)
        live = learner.pupils.get(version, served)
        assert abs(live.belief.skills - pupil.belief.skills).max() <= 1e-9


async def test_the_live_state_is_the_one_the_journal_gives(served: Any, student: Any, registry: Registry) -> None:
    states = served.app.state["sessions"]._states
    learner_id = student.tokens["learnerId"]
    fresh = await load(states.journal, registry, learner_id, snapshots=False)
    async with states.reading(learner_id) as live:
        assert state_of(live) == state_of(fresh)
        assert beliefs_of(live) == beliefs_of(fresh)


async def test_a_snapshot_is_written_each_day(served: Any, student: Any) -> None:
    states = served.app.state["sessions"]._states
    await states.close()
    snapshot = await states.journal.latest_snapshot(student.tokens["learnerId"], states.fold_version)
    assert snapshot is not None
    assert decode_state(snapshot.body).xp > 0
