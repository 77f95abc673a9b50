"""Skill graphs: what is refused, and what is compiled."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.graph import Skill, SkillGraph, SkillGraphError


def skills(**needs: str) -> list[Skill]:
    return [Skill(id=name, title=name, prerequisites=tuple(of.split())) for name, of in needs.items()]


def test_a_graph_is_compiled_to_arrays() -> None:
    graph = SkillGraph.of(skills(d="b c", b="a", c="a", a=""))
    assert graph.ids == ("d", "b", "c", "a")
    assert graph.depth.tolist() == [2, 1, 1, 0]
    assert [graph.ids[k] for k in graph.order] == ["a", "b", "c", "d"]
    assert np.argwhere(graph.prerequisites).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_no_skills_are_a_graph_too() -> None:
    assert SkillGraph.of([]).prerequisites.shape == (0, 0)


def test_a_cycle_is_named_from_skill_to_prerequisite() -> None:
    with pytest.raises(SkillGraphError, match="a -> b -> a"):
        SkillGraph.of(skills(a="b", b="a"))


def test_a_skill_that_needs_itself_is_a_cycle() -> None:
    with pytest.raises(SkillGraphError, match="a -> a"):
        SkillGraph.of(skills(a="a"))


def test_every_fault_is_reported_at_once() -> None:
    written = [*skills(a="b", b="c", c="a x", d="e d", e="y y"), Skill(id="b", title="again")]
    with pytest.raises(SkillGraphError) as caught:
        SkillGraph.of(written)
    text = str(caught.value)
    for part in ("'b' is used twice", "'x'", "'y'", "twice", "a -> b -> c -> a", "d -> d"):
        assert part in text
    assert len(caught.value.faults) == 6


def test_two_cycles_that_share_a_skill_are_both_named() -> None:
    with pytest.raises(SkillGraphError) as caught:
        SkillGraph.of(skills(a="b c", b="a", c="a"))
    assert [fault.message.rpartition(": ")[2] for fault in caught.value.faults] == ["a -> b -> a", "a -> c -> a"]


def test_a_chain_of_thousands_needs_no_recursion() -> None:
    chain = [Skill(id=f"s{k}", title="", prerequisites=(f"s{k + 1}",)) for k in range(3000)]
    graph = SkillGraph.of([*chain, Skill(id="s3000", title="")])
    assert graph.depth[0] == 3000


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))))
def test_prerequisites_come_first_or_a_cycle_is_found(edges: list[tuple[int, int]]) -> None:
    n = 1 + max((max(edge) for edge in edges), default=0)
    written = [
        Skill(id=str(k), title="", prerequisites=tuple(dict.fromkeys(str(j) for i, j in edges if i == k)))
        for k in range(n)
    ]
    try:
        graph = SkillGraph.of(written)
    except SkillGraphError as error:
        for fault in error.faults:
            cycle = fault.message.removeprefix("prerequisites form a cycle: ").split(" -> ")
            assert cycle[0] == cycle[-1]
            assert all((int(a), int(b)) in edges for a, b in pairwise(cycle))
        return
    place = {int(k): at for at, k in enumerate(graph.order)}
    assert all(place[j] < place[i] for i, j in edges)
