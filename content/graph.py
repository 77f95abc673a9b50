"""Skills and what must be known before what: a directed acyclic graph, checked whole and compiled to arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray


class Skill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that can be learned.

    Attributes:
        id: stable within the track, lower-case words joined by hyphens.
        prerequisites: ids of skills that should be known first.
        case_id: identifier in a CASE competency framework, if it has one.
    """

    id: str
    title: str
    description: str = ""
    prerequisites: tuple[str, ...] = ()
    case_id: str = ""


@dataclass(frozen=True)
class GraphFault:
    """One thing that keeps skills from being a graph. `index` is the place of the skill it is found at."""

    kind: Literal["duplicate", "unknown", "cycle"]
    index: int
    message: str


class SkillGraphError(ValueError):
    """Skills that are not a directed acyclic graph; `faults` holds every fault, the text lists them one a line."""

    def __init__(self, faults: Sequence[GraphFault]) -> None:
        super().__init__("\n".join(fault.message for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class SkillGraph:
    """K skills as arrays; `SkillGraph.of` makes one and refuses what is not a graph.

    Attributes:
        ids: K ids, in the order given.
        prerequisites: (K, K) bool; [k, j] says that j should be known before k. Direct prerequisites only.
        order: (K,) int; skill indices so that prerequisites come first, otherwise in the order given.
        depth: (K,) int; 0 without prerequisites, else 1 + the largest depth among them.
    """

    ids: tuple[str, ...]
    prerequisites: NDArray[np.bool_]
    order: NDArray[np.intp]
    depth: NDArray[np.intp]

    @classmethod
    def of(cls, skills: Sequence[Skill]) -> SkillGraph:
        """Compile skills.

        Raises:
            SkillGraphError: duplicate ids, unknown prerequisites and cycles, all of them at once, each named.
        """
        faults = find_graph_faults(skills)
        if faults:
            raise SkillGraphError(faults)
        index = {skill.id: k for k, skill in enumerate(skills)}
        prerequisites = np.zeros((len(skills), len(skills)), dtype=np.bool_)
        for k, skill in enumerate(skills):
            prerequisites[k, [index[name] for name in skill.prerequisites]] = True
        depth = _depths([[index[name] for name in skill.prerequisites] for skill in skills])
        order = np.argsort(depth, kind="stable")
        return cls(tuple(index), prerequisites, order, depth)


def find_graph_faults(skills: Sequence[Skill]) -> list[GraphFault]:
    """Every duplicate id, unknown prerequisite and cycle, in that order."""
    first = {skill.id: k for k, skill in reversed(list(enumerate(skills)))}
    faults = [
        GraphFault("duplicate", k, f"skill id {skill.id!r} is used twice")
        for k, skill in enumerate(skills)
        if first[skill.id] != k
    ]
    for k, skill in enumerate(skills):
        repeated = [name for name, times in Counter(skill.prerequisites).items() if times > 1]
        faults += [
            GraphFault("duplicate", k, f"skill {skill.id!r} names the prerequisite {name!r} twice") for name in repeated
        ]
        faults += [
            GraphFault("unknown", k, f"skill {skill.id!r} needs {name!r}, which is no skill of this track")
            for name in dict.fromkeys(skill.prerequisites)
            if name not in first
        ]
    return faults + [GraphFault("cycle", first[cycle[0]], _describe(cycle)) for cycle in _find_cycles(skills)]


def _describe(cycle: Sequence[str]) -> str:
    return "prerequisites form a cycle: " + " -> ".join([*cycle, cycle[0]])


def _find_cycles(skills: Sequence[Skill]) -> list[list[str]]:
    """One cycle for each back edge of a depth-first search; an arrow points from a skill to its prerequisite.

    Every cycle of the graph holds a back edge, so none is left when all of these are mended one after another.
    """
    needs: dict[str, list[str]] = {}
    for skill in skills:
        needs.setdefault(skill.id, []).extend(dict.fromkeys(skill.prerequisites))
    done: set[str] = set()
    cycles: list[list[str]] = []
    for root in needs:
        path: list[str] = []
        place: dict[str, int] = {}
        stack = [] if root in done else [(root, iter(needs[root]))]
        if stack:
            path, place = [root], {root: 0}
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                del place[name]
                done.add(name)
            elif following in place:
                cycles.append(path[place[following] :])
            elif following in needs and following not in done:
                place[following] = len(path)
                path.append(following)
                stack.append((following, iter(needs[following])))
    return cycles


def _depths(needs: Sequence[Sequence[int]]) -> NDArray[np.intp]:
    """Longest way down to a skill without prerequisites; `needs` is acyclic."""
    depth = np.zeros(len(needs), dtype=np.intp)
    waiting = [len(row) for row in needs]
    leads_to: list[list[int]] = [[] for _ in needs]
    for k, row in enumerate(needs):
        for j in row:
            leads_to[j].append(k)
    ready = [k for k, n_waiting in enumerate(waiting) if n_waiting == 0]
    for j in ready:
        for k in leads_to[j]:
            depth[k] = max(depth[k], depth[j] + 1)
            waiting[k] -= 1
            if waiting[k] == 0:
                ready.append(k)
    return depth
