"""The counters that badges watch, and what moves them. A deed moves a fixed few, whatever was done before.

Sums: answers, right, nextTry (right straight after a wrong one), reviews, reviewsRight, newSkills, hardTried,
hardRight, hardAlone (no hint), alone (right without a hint), helpedRight (right with one), thoughtful (hard, right, in
no haste), lessons, perfectLessons, activeDays, activeWeeks, comebacks, goalDays, quests, weekQuests, fullDays (all
quests of a day done), and quests by kind.
Most there ever was: bestRun, bestStreak, level, reviewsInADay, skillsInADay, lessonsInADay.
Names that begin with a dot are of the day or the run that is under way; no badge watches them.

What is over when a deed arrives (one that comes late, from another device) adds to sums of answers alone at first; the
rest follows when the learner's deeds are folded anew in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

from api.game.deeds import Deed
from api.game.quests.quest import Period, Quest, week_of

COMEBACK_DAYS = 7
THOUGHTFUL_SECONDS = 5.0
"""Taking less for a hard exercise is no thought, whatever it is rewarded for."""

_DAY, _AT, _RUN, _MISSED = ".day", ".at", ".run", ".missed"
_TODAY = ".today."
_OF_DEEDS = (
    *("answers", "right", "nextTry", "reviews", "reviewsRight", "newSkills", "hardTried", "hardRight", "hardAlone"),
    *("alone", "helpedRight", "thoughtful", "bestRun", "reviewsInADay", "skillsInADay"),
)
_OF_LESSONS = ("lessons", "perfectLessons", "lessonsInADay")
_OF_DAYS = ("activeDays", "activeWeeks", "comebacks", "bestStreak", "level", "goalDays")
_OF_QUESTS = (
    *("quests", "weekQuests", "fullDays", "questsStrengthenSkill", "questsStartSkill", "questsReviewDue"),
    "friendQuests",
)
_WATCHED = {
    (answered, finished): (
        *(_OF_DEEDS if answered else ()),
        *(_OF_LESSONS if finished else ()),
        *_OF_DAYS,
        *_OF_QUESTS,
    )
    for answered in (False, True)
    for finished in (False, True)
}


def watched(deed: Deed) -> tuple[str, ...]:
    """The counters that a deed, and the quests done with it, may have moved."""
    return _WATCHED[deed.answered, deed.lesson_finished]


def note(tallies: MutableMapping[str, int], deed: Deed) -> None:
    """Count a deed."""
    in_order = deed.at >= tallies.get(_AT, 0)
    if in_order:
        tallies[_AT] = deed.at
        _enter_day(tallies, deed.day)
    if deed.answered and not deed.rapid:
        _answer(tallies, deed)
        if in_order:
            _answer_in_order(tallies, deed)
    if deed.lesson_finished:
        _add(tallies, "lessons", deed.lesson_perfect and "perfectLessons")
        if in_order:
            _today(tallies, "lessons", "lessonsInADay")
    if in_order:
        _most(tallies, "bestStreak", deed.streak_days)
        _most(tallies, "level", deed.level)


def note_quest(tallies: MutableMapping[str, int], quest: Quest, period: Period, siblings_done: Iterable[bool]) -> None:
    """Count a quest that was done; `siblings_done` says it of each quest of its day or week."""
    _add(tallies, "quests", f"quests{quest.kind[0].upper()}{quest.kind[1:]}", period == "week" and "weekQuests")
    _add(tallies, period == "day" and all(siblings_done) and "fullDays")


def note_shared(tallies: MutableMapping[str, int]) -> None:
    """Count a quest that was done with a friend."""
    _add(tallies, "friendQuests")


def note_goal(tallies: MutableMapping[str, int]) -> None:
    """Count a day on which the daily goal was reached."""
    _add(tallies, "goalDays")


def _enter_day(tallies: MutableMapping[str, int], day: int) -> None:
    last = tallies.get(_DAY)
    if last is not None and day <= last:
        return
    tallies[_DAY] = day
    for name in [name for name in tallies if name.startswith(_TODAY)]:
        del tallies[name]
    new_week = last is None or week_of(last) != week_of(day)
    away = last is not None and day - last > COMEBACK_DAYS
    _add(tallies, "activeDays", new_week and "activeWeeks", away and "comebacks")


def _answer(tallies: MutableMapping[str, int], deed: Deed) -> None:
    right = deed.correct
    _add(
        tallies,
        "answers",
        right and "right",
        deed.due and "reviews",
        deed.due and right and "reviewsRight",
        deed.new and "newSkills",
        deed.hard and "hardTried",
        right and deed.hard and "hardRight",
        right and deed.hard and not deed.hints and "hardAlone",
        right and not deed.hints and "alone",
        right and deed.hints > 0 and "helpedRight",
        right and deed.hard and deed.seconds >= THOUGHTFUL_SECONDS and "thoughtful",
    )


def _answer_in_order(tallies: MutableMapping[str, int], deed: Deed) -> None:
    if deed.correct:
        _add(tallies, tallies.get(_MISSED, 0) > 0 and "nextTry", _RUN)
        _most(tallies, "bestRun", tallies[_RUN])
    else:
        tallies[_RUN] = 0
    tallies[_MISSED] = int(not deed.correct)
    if deed.due:
        _today(tallies, "reviews", "reviewsInADay")
    skill = f"skill:{deed.skills[0]}" if deed.skills else ""
    if skill and _TODAY + skill not in tallies:
        tallies[_TODAY + skill] = 1
        _today(tallies, "skills", "skillsInADay")


def _today(tallies: MutableMapping[str, int], name: str, most: str) -> None:
    _add(tallies, _TODAY + name)
    _most(tallies, most, tallies[_TODAY + name])


def _add(tallies: MutableMapping[str, int], *names: str | bool) -> None:
    """One more of each; what is no name is passed over."""
    for name in names:
        if isinstance(name, str):
            tallies[name] = tallies.get(name, 0) + 1


def _most(tallies: MutableMapping[str, int], name: str, value: int) -> None:
    if value > tallies.get(name, 0):
        tallies[name] = value
