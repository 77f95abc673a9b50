"""Why an exercise was chosen: reasons that hold, because without them another would have been.

Each reason is tried out. The learner is imagined as they would be without it, whoever chose scores the same candidates
for that learner, and the reason is told only if the exercise then falls behind one that came after it.

| code | without it |
| --- | --- |
| `new`, `weak`, `strengthen` | the learner knew the skill before |
| `review` | nothing of the skill was forgotten since it was practised |
| `unlocks` | nothing builds on the skill |
| `goal` | the goal weighs all skills alike |
| `difficulty` | the exercise is two logits harder, and likewise two logits easier |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import ARRAYS, Array, Rows
from rl.belief import (
    COUNT,
    HAD_GROWTH,
    HAD_MASTERY,
    LAST,
    LAST_SCORE,
    MASSED,
    SUCCESSES,
    Belief,
    derive_skill,
)
from rl.candidates import need_behind
from rl.course_view import CourseView
from rl.features import Moment
from rl.filters import MASSED_DAYS
from rl.parameters import BeliefParameters
from rl.policy import Policy
from rl.scoring import Sight, scores

MOST = 3  # reasons told
FRESH = 0.95  # share that is still there, from which on nothing is said of forgetting
SHAKY = 0.7  # chance of mastery below which a skill is called weak
KNOWN = 0.99  # chance that the skill was known before, in someone who is imagined to have known it
MISFIT = 2.0  # logits by which an exercise is imagined harder or easier


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason: a stable code, a sentence, and the figure behind it."""

    code: str
    text: str
    value: float


@dataclass(frozen=True)
class Choice:
    """One learner's choice (L = 1), as it was made.

    Attributes:
        policy: who scores; None for the rule.
        skills: (1, P) proposed; mask: (1, N) what might be shown.
        place: of the candidate that was chosen, in N: band n % B of proposed skill n // B.
        behind: places of those that ranked behind it.
    """

    policy: Policy | None
    parameters: BeliefParameters
    belief: Belief
    view: CourseView
    moment: Moment
    skills: Rows
    mask: NDArray[np.bool_]
    place: int
    behind: NDArray[np.intp]


class Edit(NamedTuple):
    """How the learner, or what the exercise is to them, would be otherwise."""

    unforgotten: bool = False
    known: bool = False
    leads_nowhere: bool = False
    unweighed: bool = False
    harder: float = 0.0


class Trial(NamedTuple):
    """A reason that may hold, with all the edits that must each turn the choice, and its sentence."""

    reason: Reason
    edits: tuple[Edit, ...]


def reasons_for(choice: Choice) -> tuple[Reason, ...]:
    """One to three reasons, the strongest first, or one that says that none alone decides."""
    skill, band = _candidate(choice)
    if not choice.behind.size:
        return (Reason(code="only", text="Nothing else can be shown now.", value=1.0),)
    sight = Sight.of(choice.belief, choice.view, choice.moment, choice.parameters)
    trials = _trials(choice, sight, skill, band)
    together = Edit(*map(max, zip(*(trial.edits[0] for trial in trials), strict=True)))
    edits = [edit for trial in trials for edit in trial.edits] + [together]
    leads = iter(_leads(choice, edits, skill, band).tolist())
    found = [(max(next(leads) for _ in trial.edits), trial.reason) for trial in trials]
    holding = sorted((pair for pair in found if pair[0] < 0.0), key=lambda pair: pair[0])
    if holding:
        return tuple(reason for _, reason in holding[:MOST])
    lead = next(leads)
    if lead < 0.0:
        text = "No single thing decides: this fits best when everything is taken together."
        return (Reason(code="bestOverall", text=text, value=float(len(trials))),)
    text = "This comes first whichever way it is looked at."
    return (Reason(code="ahead", text=text, value=lead),)


def _candidate(choice: Choice) -> tuple[int, int]:
    place, band = divmod(choice.place, choice.view.difficulty.shape[2])
    return choice.skills.item(0, place), band


def _trials(choice: Choice, sight: Sight, skill: int, band: int) -> list[Trial]:
    """Every reason there may be for the candidate."""
    current, view = sight.current, choice.view
    found = [Trial(_unknown(choice.belief, sight, skill), (Edit(known=True),))]
    kept, survived = current.kept.item(0, skill), current.survived.item(0, skill)
    recall = kept + current.mixture.item(0, 0) * (survived - kept)
    if choice.belief.skills.item(COUNT, 0, skill) > 0 and recall < FRESH:
        text = f"About {round(100 * recall)} % of this is still fresh: time to bring it back."
        found.append(Trial(Reason(code="review", text=text, value=recall), (Edit(unforgotten=True),)))
    need = need_behind(view, current, 0, skill)
    if need > 0.0:
        text = "Other skills you are heading for build on this."
        found.append(Trial(Reason(code="unlocks", text=text, value=need), (Edit(leads_nowhere=True),)))
    weight = view.goal.item(0, skill)
    if weight > _even_goal(view).item(skill) * (1.0 + 1e-9):
        text = "Your goal asks for this more than for other things."
        found.append(Trial(Reason(code="goal", text=text, value=weight), (Edit(unweighed=True),)))
    success = sight.gains.success.item(0, skill, band)
    text = f"The difficulty fits: about {round(100 * success)} % likely to succeed."
    misfits = (Edit(harder=MISFIT), Edit(harder=-MISFIT))
    found.append(Trial(Reason(code="difficulty", text=text, value=success), misfits))
    return found


def _unknown(belief: Belief, sight: Sight, skill: int) -> Reason:
    """That the skill is not known yet, as far as it is not."""
    mastered = sight.current.mastered.item(0, skill)
    if belief.skills.item(COUNT, 0, skill) == 0:
        return Reason(
            code="new", text="This is new, and you are ready for it.", value=sight.current.ready.item(0, skill)
        )
    if mastered < SHAKY:
        return Reason(code="weak", text="This is still shaky, and practice pays here.", value=mastered)
    return Reason(code="strengthen", text="A little more makes this last.", value=mastered)


def _even_goal(view: CourseView) -> Array:
    """(K,) a goal that weighs all skills alike for which there are exercises."""
    served = view.available[0].any(axis=1)
    y: Array = served / served.sum()
    return y


def _leads(choice: Choice, edits: Sequence[Edit], skill: int, band: int) -> Array:
    """By how much the candidate would lead (logits) the best of those behind it, (n,), under each edit."""
    belief, view = _imagined(choice, edits, skill, band)
    n = len(edits)
    moment = Moment(*(np.repeat(getattr(choice.moment, name), n) for name in Moment.__slots__))
    sight = Sight.of(belief, view, moment, choice.parameters)
    skills = np.broadcast_to(choice.skills, (n, choice.skills.shape[1]))
    logits = scores(choice.policy, sight, skills, np.repeat(choice.mask, n, axis=0))
    y: Array = logits[:, choice.place] - logits[:, choice.behind].max(axis=1)
    return y


def _imagined(choice: Choice, edits: Sequence[Edit], skill: int, band: int) -> tuple[Belief, CourseView]:
    """The learner as they would be under each edit, one row each, and the course as it would be to them."""
    n, view = len(edits), choice.view
    even = _even_goal(view)
    skills = np.repeat(choice.belief.skills, n, axis=1)
    goal = np.repeat(view.goal, n, axis=0)
    difficulty = np.repeat(view.difficulty, n, axis=0)
    for row, edit in enumerate(edits):
        fields = skills[:, row, skill]
        if edit.unforgotten:
            _keep(fields, choice.moment.now.item(0))
        if edit.known:
            fields[HAD_GROWTH] = fields[HAD_MASTERY] = KNOWN
            fields[COUNT] = fields[SUCCESSES] = max(fields[COUNT], 1.0)
            fields[LAST_SCORE] = 1.0
        derive_skill(fields, choice.parameters, ARRAYS)
        if edit.unweighed:
            goal[row] = even
        difficulty[row, skill, band] += edit.harder
    cut = np.flatnonzero([edit.leads_nowhere for edit in edits])
    descent: Any = None if view.descent is None else _CutLinks(view.descent, cut, skill)
    n_skills = np.repeat(view.n_skills, n)
    seen = replace(view, goal=goal, difficulty=difficulty, descent=descent, n_skills=n_skills)
    return Belief(skills, np.repeat(choice.belief.learners, n, axis=1)), seen


def _keep(fields: Array, now: float) -> None:
    """As if no time had passed since the skill was practised, but for how massed practice was (in place)."""
    fields[MASSED] *= np.exp(-max(now - fields[LAST], 0.0) / MASSED_DAYS)
    fields[LAST] = now


class _CutLinks:
    """Links (1, K, K) that all rows share, but for a skill that leads nowhere in some of them."""

    def __init__(self, links: Array, rows: Rows, skill: int) -> None:
        self._links, self._rows, self._skill = links, rows, skill

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        """`np.matvec(links, values)`."""
        if ufunc is not np.matvec or method != "__call__" or inputs[0] is not self or settings:
            return NotImplemented
        sums = np.matvec(self._links, inputs[1])
        sums[self._rows, self._skill] = 0.0
        return sums
