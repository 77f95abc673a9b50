"""HTTP of what learners choose in the game, and of their ledger."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter

from api.accounts.callers import ACCOUNTS
from api.game import shop
from api.game.choice_schemas import (
    AppealFlag,
    CancelHoliday,
    ChangeGameSettings,
    GameSettingsTold,
    Holidays,
    LedgerPage,
    LedgerRow,
    LookedInto,
    LookIn,
    OfferView,
    PlanHoliday,
    Purchase,
    Purchased,
    Shop,
)
from api.game.choices import ChoiceService, holidays_left
from api.game.errors import (
    AlreadyHeldError,
    FlagNotFoundError,
    HolidayError,
    HolidayNotFoundError,
    NotEnoughGemsError,
    OfferNotFoundError,
    PriceChangedError,
)
from api.game.facts import Bought, DayKept, GameSettingsTaken, GemsMoved
from api.game.folding import FREEZE
from api.game.history import START, Row
from api.game.schemas import FlagView
from api.game.service import flag_of, holiday_of, settings_of
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.learners.arrivals import arrival_of, common
from api.learners.errors import EventConflictError
from api.learners.events import FlagAppealed, GameSettingsChanged, HolidayCancelled, HolidayPlanned, LookedIn
from api.learners.events import Purchased as PurchaseEvent
from api.wire import LearnerRequest, Slot, instant, raises

CHOICES: Slot[ChoiceService] = Slot("choices")
HolidayId = Annotated[str, PathParameter(description="A planned holiday.", max_length=64)]
FlagId = Annotated[str, PathParameter(description="A flag on your work.", max_length=64)]


@get("/me/shop", operation_id="getShop", summary="What gems buy")
async def get_shop(request: LearnerRequest) -> Shop:
    """Freezes and looks, the cheapest first, and which of them you can buy now."""
    state, rules, _, freezes = await CHOICES.of(request).state(request.user)
    whys = {name: shop.refusal(state, name, freezes, rules) for name, _, _ in shop.offers(rules)}
    offers = tuple(
        OfferView(
            id=name,
            text=text,
            price=price,
            owned=name != FREEZE and name in state.owned,
            available=whys[name] is None,
            why=str(whys[name] or ""),
        )
        for name, text, price in shop.offers(rules)
    )
    return Shop(gems=state.wallet, offers=offers)


@post(
    "/me/shop/purchases",
    operation_id="buyOffer",
    summary="Buy something with gems",
    opt=raises(OfferNotFoundError, NotEnoughGemsError, PriceChangedError, AlreadyHeldError, EventConflictError),
)
async def buy_offer(request: LearnerRequest, data: JSONBody[Purchase]) -> Purchased:
    """Only with gems that are there, on whatever device you ask first; what is refused costs nothing. Sent again with
    the same event id it buys nothing more."""
    event = PurchaseEvent(**common(data), offer=data.offer, price=data.price)
    recorded = await CHOICES.of(request).buy(request.user, arrival_of(data, event))
    bought = next(fact for fact in recorded.happening.facts if isinstance(fact, Bought))
    return Purchased(
        status="duplicate" if recorded.duplicate else "accepted",
        offer=bought.offer,
        price=bought.price,
        gems=recorded.learner.state.game.wallet,
    )


@post(
    "/me/game/settings",
    operation_id="changeGameSettings",
    summary="Change how you play",
    status_code=200,
    opt=raises(EventConflictError),
)
async def change_game_settings(request: LearnerRequest, data: JSONBody[ChangeGameSettings]) -> GameSettingsTold:
    """Weekly mode begins and ends with the coming Monday, so that no week changes its rules halfway."""
    event = GameSettingsChanged(**common(data), weekly=data.weekly, league=data.league)
    recorded = await CHOICES.of(request).set(request.user, arrival_of(data, event))
    taken = next(fact for fact in recorded.happening.facts if isinstance(fact, GameSettingsTaken))
    account = await ACCOUNTS.of(request).account(request.user)
    settings = settings_of(recorded.learner.state.game, account)
    return GameSettingsTold(settings=settings, weekly_from=date.fromordinal(taken.monday))


@get("/me/game/holidays", operation_id="listHolidays", summary="Your planned holidays")
async def list_holidays(request: LearnerRequest) -> Holidays:
    """Those that are not over."""
    return await holidays_of(request)


@post(
    "/me/game/holidays",
    operation_id="planHoliday",
    summary="Plan a holiday",
    opt=raises(HolidayError, EventConflictError),
)
async def plan_holiday(request: LearnerRequest, data: JSONBody[PlanHoliday]) -> Holidays:
    """Your streak does not ask for its dates. Its id is the event's. Up to 14 dates of a calendar year."""
    event = HolidayPlanned(**common(data), first=data.first.isoformat(), last=data.last.isoformat())
    await CHOICES.of(request).plan(request.user, arrival_of(data, event))
    return await holidays_of(request)


@post(
    "/me/game/holidays/{holiday_id:str}/cancellation",
    operation_id="cancelHoliday",
    summary="Take back what is left of a holiday",
    status_code=200,
    opt=raises(HolidayNotFoundError, EventConflictError),
)
async def cancel_holiday(request: LearnerRequest, holiday_id: HolidayId, data: JSONBody[CancelHoliday]) -> Holidays:
    """From today on. Dates that are over stay holidays."""
    event = HolidayCancelled(**common(data), holiday_id=holiday_id)
    await CHOICES.of(request).cancel(request.user, arrival_of(data, event))
    return await holidays_of(request)


@post(
    "/me/game/visits",
    operation_id="lookIn",
    summary="See whether anything is due",
    status_code=200,
    opt=raises(EventConflictError),
)
async def look_in(request: LearnerRequest, data: JSONBody[LookIn]) -> LookedInto:
    """If no skill that you practised is worth reviewing today, the day counts as kept: it neither breaks your streak
    nor takes a freeze, and adds no day to it."""
    recorded = await CHOICES.of(request).look_in(request.user, arrival_of(data, LookedIn(**common(data))))
    return LookedInto(nothing_due=any(isinstance(fact, DayKept) for fact in recorded.happening.facts))


@post(
    "/me/flags/{flag_id:str}/appeal",
    operation_id="appealFlag",
    summary="Say a word against a flag",
    status_code=200,
    opt=raises(FlagNotFoundError, EventConflictError),
)
async def appeal_flag(request: LearnerRequest, flag_id: FlagId, data: JSONBody[AppealFlag]) -> FlagView:
    """A person reads it. Meanwhile you learn on as before; a flag locks nothing."""
    event = FlagAppealed(**common(data), flag_id=flag_id, text=data.text)
    recorded = await CHOICES.of(request).appeal(request.user, arrival_of(data, event))
    return flag_of(flag_id, recorded.learner.state.game.flags[flag_id])


@get("/me/ledger", operation_id="listLedger", summary="Where XP and gems came from", opt=raises(CursorError))
async def list_ledger(request: LearnerRequest, cursor: Cursor = None, limit: Limit = MAX_PAGE) -> LedgerPage:
    """Every grant of XP and every movement of gems, the last accepted first. Rows never change: what is graded anew or
    put right is another row, and totals are the sums of rows."""
    cursors, scope = CURSORS.of(request), f"ledger of {request.user}"
    before = START if cursor is None else place_of(cursors.read(cursor, scope))
    found, state = await CHOICES.of(request).ledger(request.user, before, limit + 1)
    rows = found[:limit]
    more = cursors.after(f"{rows[-1].seq}.{rows[-1].number}", scope) if len(found) > limit else None
    items = tuple(row_of(row, state.game.voided) for row in rows)
    return LedgerPage(items=items, xp=state.xp, gems=state.game.wallet, next_cursor=more)


async def holidays_of(request: LearnerRequest) -> Holidays:
    """The learner's holidays that are not over."""
    state, rules, today, _ = await CHOICES.of(request).state(request.user)
    items = tuple(holiday_of(one) for one in state.holidays if one.last >= today)
    return Holidays(items=items, days_left=holidays_left(state.holidays, today, rules))


def place_of(text: str) -> tuple[int, int]:
    """The place of a row in the ledger, from its cursor."""
    seq, _, number = text.partition(".")
    return int(seq), int(number)


def row_of(row: Row, voided: dict[str, int]) -> LedgerRow:
    """A row on the wire."""
    fact = row.fact
    if not isinstance(fact, GemsMoved):
        return LedgerRow(
            id=row.id,
            at=instant(row.at),
            of="xp",
            change=fact.amount,
            amount=None,
            debit=None,
            credit=None,
            reasons=fact.reasons,
            rules_version=fact.rules_version,
            ref=fact.decision_id,
        )
    sign = (fact.credit == "wallet") - (fact.debit == "wallet")
    return LedgerRow(
        id=row.id,
        at=instant(row.at),
        of="gems",
        change=sign * (fact.amount - (voided.get(fact.ref, 0) if sign else 0)),
        amount=fact.amount,
        debit=fact.debit,
        credit=fact.credit,
        reasons=(fact.reason,),
        rules_version=fact.rules_version,
        ref=fact.ref,
    )


router = Router(
    "/v1",
    route_handlers=[
        get_shop,
        buy_offer,
        change_game_settings,
        list_holidays,
        plan_holiday,
        cancel_holiday,
        look_in,
        appeal_flag,
        list_ledger,
    ],
    tags=["Game and progress"],
)
