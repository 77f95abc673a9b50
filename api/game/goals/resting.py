"""When to stop: a word after a good lesson, or when the learner's own budget is used. It never blocks or presses."""

from __future__ import annotations

from api.game.facts import RestCode
from api.game.goals.book import GoalBook, done_on, goal_on

GOOD_SHARE = 0.8
GOOD_ANSWERS = 5
"""A good lesson: at least so many answers, so many of them right."""

LONG_MINUTES = 60
"""Under 18, so many minutes in a day are called enough even if no budget was set."""


def rest(book: GoalBook, day: int, *, minor: bool, answered: int = 0, right: int = 0) -> RestCode | None:
    """What to suggest on a day (ordinal), after a lesson with so many answers if one has just ended; None for nothing.

    The learner's own budget comes first, then a long day of a child, then the goal, then a good lesson.
    """
    done = done_on(book, day)
    if book.budget_minutes and done.seconds >= 60 * book.budget_minutes:
        return "rest.budget"
    if minor and done.seconds >= 60 * LONG_MINUTES:
        return "rest.longDay"
    if answered >= GOOD_ANSWERS and right >= GOOD_SHARE * answered:
        goal = goal_on(book, day)
        return "rest.goalMet" if goal is not None and done.met else "rest.goodLesson"
    return None
