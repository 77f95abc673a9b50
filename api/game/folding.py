"""The fold of the game's facts into the game's state, one function a kind, in the order of the learner's fold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.game import ledger
from api.game.badges import tallies
from api.game.deeds import Deed
from api.game.facts import (
    BadgeEarned,
    Bought,
    DayKept,
    FlagAppealTaken,
    FlagRaised,
    FlagSettled,
    GameSettingsTaken,
    GemsMoved,
    GoalTaken,
    HolidayDropped,
    HolidayTaken,
    ProfileTaken,
    QuestDone,
    QuestsDrawn,
    QuestSwapped,
    RestAdvised,
)
from api.game.fairplay import flags
from api.game.goals import book as goals
from api.game.quests import book as quests
from api.game.quests.quest import FRIEND_PREFIX, MAX_SHARED
from api.game.state import MAX_KEPT, GameState, Holiday, Switch, tier_key

FREEZE = "freeze"


def fold(state: GameState, fact: Any, at: int) -> None:
    """Take in a fact of the game that has the effective time `at` (ms)."""
    FOLDS[type(fact)](state, fact, at)


def _deed(state: GameState, fact: Deed, at: int) -> None:
    if goals.enter_deed(state.goals, fact):
        tallies.note_goal(state.tallies)
    quests.enter(state.quests, fact, at)
    tallies.note(state.tallies, fact)


def _gems_moved(state: GameState, fact: GemsMoved, _: int) -> None:
    ledger.enter(state, fact)


def _bought(state: GameState, fact: Bought, _: int) -> None:
    if fact.offer == FREEZE:
        state.freezes = sorted((*state.freezes, fact.day))
        state.changes += 1
    else:
        state.owned = {**state.owned, fact.offer: fact.day}


def _quests(state: GameState, fact: QuestsDrawn | QuestSwapped, at: int) -> None:
    quests.enter(state.quests, fact, at)


def _quest_done(state: GameState, fact: QuestDone, _: int) -> None:
    if fact.quest_id.startswith(FRIEND_PREFIX):
        state.quests.shared = [*state.quests.shared, fact.quest_id][-MAX_SHARED:]
        tallies.note_shared(state.tallies)
        return
    sheet = quests.finish(state.quests, fact.quest_id)
    if sheet is not None:
        done = next(held.quest for held in sheet.quests if held.quest.id == fact.quest_id)
        tallies.note_quest(state.tallies, done, sheet.period, [held.done for held in sheet.quests])


def _badge_earned(state: GameState, fact: BadgeEarned, at: int) -> None:
    key = tier_key(fact.badge, fact.tier)
    state.badges_at[key] = min(at, state.badges_at.get(key, at))
    state.badges[fact.badge] = max(state.badges.get(fact.badge, 0), fact.tier)


def _settings_taken(state: GameState, fact: GameSettingsTaken, _: int) -> None:
    state.settings.weekly, state.settings.league = fact.weekly, fact.league
    state.weekly = switched(state.weekly, fact.monday, on=fact.weekly)
    state.changes += 1


def _profile_taken(state: GameState, fact: ProfileTaken, _: int) -> None:
    state.settings.age_group = fact.age_group
    state.soft = switched(state.soft, fact.day, on=state.settings.minor)
    state.changes += 1


def switched(switches: list[Switch], day: int, *, on: bool) -> list[Switch]:
    """The switches with one more, which stands in place of those from the same day on."""
    earlier = [switch for switch in switches if switch.day < day]
    if on == (bool(earlier) and earlier[-1].on):
        return earlier
    return [*earlier, Switch(day, on)]


def _holiday_taken(state: GameState, fact: HolidayTaken, _: int) -> None:
    others = [holiday for holiday in state.holidays if holiday.id != fact.holiday_id]
    added = Holiday(fact.holiday_id, fact.first, fact.last)
    state.holidays = sorted((*others, added), key=lambda holiday: (holiday.first, holiday.id))
    state.changes += 1


def _holiday_dropped(state: GameState, fact: HolidayDropped, _: int) -> None:
    cut = [
        Holiday(one.id, one.first, min(one.last, fact.until - 1)) if one.id == fact.holiday_id else one
        for one in state.holidays
    ]
    state.holidays = [holiday for holiday in cut if holiday.first <= holiday.last]
    state.changes += 1


def _day_kept(state: GameState, fact: DayKept, _: int) -> None:
    state.kept = sorted({*state.kept, fact.day})[-MAX_KEPT:]
    state.changes += 1


def _goal_taken(state: GameState, fact: GoalTaken, _: int) -> None:
    goals.take_goal(state.goals, fact)


def _advised(_: GameState, fact: RestAdvised, at: int) -> None:
    """Advice leaves no trace in the state."""
    del fact, at


def _flag(state: GameState, fact: FlagRaised | FlagSettled | FlagAppealTaken, at: int) -> None:
    flags.enter(state.flags, fact, at)


FOLDS: dict[type[Any], Callable[[GameState, Any, int], None]] = {
    Deed: _deed,
    GemsMoved: _gems_moved,
    Bought: _bought,
    QuestsDrawn: _quests,
    QuestDone: _quest_done,
    QuestSwapped: _quests,
    BadgeEarned: _badge_earned,
    GameSettingsTaken: _settings_taken,
    ProfileTaken: _profile_taken,
    HolidayTaken: _holiday_taken,
    HolidayDropped: _holiday_dropped,
    DayKept: _day_kept,
    GoalTaken: _goal_taken,
    RestAdvised: _advised,
    FlagRaised: _flag,
    FlagSettled: _flag,
    FlagAppealTaken: _flag,
}
