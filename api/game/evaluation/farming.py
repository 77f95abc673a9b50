"""What strategies earn and teach: XP and learning per minute, of the same simulated people for each strategy."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from api.game.evaluation.classroom import Classroom, Work
from api.game.evaluation.intervals import bootstrap
from api.game.rules import XpRules
from simulators.noise import Flags, Ints, Reals

DAYS, MINUTES_A_DAY, TEST_AFTER_DAYS = 7, 10.0, 14.0
SURE = 0.8
SKIP_SECONDS = 5.0
LESSON = 10
Mean = tuple[float, float, float]
Choose = Callable[[Classroom, Ints, Ints], tuple[Work, Reals]]
"""From the classroom, the rows and how many exercises each did today: the work, and seconds spent before it (n,)."""


class Strategy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a strategy brings; means over learners and seeds with 95 % intervals.

    Attributes:
        xp: a minute. learning: rise of the test score, in thousandths a minute. clicks, minutes: XP a minute were there
            one for each answer, or for each minute.
        of_honest: XP a minute by that of honest learning, for the same people.
    """

    xp: Mean
    of_honest: Mean
    learning: Mean
    clicks: float
    minutes: float


def _plain(rows: Ints, chosen: tuple[Ints, Ints], **how: Flags) -> tuple[Work, Reals]:
    work = Work.honest(rows, *chosen)
    return Work(**{**{name: getattr(work, name) for name in Work.__dataclass_fields__}, **how}), np.zeros(len(rows))


def honest(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001 - the form of Choose
    """What the tutor chooses, in earnest."""
    return _plain(rows, room.best(rows))


def easiest(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """Only what is likeliest to be right, in earnest, and quickly on."""
    return _plain(rows, room.easiest(rows), hurry=_all(rows))


def repeating(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """One skill over and over, and quickly on."""
    _, band = room.easiest(rows)
    return _plain(rows, (np.zeros(len(rows), dtype=np.int64), band), hurry=_all(rows))


def guessing(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """A guess at once, and quickly on."""
    return _plain(rows, room.best(rows), guess=_all(rows), hurry=_all(rows))


def hints(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """Hints until the answer is given, and quickly on."""
    return _plain(rows, room.best(rows), told=_all(rows), hurry=_all(rows))


def skipping(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """What the tutor chooses, but all that is hard is skipped for something easy; quickly on."""
    skill, band = room.best(rows)
    hard = room.success(rows, skill, band) < SURE
    easy_skill, easy_band = room.easiest(rows)
    chosen = (np.where(hard, easy_skill, skill), np.where(hard, easy_band, band))
    work, _ = _plain(rows, chosen, hurry=_all(rows))
    return work, np.where(hard, SKIP_SECONDS, 0.0)


def clock(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:
    """The easiest, with the clock turned to another day after each lesson of ten, and quickly on."""
    return _plain(rows, room.easiest(rows), hurry=_all(rows), fresh=done % LESSON == 0)


def accounts(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """A second account finds the answer, the first one gives it; quickly on."""
    return _plain(rows, room.best(rows), copied=_all(rows), hurry=_all(rows))


def patient_accounts(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:  # noqa: ARG001
    """The same, but each answer is held back until it passes for a person's."""
    return _plain(rows, room.best(rows), copied=_all(rows), waits=_all(rows), hurry=_all(rows))


STRATEGIES: dict[str, Choose] = {
    "honest learning": honest,
    "easiest items": easiest,
    "repeats of one skill": repeating,
    "rapid guessing": guessing,
    "hint abuse": hints,
    "skipping hard ones": skipping,
    "clock games": clock,
    "two accounts": accounts,
    "two accounts, waiting": patient_accounts,
}


NEED_ANOTHER = ("two accounts", "two accounts, waiting")
"""Bounds of what copying could bring: the second account is taken to be shown the very exercise of the first, which a
tutor that chooses for each does not do."""


def evaluate(
    n_people: int, seeds: tuple[int, ...], rules: XpRules, progress: Callable[[str, int], None], days: int = DAYS
) -> dict[str, Strategy]:
    """Every strategy by the same people, ten minutes a day, with a test two weeks after."""
    parts = [_live(n_people, seed, days, rules, progress) for seed in seeds]
    xp, learning, clicks, minutes = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    owner, rng = np.repeat(seeds, n_people), np.random.default_rng(seeds[0])
    told = {}
    for place, name in enumerate(STRATEGIES):
        told[name] = Strategy(
            xp=bootstrap(xp[place], owner, rng),
            of_honest=_ratio(xp[place], xp[0], owner, rng),
            learning=bootstrap(1000.0 * learning[place], owner, rng),
            clicks=float(clicks[place].mean()),
            minutes=float(minutes[place].mean()),
        )
    return told


def best_farming(told: dict[str, Strategy], pay: str) -> float:
    """By how many times the best of what one account can do pays more than honest learning, under XP by `pay`."""
    found = {name: getattr(strategy, pay) for name, strategy in told.items() if name not in NEED_ANOTHER}
    first, *others = (value[0] if isinstance(value, tuple) else value for value in found.values())
    return float(max(others) / first) if first > 0 else 1.0


def _live(
    n_people: int, seed: int, days: int, rules: XpRules, progress: Callable[[str, int], None]
) -> tuple[Reals, ...]:
    """(S, P) XP, learning, answers and (1) minutes a minute, of each strategy."""
    room = Classroom(n_people, len(STRATEGIES), seed, rules)
    n = room.n_learners
    xp, seconds, answers = np.zeros(n), np.zeros(n), np.zeros(n)
    start = room.score(days + TEST_AFTER_DAYS)
    for day in range(days):
        room.new_day(float(day), np.arange(n))
        spent, done = np.zeros(n), np.zeros(n, dtype=np.int64)
        while (going := np.flatnonzero(spent < 60.0 * MINUTES_A_DAY)).size:
            work, before = _chosen(room, going, done)
            found = room.work(work)
            rows = work.rows
            xp[rows] += found.xp
            spent[rows] += found.seconds + before
            done[rows] += 1
        seconds += spent
        answers += done
        progress("farming", 1)
    gain, minutes = room.score(days + TEST_AFTER_DAYS) - start, seconds / 60.0
    shape = (len(STRATEGIES), n_people)
    return tuple(value.reshape(shape) for value in (xp / minutes, gain / minutes, answers / minutes, minutes / minutes))


def _chosen(room: Classroom, rows: Ints, done: Ints) -> tuple[Work, Reals]:
    """What everybody does next, each by their own strategy."""
    works, before = [], []
    for place, choose in enumerate(STRATEGIES.values()):
        own = rows[rows // room.n_people == place]
        if own.size:
            work, seconds = choose(room, own, done[own])
            works.append(work)
            before.append(seconds)
    names = Work.__dataclass_fields__
    return Work(**{name: np.concatenate([getattr(work, name) for work in works]) for name in names}), np.concatenate(
        before
    )


def _ratio(xp: Reals, of: Reals, owner: Ints, rng: np.random.Generator) -> Mean:
    """The mean by the mean of honest learning, with an interval over people, in pairs."""
    people = [np.flatnonzero(owner == seed) for seed in np.unique(owner)]
    ratios = np.empty(1000)
    for number in range(len(ratios)):
        drawn = np.concatenate([rng.choice(group, len(group)) for group in people])
        ratios[number] = xp[drawn].sum() / of[drawn].sum()
    low, high = np.quantile(ratios, (0.025, 0.975)).tolist()
    return float(xp.sum() / of.sum()), low, high


def _all(rows: Ints) -> Flags:
    return np.ones(len(rows), dtype=np.bool_)
