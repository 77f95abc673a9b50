"""What learners choose in the game, and their ledger, on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from api.game.facts import LeagueMode, Ledger
from api.game.schemas import GameSettingsView, HolidayView
from api.lines import check_line
from api.wire import EventEnvelope, Instant, Wire

Day = Annotated[date, msgspec.Meta(description="A local date.", examples=["2026-08-03"])]
OfferId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=["freeze"])]


class OfferView(Wire, frozen=True, kw_only=True):
    """Something to be had for gems.

    Attributes:
        text: what it is, in English.
        owned: whether the learner has it for good; of freezes, how many are held says the streak.
        available: whether it can be bought now; `why` says why not, "" if it can.
    """

    id: OfferId
    text: str
    price: int
    owned: bool
    available: bool
    why: str


class Shop(Wire, frozen=True, kw_only=True):
    """The wallet and what is on offer. Gems are earned by learning alone; nothing is sold for money."""

    gems: int
    offers: tuple[OfferView, ...]


class Purchase(EventEnvelope, frozen=True, kw_only=True):
    """Buys an offer at the price that was seen."""

    offer: OfferId
    price: Annotated[int, msgspec.Meta(ge=0, le=1_000_000, examples=[40])]


class Purchased(Wire, frozen=True, kw_only=True):
    """What was bought, and the gems that are left now. A duplicate bought nothing more."""

    status: Literal["accepted", "duplicate"]
    offer: OfferId
    price: int
    gems: int


class ChangeGameSettings(EventEnvelope, frozen=True, kw_only=True):
    """How to play; what is absent stays as it is."""

    weekly: bool | msgspec.UnsetType = msgspec.UNSET
    league: LeagueMode | msgspec.UnsetType = msgspec.UNSET


class GameSettingsTold(Wire, frozen=True, kw_only=True):
    """The settings, and the Monday from which `weekly` holds."""

    settings: GameSettingsView
    weekly_from: date


class PlanHoliday(EventEnvelope, frozen=True, kw_only=True):
    """A holiday from today on or later, first and last date included."""

    first: Day
    last: Day


class CancelHoliday(EventEnvelope, frozen=True, kw_only=True):
    """Takes back what is left of a holiday."""


class Holidays(Wire, frozen=True, kw_only=True):
    """Holidays that are not over, and how many dates of this calendar year may still be some."""

    items: tuple[HolidayView, ...]
    days_left: int


class LookIn(EventEnvelope, frozen=True, kw_only=True):
    """Asks whether anything is due today."""


class LookedInto(Wire, frozen=True, kw_only=True):
    """Whether nothing was due: then today is not missed, and the streak rests without a freeze."""

    nothing_due: bool


class AppealFlag(EventEnvelope, frozen=True, kw_only=True):
    """The learner's own words against a flag."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, examples=["I had done these on paper before."])]

    def __post_init__(self) -> None:
        super().__post_init__()
        check_line(self.text, "/text", breaks=True)


class LedgerRow(Wire, frozen=True, kw_only=True):
    """A row of the ledger; it never changes, a correction is another row.

    Attributes:
        of: what it counts, XP or gems.
        change: of the learner's total. Of gems, what the wallet gained or gave; what was forgiven is no part of it.
        amount, debit, credit: of gems, what was to be moved between which accounts; null for XP.
        reasons: stable codes.
        rules_version: of the rules that it was written under.
        ref: what it is about: a decision, a quest, an event.
    """

    id: str
    at: Instant
    of: Literal["xp", "gems"]
    change: int
    amount: int | None
    debit: Ledger | None
    credit: Ledger | None
    reasons: tuple[str, ...]
    rules_version: int
    ref: str


class LedgerPage(Wire, frozen=True, kw_only=True):
    """Rows, the last accepted first, and what all rows come to: the sums of their changes."""

    items: tuple[LedgerRow, ...]
    xp: int
    gems: int
    next_cursor: str | None
