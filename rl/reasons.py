"""Why an exercise was chosen, in words a learner understands, from the belief alone."""

from __future__ import annotations

import msgspec

from rl.belief import COUNT, Array, Belief, CourseView, Estimate
from rl.gains import Gains


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason: a stable code, a sentence, and the figure behind it."""

    code: str
    text: str
    value: float


def reasons_for(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, need: Array | None, skill: int, band: int
) -> tuple[Reason, ...]:
    """One to three reasons for a candidate of the first row, the strongest first."""
    retention = float(current.kept[0, skill])
    success = float(gains.success[0, skill, band])
    found: list[Reason] = []
    if belief.skills[COUNT, 0, skill] == 0:
        found.append(
            Reason(code="new", text="This is new, and you are ready for it.", value=float(current.ready[0, skill]))
        )
    elif retention < 0.85:
        text = f"About {round(100 * retention)} % of this is still fresh: time to bring it back."
        found.append(Reason(code="review", text=text, value=retention))
    elif current.mastered[0, skill] < 0.7:
        text = "This is still shaky, and practice pays most here."
        found.append(Reason(code="weak", text=text, value=float(current.mastered[0, skill])))
    else:
        text = "A little more makes this last."
        found.append(Reason(code="strengthen", text=text, value=float(current.mastered[0, skill])))
    if need is not None and need[0, skill] > view.goal[0, skill]:
        text = "Other skills you are heading for build on this."
        found.append(Reason(code="unlocks", text=text, value=float(need[0, skill])))
    text = f"The difficulty fits: about {round(100 * success)} % likely to succeed."
    found.append(Reason(code="difficulty", text=text, value=success))
    return tuple(found)
