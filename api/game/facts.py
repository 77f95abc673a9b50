"""What the game decided: facts beside the event they follow from, joined with the learner's other facts in
`api.learners.facts`. They are written once; whatever is shown of the game is folded from them."""

from __future__ import annotations

from typing import Literal

import msgspec

from api.game.quests.quest import Period, Quest

Ledger = Literal["wallet", "mint", "shop", "welcome", "forgiven"]
LeagueMode = Literal["", "on", "off", "pastSelf"]
AgeGroup = Literal["", "under13", "under18", "adult"]
MINORS: tuple[AgeGroup, ...] = ("under13", "under18")
RestCode = Literal["rest.goodLesson", "rest.budget", "rest.goalMet", "rest.longDay"]
FlagOutcome = Literal["cleared", "upheld"]


class GameFact(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="kind", omit_defaults=True, gc=False
):
    """What every fact of the game carries: the version of its meaning."""

    v: int = 1


class GemsMoved(GameFact, frozen=True, kw_only=True, tag="gemsMoved"):
    """A row of the gem ledger: `amount` goes from the account `debit` to `credit`, at least 1.

    `reason` is a stable code, `ref` what it was for (a quest, an offer, an event). See `api.game.ledger`.
    """

    debit: Ledger
    credit: Ledger
    amount: int
    reason: str
    ref: str
    rules_version: int


class Bought(GameFact, frozen=True, kw_only=True, tag="bought"):
    """An offer of the shop was bought, on this local date (an ordinal)."""

    offer: str
    price: int
    day: int


class QuestsDrawn(GameFact, frozen=True, kw_only=True, tag="questsDrawn"):
    """The quests of a local day, or of the week from a Monday on, `starts` (ISO 8601)."""

    period: Period
    starts: str
    quests: tuple[Quest, ...]


class QuestDone(GameFact, frozen=True, kw_only=True, tag="questDone"):
    """A quest was fulfilled. What it brings is a row of the ledger as well."""

    quest_id: str
    gems: int
    xp: int = 0


class QuestSwapped(GameFact, frozen=True, kw_only=True, tag="questSwapped"):
    """The learner got another quest in place of one that is not done."""

    quest_id: str
    quest: Quest


class BadgeEarned(GameFact, frozen=True, kw_only=True, tag="badgeEarned"):
    """A badge was earned, in this tier (from 1)."""

    badge: str
    tier: int
    rarity: str


class GameSettingsTaken(GameFact, frozen=True, kw_only=True, tag="gameSettingsTaken"):
    """The learner's settings of the game, all of them. `monday` (an ordinal) is when a change of `weekly` begins."""

    weekly: bool
    league: LeagueMode
    monday: int


class ProfileTaken(GameFact, frozen=True, kw_only=True, tag="profileTaken"):
    """The account said another age group than before, on this local date (an ordinal)."""

    age_group: AgeGroup
    day: int


class HolidayTaken(GameFact, frozen=True, kw_only=True, tag="holidayTaken"):
    """A planned holiday, first and last date included (ordinals). Its id is that of the event."""

    holiday_id: str
    first: int
    last: int


class HolidayDropped(GameFact, frozen=True, kw_only=True, tag="holidayDropped"):
    """A planned holiday ends before the date `until` (an ordinal), or never was if that is not after its first."""

    holiday_id: str
    until: int


class DayKept(GameFact, frozen=True, kw_only=True, tag="dayKept"):
    """The learner looked in on this local date (an ordinal) and nothing was due: the date is not missed."""

    day: int


class GoalTaken(GameFact, frozen=True, kw_only=True, tag="goalTaken"):
    """The learner's daily goal from a local date (an ordinal) on: so many of `unit` a day, 0 for none; and the minutes
    a day after which they want to be told that it is enough, 0 for never."""

    unit: Literal["minutes", "items", "xp"]
    target: int
    day: int
    budget_minutes: int = 0


class RestAdvised(GameFact, frozen=True, kw_only=True, tag="restAdvised"):
    """At a lesson's end the learner was told, by this code, that it is a good moment to stop. It changes nothing."""

    code: RestCode


class FlagRaised(GameFact, frozen=True, kw_only=True, tag="flagRaised"):
    """Work was found that no honest learner is likely to do. It softens rewards until `until` (ms), and is told."""

    flag_id: str
    kind_of_work: str
    evidence: str
    until: int


class FlagSettled(GameFact, frozen=True, kw_only=True, tag="flagSettled"):
    """A person looked at a flag."""

    flag_id: str
    outcome: FlagOutcome


class FlagAppealTaken(GameFact, frozen=True, kw_only=True, tag="flagAppealTaken"):
    """The learner's word against a flag was taken down."""

    flag_id: str
    text: str
