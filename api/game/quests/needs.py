"""What would help a learner at the beginning of a local day: what quests are drawn from."""

from __future__ import annotations

import msgspec


class NamedSkill(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """A skill with its title."""

    id: str
    title: str


class Needs(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """What would help a learner, as of the start of their local day, over all their enrolments.

    Attributes:
        learner_id: whose quests they are.
        day: the local date, as an ordinal.
        n_due: skills that are worth reviewing, at most as many as the return plan lets come today.
        weakest: practised skills that do not hold yet, the weakest first, at most three.
        next_new: skills that were never practised and come next in the track, at most three.
        n_practised: skills practised so far.
        success: expected share of right answers in a lesson.
        usual_answers: answers given on a usual day of practice; 0 if there was none.
        usual_days: days with practice in a usual week of the last four.
        days_away: whole days without practice before this one; 0 for a new learner.
        hard: whether exercises that are hard for the learner can come.
        minor: under 18: then nothing presses for perfection, or for days.
        boosted: all quests of a week were done, and this day's bring more gems.
    """

    learner_id: str
    day: int
    n_due: int = 0
    weakest: tuple[NamedSkill, ...] = ()
    next_new: tuple[NamedSkill, ...] = ()
    n_practised: int = 0
    success: float = 0.5
    usual_answers: int = 0
    usual_days: float = 0.0
    days_away: int = 0
    hard: bool = False
    minor: bool = False
    boosted: bool = False
