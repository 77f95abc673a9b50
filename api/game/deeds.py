"""What a learner did, as quests, badges and goals look at it."""

from __future__ import annotations

from api.game.facts import GameFact


class Deed(GameFact, frozen=True, kw_only=True, tag="deed"):
    """Something that a learner did, as quests, badges and goals look at it: an answer, or the end of a lesson.

    Told once with every answer that counts and every first end of a lesson. Practice and pending answers are none.

    Attributes:
        at: effective time (ms).
        day: the learner's local date, as an ordinal (ordinal 1 was a Monday).
        hour: of the wall clock, 0 to 23.
        answered: whether it is an answer; False for a lesson that was ended without one.
        skills: ids of the skills, the one it was chosen for first; those of the lesson where there is no answer.
        correct, score, hints, seconds: of the answer; `score` in [0, 1].
        hard: the item's difficulty lies above what the learner is expected to master of the skill.
        rapid: too fast to have been thought about.
        due, new: the skill was worth reviewing, or never practised, before the answer.
        xp: granted for the answer.
        lesson_finished: whether this was the lesson's end; `lesson_perfect`, with every answer right, five at least.
        lesson_answered: answers in the lesson so far.
        streak_days: length of the streak with this in it.
        level: with this in it.
    """

    at: int
    day: int
    hour: int
    answered: bool = True
    skills: tuple[str, ...] = ()
    correct: bool = False
    score: float = 0.0
    hints: int = 0
    seconds: float = 0.0
    hard: bool = False
    rapid: bool = False
    due: bool = False
    new: bool = False
    xp: int = 0
    lesson_finished: bool = False
    lesson_perfect: bool = False
    lesson_answered: int = 0
    streak_days: int = 0
    level: int = 1
