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
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, skill: int, band: int
) -> tuple[Reason, ...]:
    """One to three reasons for a candidate of the first row, the strongest first."""
    found = [_state(belief, current, skill)]
    need = need_behind(view, current, skill)
    if need > view.goal.item(0, skill):
        found.append(Reason(code="unlocks", text="Other skills you are heading for build on this.", value=need))
    success = gains.success.item(0, skill, band)
    text = f"The difficulty fits: about {round(100 * success)} % likely to succeed."
    found.append(Reason(code="difficulty", text=text, value=success))
    return tuple(found)


def _state(belief: Belief, current: Estimate, skill: int) -> Reason:
    """What the learner's state in the skill says for it."""
    retention, mastered = current.kept.item(0, skill), current.mastered.item(0, skill)
    if belief.skills.item(COUNT, 0, skill) == 0:
        text = "This is new, and you are ready for it."
        return Reason(code="new", text=text, value=current.ready.item(0, skill))
    if retention < 0.85:
        text = f"About {round(100 * retention)} % of this is still fresh: time to bring it back."
        return Reason(code="review", text=text, value=retention)
    if mastered < 0.7:
        return Reason(code="weak", text="This is still shaky, and practice pays most here.", value=mastered)
    return Reason(code="strengthen", text="A little more makes this last.", value=mastered)
