"""Which quests a learner gets: what helps them now, can be done today, and is the same on every device.

Each kind of quest says from the learner's needs whether it helps, how much of it there is to do, and how much it helps
(its weight). Of the candidates some are drawn without replacement, the likelier the more they help. The draw is a
function of learner, period and date: candidate c has the key ``-ln(u_c) / weight``, where u_c in (0, 1] is the first 52
bits of ``SHA-256("learner:period:date:round:kind:skill")``, and the smallest keys win.

Source: Efraimidis and Spirakis (2006), weighted random sampling with a reservoir, algorithm A, in its logarithm.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from math import log
from typing import Annotated

import msgspec

from api.game.quests.needs import NamedSkill, Needs
from api.game.quests.quest import Period, Quest, QuestKind, Sheet, week_of

BITS = 52
ID_LENGTH = 16
PERFECT_SHARE = 0.7
"""A lesson without a mistake is asked for only of learners who are expected to be right so often."""

AWAY_DAYS = 3
"""Whoever was away for so many days is asked for nothing but to come back and what that brings."""

VISITED = 3
"""Different skills that a day's quest asks to visit; and so many have to be known, or due, to ask for several."""

LEAST_ANSWERS, MOST_ANSWERS = 10, 40
"""A day's quests ask for no more answers than the learner usually gives in a day, within these."""

LEAST_DAYS, MOST_DAYS = 3, 5
"""A week's quests ask for work of a day more than the learner usually learns on, within these, and of no more days than
are left of the week: also a newcomer's are for several days."""

Number = Annotated[int, msgspec.Meta(ge=1, le=10)]
Gems = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class QuestRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Numbers of quests, as settings.

    Attributes:
        n_daily, n_weekly: quests of a day and of a week.
        gems_daily, gems_weekly: what one of them brings.
        replacements: daily quests that may be replaced in a day, 0 for none.
        boost: a boosted day's quests bring so many times the gems. It is earned by doing all quests of a week, and
            cannot be bought. XP is never boosted: it pays for learning alone, and levels and leagues are made of it.
    """

    n_daily: Number = 3
    n_weekly: Number = 2
    gems_daily: Gems = 5
    gems_weekly: Gems = 20
    replacements: Annotated[int, msgspec.Meta(ge=0, le=10)] = 1
    boost: Number = 2


class Candidate(msgspec.Struct, frozen=True):
    """A quest that could be drawn, and how much it helps (its weight, positive)."""

    kind: QuestKind
    target: int
    weight: float
    about: NamedSkill | None = None


ANY_TIME = (
    Candidate("finishLesson", 1, 1.0),
    Candidate("answerRight", 5, 1.0),
    Candidate("visitSkills", 2, 1.0),
)
"""What replaces a quest when nothing else is left."""


class Round(msgspec.Struct, frozen=True):
    """A draw: whose, for the day or week that starts on a date (ordinal), the first (0) or one that replaces."""

    learner_id: str
    period: Period
    starts: int
    number: int = 0

    def seed(self, candidate: Candidate) -> str:
        """The text that decides about a candidate."""
        about = "" if candidate.about is None else candidate.about.id
        day = date.fromordinal(self.starts).isoformat()
        return f"{self.learner_id}:{self.period}:{day}:{self.number}:{candidate.kind}:{about}"


def draw_day(needs: Needs, rules: QuestRules) -> tuple[Quest, ...]:
    """The quests of a day."""
    gems = rules.gems_daily * (rules.boost if needs.boosted else 1)
    return _quests(daily_candidates(needs), rules.n_daily, Round(needs.learner_id, "day", needs.day), gems)


def draw_week(needs: Needs, rules: QuestRules) -> tuple[Quest, ...]:
    """The quests of the week of a day; what they ask for fits the days that are left of it."""
    starts = week_of(needs.day)
    found = weekly_candidates(needs, starts + 7 - needs.day)
    return _quests(found, rules.n_weekly, Round(needs.learner_id, "week", starts), rules.gems_weekly)


def draw_other(needs: Needs, sheet: Sheet) -> Quest | None:
    """A daily quest that is not on the sheet, to take the place of one: what helps, else what can be done any time.

    None if there is nothing of the kind.
    """
    taken = {(held.quest.kind, held.quest.skill) for held in sheet.quests}
    turn = Round(needs.learner_id, "day", sheet.starts, sheet.replaced + 1)
    for candidates in (daily_candidates(needs), ANY_TIME):
        left = [one for one in candidates if (one.kind, "" if one.about is None else one.about.id) not in taken]
        if left:
            return _quests(left, 1, turn, max(held.quest.gems for held in sheet.quests))[0]
    return None


def daily_candidates(needs: Needs) -> list[Candidate]:
    """What would help today, and can be done today."""
    able = _able(needs)
    found = [Candidate("answerRight", max(5, min(15, round(0.5 * able))), 1.0)]
    if needs.n_due:
        target = min(needs.n_due, max(3, min(8, able // 3)))
        found.append(Candidate("reviewDue", target, 1.0 + 0.5 * min(needs.n_due, 10)))
    found.extend(_about("strengthenSkill", 3, 3.0, needs.weakest))
    if needs.days_away >= AWAY_DAYS:
        found.append(Candidate("comeBack", 1, 1000.0))
        return found
    found.append(Candidate("finishLesson", 1, 1.0))
    found.extend(_about("startSkill", 2, 3.0, needs.next_new))
    if needs.n_practised >= VISITED:
        found.append(Candidate("visitSkills", VISITED, 1.5))
    if needs.hard:
        found.append(Candidate("hardAlone", 2, 2.0))
    if needs.success >= PERFECT_SHARE and not needs.minor:
        found.append(Candidate("perfectLesson", 1, 1.0))
    return found


def weekly_candidates(needs: Needs, days_left: int) -> list[Candidate]:
    """What would help in the `days_left` days (1 to 7) that are left of the week, today included."""
    days = min(days_left, max(LEAST_DAYS, min(round(needs.usual_days) + 1, MOST_DAYS)))
    found = [
        Candidate("finishLesson", days, 1.0),
        Candidate("answerRight", max(5, min(15, round(0.5 * _able(needs)))) * days, 1.0),
    ]
    if needs.n_due >= VISITED:
        found.append(Candidate("reviewDue", min(needs.n_due, 6 * days, 30), 3.0))
    found.extend(_about("strengthenSkill", min(8, 4 * days), 3.0, needs.weakest))
    if needs.n_practised >= VISITED and days >= 2:
        found.append(Candidate("visitSkills", min(needs.n_practised, 3 * days, 8), 2.0))
    if needs.hard:
        found.append(Candidate("hardAlone", 3 * days, 1.5))
    if days >= 2 and not needs.minor:
        found.append(Candidate("learnOnDays", days, 3.0))
    return found


def _able(needs: Needs) -> int:
    """Answers that a day's quests may ask for."""
    return max(LEAST_ANSWERS, min(MOST_ANSWERS, needs.usual_answers))


def _about(kind: QuestKind, target: int, weight: float, skills: tuple[NamedSkill, ...]) -> list[Candidate]:
    """A quest about each of some skills, the first of them the likeliest: together they have the weight."""
    shares = [1.0 / (place + 1) for place in range(len(skills))]
    return [
        Candidate(kind, target, weight * share / sum(shares), skill)
        for share, skill in zip(shares, skills, strict=True)
    ]


def _quests(candidates: Iterable[Candidate], n: int, turn: Round, gems: int) -> tuple[Quest, ...]:
    """The first n by key, one of a kind."""
    keyed = sorted((_key(one, turn), turn.seed(one), one.kind) for one in candidates)
    by_seed = {turn.seed(one): one for one in candidates}
    chosen: dict[QuestKind, Quest] = {}
    for _, seed, kind in keyed:
        if len(chosen) < n and kind not in chosen:
            chosen[kind] = _quest(by_seed[seed], seed, gems)
    return tuple(chosen.values())


def _key(candidate: Candidate, turn: Round) -> float:
    bits = int.from_bytes(sha256(turn.seed(candidate).encode()).digest()[:8], "big") >> (64 - BITS)
    return -log((bits + 1) / 2**BITS) / candidate.weight


def _quest(candidate: Candidate, seed: str, gems: int) -> Quest:
    about = candidate.about
    return Quest(
        id=sha256(f"quest:{seed}".encode()).hexdigest()[:ID_LENGTH],
        kind=candidate.kind,
        target=candidate.target,
        gems=gems,
        skill="" if about is None else about.id,
        title="" if about is None else about.title,
    )
