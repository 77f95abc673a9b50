"""Who stands where: the order of a cohort, how it closes, and a learner's week among their own past ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from api.game.leagues.rules import LEAGUE_RULES, LeagueRules, Outcome, zones


class Score(msgspec.Struct, frozen=True, gc=False):
    """XP of a member in the week, and the effective time (ms) of the last of it.

    `shadow` is set while it is being looked into whether the member's work is a person's own.
    """

    member: str
    xp: int
    at: int
    shadow: bool = False


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A member's week when it has closed. Places of the shadow standing are those the member would have had."""

    member: str
    xp: int
    place: int
    outcome: Outcome
    shadow: bool = False


def ahead(score: Score) -> tuple[int, int, str]:
    """Sorts the first first: most XP; of equal XP whoever had it first; then the smaller member name."""
    return (-score.xp, score.at, score.member)


def closed(
    scores: Iterable[Score], tier: int, *, soft: bool = False, rules: LeagueRules = LEAGUE_RULES
) -> tuple[Row, ...]:
    """The final standing of a cohort, the shadow standing after it.

    Whoever stands in the shadow takes nobody's place: the others are ranked, and move, as if they were not there. Their
    own row says what the week would have brought, but never that they move down: it counts if the flag is cleared.
    Whoever has no XP left, after corrections, does not move up.
    """
    ordered = sorted(scores, key=ahead)
    ranked = [score for score in ordered if not score.shadow]
    zone = zones(len(ranked), tier, soft=soft, rules=rules)
    rows = [Row(score.member, score.xp, place, _moved(zone.outcome(place), score)) for place, score in _places(ranked)]
    wider = zones(len(ranked) + 1, tier, soft=True, rules=rules)
    for score in ordered:
        if score.shadow:
            place = 1 + sum(ahead(other) < ahead(score) for other in ranked)
            rows.append(Row(score.member, score.xp, place, _moved(wider.outcome(place), score), shadow=True))
    return tuple(rows)


def _places(ranked: Sequence[Score]) -> Iterable[tuple[int, Score]]:
    return enumerate(ranked, start=1)


def _moved(outcome: Outcome, score: Score) -> Outcome:
    return "stays" if outcome == "promoted" and score.xp <= 0 else outcome


def outcome_of(row: Row, *, cleared: bool) -> Outcome:
    """What a closed week brings: from the shadow standing nothing, unless the flag was cleared."""
    return "stays" if row.shadow and not cleared else row.outcome


class OwnWeek(msgspec.Struct, frozen=True, gc=False):
    """A learner's own week in the league of their past."""

    week: int
    xp: int
    place: int


N_OWN_WEEKS = 12


def own_past(weeks: Iterable[tuple[int, int]], current: int) -> tuple[OwnWeek, ...]:
    """This week among the learner's own last weeks with XP (12 at most), most XP first, of equal XP the later week.

    Args:
        weeks: (week, XP), of each week once, in any order.
        current: the week that is under way; it is in the standing even without XP.
    """
    found = dict(weeks)
    earlier = sorted((week for week, xp in found.items() if week < current and xp > 0), reverse=True)[:N_OWN_WEEKS]
    ordered = sorted([current, *earlier], key=lambda week: (-found.get(week, 0), -week))
    return tuple(OwnWeek(week, found.get(week, 0), place) for place, week in enumerate(ordered, start=1))
