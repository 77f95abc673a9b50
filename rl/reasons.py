"""Why an exercise was chosen, in words a learner understands, from the belief alone."""

from __future__ import annotations

import msgspec

from rl.belief import COUNT, Belief, Estimate
from rl.candidates import need_behind
from rl.course_view import CourseView
from rl.gains import Gains


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason: a stable code, a sentence, and the figure behind it."""

    code: str
    text: str
    value: float


def reasons_for(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, candidate: tuple[int, int, int]
) -> tuple[Reason, ...]:
    """One to three reasons for a candidate (row, skill, band), the strongest first."""
    row, skill, _ = candidate
    found = [_state(belief, current, row, skill)]
    need = need_behind(view, current, row, skill)
    if need > view.goal.item(row, skill):
        found.append(Reason(code="unlocks", text="Other skills you are heading for build on this.", value=need))
    success = gains.success.item(candidate)
    text = f"The difficulty fits: about {round(100 * success)} % likely to succeed."
    found.append(Reason(code="difficulty", text=text, value=success))
    return tuple(found)


def _state(belief: Belief, current: Estimate, row: int, skill: int) -> Reason:
    """What the learner's state in the skill says for it."""
    retention, mastered = current.kept.item(row, skill), current.mastered.item(row, skill)
    if belief.skills.item(COUNT, row, skill) == 0:
        text = "This is new, and you are ready for it."
        return Reason(code="new", text=text, value=current.ready.item(row, skill))
    if retention < 0.85:
        text = f"About {round(100 * retention)} % of this is still fresh: time to bring it back."
        return Reason(code="review", text=text, value=retention)
    if mastered < 0.7:
        return Reason(code="weak", text="This is still shaky, and practice pays most here.", value=mastered)
    return Reason(code="strengthen", text="A little more makes this last.", value=mastered)
