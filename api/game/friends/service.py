"""Use cases of friends: find each other by codes, do a quest together, and be rid of each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from math import ceil

import msgspec

from api.accounts.account import Account
from api.accounts.errors import TooManyAttemptsError
from api.accounts.service import AccountService
from api.game import ledger
from api.game.badges.earning import earned
from api.game.facts import MINORS, BadgeEarned, QuestDone
from api.game.friends.copy import COPY
from api.game.friends.errors import FriendCodeNeededError, FriendNotFoundError, FriendQuestOpenError
from api.game.friends.friendship import FriendChoices, Friendship, Friendships, Reason
from api.game.friends.schemas import Between, Friend, Friends, FriendSettings, InviteCode, SharedQuestView
from api.game.friends.together import SHARED_GEMS, SharedQuest, can_review, is_done, rewarded_in, share_of, shared_quest
from api.game.goals.book import GoalBook
from api.game.quests.quest import week_of
from api.game.quests.service import today_of
from api.game.rules import RuleBook
from api.learners.drafts import Arrival, Draft
from api.learners.events import GameSettled
from api.learners.learner import Learner
from api.learners.states import States
from api.live.ports import RateLimits
from api.plurals import counted, fill
from api.wire import instant, new_id

TRIES, MADE, WINDOW_SECONDS = 10, 10, 3600
SERVER = "server"
SHARED_DONE = "sharedQuestDone"
StreakDays = Callable[[Learner, Account], int]


class FriendService:
    """Friends of learners. `streak_days` tells how long a live learner's streak is now."""

    def __init__(
        self,
        friendships: Friendships,
        states: States,
        accounts: AccountService,
        rules: RuleBook,
        limits: RateLimits,
        streak_days: StreakDays,
    ) -> None:
        self.friendships = friendships
        self._states = states
        self._accounts = accounts
        self._rules = rules
        self._limits = limits
        self._streak_days = streak_days

    async def friends(self, learner_id: str) -> Friends:
        """Friends, requests, and whom the learner blocked."""
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            monday = self._monday(learner, account)
        found = [one for one in await self.friendships.of(learner_id) if _is_seen(one, learner_id)]
        items = [await self._friend(learner_id, one, monday) for one in found]
        choices = await self.friendships.choices(learner_id)
        return Friends(
            items=tuple(one for one in items if one is not None),
            settings=FriendSettings(shows_streak=choices.shows_streak),
        )

    async def invite(self, learner_id: str) -> InviteCode:
        """A code to show, in place of those from before. Raises TooManyAttemptsError."""
        await self._hit("made", learner_id, MADE)
        code, expires_at = await self.friendships.make_code(learner_id)
        return InviteCode(code=code, expires_at=instant(expires_at))

    async def add(self, learner_id: str, code: str) -> Friends:
        """Ask the owner of a code; whoever was asked by them becomes their friend at once.

        Raises:
            FriendCodeError: the code opens nothing. TooManyAttemptsError: too many were tried.
            TooManyFriendsError: one of the two has too many.
        """
        await self._hit("tried", learner_id, TRIES)
        owner = await self.friendships.owner_of(code)
        await self.friendships.check(learner_id, owner)
        await self.friendships.take_code(code, owner)
        await self.friendships.ask(learner_id, owner)
        return await self.friends(learner_id)

    async def accept(self, learner_id: str, ref: str, code: str | None) -> Friends:
        """Say yes to who asked. Raises FriendNotFoundError, FriendCodeNeededError, FriendCodeError."""
        found = await self.friendships.get(learner_id, ref)
        if found.state == "asked" and found.asked_by == learner_id:
            raise FriendNotFoundError("this request waits for the other's answer, not for yours")
        if found.state == "asked" and await self._is_young(found):
            if code is None:
                raise FriendCodeNeededError("one of you is under 18: ask for the other's code, and send it along")
            await self._hit("tried", learner_id, TRIES)
            await self.friendships.take_code(code, found.other(learner_id))

        def accepted(one: Friendship) -> Friendship:
            shown = tuple(sorted({*one.shown_by, learner_id})) if code is not None else one.shown_by
            state = "friends" if one.state == "asked" else one.state
            return msgspec.structs.replace(one, state=state, shown_by=shown, since=self.friendships.clock())

        if found.state == "asked":
            await self.friendships.edit(learner_id, ref, accepted)
        return await self.friends(learner_id)

    async def block(self, learner_id: str, ref: str) -> None:
        """Want no contact: the other sees nothing more, and no code brings them back. Raises FriendNotFoundError."""
        await self.friendships.block(learner_id, ref)

    async def report(self, learner_id: str, ref: str, reason: Reason) -> None:
        """Tell the operator of somebody, and block them. Said again, the last word holds until it is looked at.

        Raises FriendNotFoundError.
        """
        await self.friendships.report(learner_id, ref, reason)
        await self.block(learner_id, ref)

    async def remove(self, learner_id: str, ref: str) -> None:
        """End a friendship, decline a request, or take a block back. Raises FriendNotFoundError."""
        await self.friendships.end(learner_id, ref)

    async def choose(self, learner_id: str, settings: FriendSettings) -> Friends:
        """Say what friends see."""
        await self.friendships.choose(learner_id, FriendChoices(shows_streak=settings.shows_streak))
        return await self.friends(learner_id)

    async def reward(self, learner_id: str, ref: str) -> Friends:
        """Take the gems of the shared quest of this week, once, from whatever device.

        Raises:
            FriendNotFoundError: no friend of that id. FriendQuestOpenError: it is not done.
        """
        found = await self.friendships.get(learner_id, ref)
        if found.state != "friends":
            raise FriendNotFoundError(f"you have no friend {ref[:80]}")
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            monday = self._monday(learner, account)
            rewarded = rewarded_in(learner.state.game.quests.shared, monday)
        if not rewarded:
            quest, yours, theirs = await self._together(learner_id, found, monday)
            if not is_done(quest, yours, theirs):
                raise FriendQuestOpenError(f"{yours + theirs} of {quest.target} are done, and each of you does some")
            await self._pay(learner_id, quest, account.zone)
        return await self.friends(learner_id)

    async def quests(self, learner_id: str) -> dict[str, SharedQuestView]:
        """The quest of this week with each friend, by the friendship's id. Raises AccountError, StoreError."""
        found = [one for one in await self.friendships.of(learner_id) if one.state == "friends"]
        if not found:
            return {}
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            monday = self._monday(learner, account)
        return {one.ref: await self._quest(learner_id, one, monday) for one in found}

    async def fulfilled(self, learner_id: str) -> AsyncIterator[tuple[str, SharedQuest | None]]:
        """Friends' ids, each with the quest of this week if it is done and the friend was not rewarded for one yet.

        What the learner did by themself is looked at first. Raises AccountError, StoreError.
        """
        found = [one for one in await self.friendships.of(learner_id) if one.state == "friends"]
        if not found:
            return
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            monday, book = self._monday(learner, account), learner.state.game.goals
            hopeful = [one for one in found if _may_be_done(one, monday, book)]
        for one in found:
            other, reward = one.other(learner_id), None
            if one in hopeful:
                quest, yours, theirs = await self._together(learner_id, one, monday)
                if is_done(quest, yours, theirs):
                    async with self._states.reading(other) as learner:
                        rewarded = rewarded_in(learner.state.game.quests.shared, monday)
                    reward = None if rewarded else quest
            yield other, reward

    async def _pay(self, learner_id: str, quest: SharedQuest, zone: str) -> None:
        async def decide(draft: Draft) -> None:
            draft.begin()
            state = draft.learner.state.game
            if rewarded_in(state.quests.shared, quest.monday):
                return
            draft.tell(QuestDone(quest_id=quest.id, gems=SHARED_GEMS))
            version = self._rules.on(quest.monday).version
            for row in ledger.granted(SHARED_GEMS, ledger.QUEST, quest.id, version):
                draft.tell(row)
            for one in earned(state.badges, state.tallies, ("friendQuests", "quests")):
                draft.tell(BadgeEarned(badge=one.badge, tier=one.tier, rarity=one.rarity))

        now = self._states.clock()
        event = GameSettled(client_time=now, zone=zone, device_id=SERVER, sequence=now, reason=SHARED_DONE)
        await self._states.record(learner_id, Arrival(event_id=new_id(), event=event), decide)

    async def _friend(self, learner_id: str, found: Friendship, monday: int) -> Friend | None:
        account = await self._accounts.accounts.find(found.other(learner_id))
        if account is None or account.merged_into:
            return None
        friends = found.state == "friends"
        return Friend(
            id=found.ref,
            state=_between(found, learner_id),
            name=account.display_name,
            on_streak=await self._on_streak(account) if friends else None,
            quest=await self._quest(learner_id, found, monday) if friends else None,
        )

    async def _on_streak(self, account: Account) -> bool | None:
        if not (await self.friendships.choices(account.id)).shows_streak:
            return None
        async with self._states.reading(account.id) as learner:
            return self._streak_days(learner, account) > 0

    async def _quest(self, learner_id: str, found: Friendship, monday: int) -> SharedQuestView:
        quest, yours, theirs = await self._together(learner_id, found, monday)
        async with self._states.reading(learner_id) as learner:
            rewarded = rewarded_in(learner.state.game.quests.shared, monday)
        return SharedQuestView(
            kind=quest.kind,
            text=fill(COPY[f"shared.{quest.kind}"], target=quest.target),
            starts=date.fromordinal(monday),
            target=quest.target,
            yours=yours,
            theirs=theirs,
            done=is_done(quest, yours, theirs),
            gems=SHARED_GEMS,
            rewarded=rewarded,
        )

    async def _together(self, learner_id: str, found: Friendship, monday: int) -> tuple[SharedQuest, int, int]:
        """The quest, and what the learner and the other did of it, each as their journal has it now."""
        books: list[GoalBook] = []
        for one in (learner_id, found.other(learner_id)):
            async with self._states.reading(one) as learner:
                books.append(msgspec.structs.replace(learner.state.game.goals, days=[*learner.state.game.goals.days]))
        reviews = all(can_review(book, monday) for book in books)
        quest = shared_quest(found.ref, monday, _since(found), reviews=reviews)
        return quest, share_of(books[0], quest), share_of(books[1], quest)

    def _monday(self, learner: Learner, account: Account) -> int:
        return week_of(today_of(learner, self._states.clock(), account.zone, account.day_starts_at).ordinal)

    async def _is_young(self, found: Friendship) -> bool:
        accounts = [await self._accounts.accounts.find(one) for one in (found.first, found.second)]
        return any(account is not None and account.age_group in MINORS for account in accounts)

    async def _hit(self, what: str, learner_id: str, limit: int) -> None:
        allowance = await self._limits.hit(f"friends:{what}:{learner_id}", limit, WINDOW_SECONDS)
        if not allowance.allowed:
            wait = max(1, ceil(allowance.retry_seconds))
            raise TooManyAttemptsError(f"too many codes; try again in {counted(wait, 'second')}", wait)


def _since(found: Friendship) -> int:
    """The date by UTC (ordinal) on which the two became friends."""
    return datetime.fromtimestamp(found.since / 1000, UTC).toordinal()


def _may_be_done(found: Friendship, monday: int, own: GoalBook) -> bool:
    """Whether the quest would be done if the other did a lot, by what one of the two did alone."""
    quests = [shared_quest(found.ref, monday, _since(found), reviews=reviews) for reviews in (True, False)]
    return any(is_done(quest, share_of(own, quest), quest.target) for quest in quests)


def _is_seen(found: Friendship, learner_id: str) -> bool:
    return found.state != "blocked" or learner_id in found.blocked_by


def _between(found: Friendship, learner_id: str) -> Between:
    if found.state == "asked":
        return "youAsked" if found.asked_by == learner_id else "theyAsked"
    return found.state
