"""What follows for the game from an answer and from the end of a lesson, told in the same commit.

Quests are drawn at the first answer of a local day, before the answer is folded. Then, once the grade and its XP are
told: the deed, the quests it fulfils, gems for them and for new levels, badges. Nothing looks at history: counters
stand in the state, and the streak is followed day by day.
"""

from __future__ import annotations

import math
from datetime import datetime

import msgspec

from api.accounts.account import Account
from api.game import ledger
from api.game.badges import tallies
from api.game.badges.earning import earned
from api.game.calendar import DAY_MS, LocalDay, local_day, next_day, zone_info
from api.game.days import Days
from api.game.deeds import Deed
from api.game.facts import BadgeEarned, ProfileTaken, RestAdvised
from api.game.fairplay.flags import open_kinds
from api.game.fairplay.softening import Look, looks_like
from api.game.goals.resting import rest
from api.game.levels import level_number
from api.game.outages import Outages
from api.game.quests import book as quests
from api.game.quests.service import due_draws
from api.game.rules import GameRules, RuleBook
from api.game.schemas import StreakDay
from api.game.streak import Calendar, StreakState, Trail, streak_of_days
from api.game.xp import Attempt, Grant, grant, is_rapid
from api.learners.drafts import Draft
from api.learners.facts import AnswerGraded, SessionClosed, XpGranted
from api.learners.fold import pupil_of
from api.learners.learner import Learner, Lesson
from api.tracks.registry import Published, Registry
from content.items import Item

LEAST_OF_A_LESSON = 3
"""Answers without which a lesson's end is no deed: quests ask for lessons, and an end alone is none."""
PERFECT_FROM = 5
"""Answers from which on a lesson without a mistake is called perfect."""
TRAIL = "streak"


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A graded answer, and what was believed of its skill before it."""

    graded: AnswerGraded
    due: bool
    new: bool
    hard: bool


class Rewards:
    """Tells what the game makes of answers and lessons."""

    def __init__(self, registry: Registry, rules: RuleBook, outages: Outages) -> None:
        self.rules = rules
        self._registry = registry
        self.outages = outages

    def begin_day(self, draft: Draft, day_starts_at: int) -> None:
        """Draw the quests of the local day and week, at their first answer. Late work draws none."""
        if draft.late:
            return
        day = self._day(draft, day_starts_at)
        for fact in due_draws(draft.learner, self._registry, day, self.rules.on(day.ordinal).quests):
            draft.tell(fact)

    def take_profile(self, draft: Draft, account: Account) -> None:
        """Tell the account's age group where it is another than was known."""
        if not draft.late and account.age_group != draft.learner.state.game.settings.age_group:
            day = self._day(draft, account.day_starts_at)
            draft.tell(ProfileTaken(age_group=account.age_group, day=day.ordinal))

    def look(self, draft: Draft, published: Published, graded: AnswerGraded, item: Item) -> Seen:
        """What is believed of the answer's skill, before the grade is folded."""
        glance = pupil_of(draft.learner, published.version, self._registry).glance(
            published.skill_index[graded.skills[0]], draft.at / DAY_MS
        )
        return Seen(graded, glance.due, glance.practised == 0, published.difficulty(item) > glance.ability)

    def pay(self, draft: Draft, graded: AnswerGraded, attempt: Attempt) -> XpGranted:
        """The XP of an answer; a part of it while a flag is open that it is softened by."""
        rules = self._rules(draft, graded.day_starts_at)
        granted = grant(attempt, rules.xp)
        kinds = open_kinds(draft.learner.state.game.flags, draft.at)
        if granted.amount and kinds and (not rules.xp.flagged_alike or _is_alike(draft, graded, kinds)):
            softened = math.floor(granted.amount * rules.xp.flagged_share + 0.5)
            granted = Grant(amount=softened, reasons=(*granted.reasons, "flagged"))
        return XpGranted(
            amount=granted.amount,
            reasons=granted.reasons,
            rules_version=rules.version,
            decision_id=graded.decision_id,
            session_id=graded.session_id,
        )

    def answered(self, draft: Draft, seen: Seen, lesson: Lesson, xp: int, *, over: bool) -> Deed:
        """Tell what an answer comes to that counts, with the end of its lesson if it was the last (`over`)."""
        graded = seen.graded
        day, rules = self._day(draft, graded.day_starts_at), self._rules(draft, graded.day_starts_at)
        finished = over and lesson.answered >= LEAST_OF_A_LESSON
        deed = Deed(
            at=draft.at,
            day=day.ordinal,
            hour=_hour(draft),
            skills=graded.skills,
            correct=graded.correct,
            score=graded.score,
            hints=graded.hints,
            seconds=graded.seconds,
            hard=seen.hard,
            rapid=is_rapid(graded.seconds, graded.usual_seconds, rules.xp),
            due=seen.due,
            new=seen.new,
            xp=xp,
            lesson_finished=finished,
            lesson_perfect=finished and _is_perfect(lesson.answered, lesson.right),
            lesson_answered=lesson.answered,
            streak_days=self._streak_days(draft, graded.day_starts_at),
            level=level_number(draft.learner.state.xp),
        )
        self._tell(draft, deed, rules)
        if over:
            self._advise(draft, deed.day, lesson.answered, lesson.right)
        return deed

    def ended(self, draft: Draft, closed: SessionClosed) -> None:
        """Tell what the first end of a lesson comes to that the learner ended; and at any end, if it is enough."""
        day = self._day(draft, closed.day_starts_at).ordinal
        if closed.first and closed.answered >= LEAST_OF_A_LESSON:
            self._tell_end(draft, closed, day)
        self._advise(draft, day, closed.answered, closed.right)

    def _tell_end(self, draft: Draft, closed: SessionClosed, day: int) -> None:
        self._tell(
            draft,
            Deed(
                at=draft.at,
                day=day,
                hour=_hour(draft),
                answered=False,
                skills=closed.skills,
                lesson_finished=True,
                lesson_perfect=_is_perfect(closed.answered, closed.right),
                lesson_answered=closed.answered,
                streak_days=self._streak_days(draft, closed.day_starts_at),
                level=level_number(draft.learner.state.xp),
            ),
            self._rules(draft, closed.day_starts_at),
        )

    @staticmethod
    def _advise(draft: Draft, day: int, answered: int, right: int) -> None:
        """Say that it is a good moment to stop, if it is. Of late work nothing is said."""
        game = draft.learner.state.game
        code = rest(game.goals, day, minor=game.settings.minor, answered=answered, right=right)
        if code is not None and not draft.late:
            draft.tell(RestAdvised(code=code))

    def calendar(self, learner: Learner, streak: StreakState) -> tuple[StreakDay, ...]:
        """The dates of the last whole weeks up to today, with what became of each."""
        calendar = Calendar.of(learner.state.game, self.outages.days, 0, "UTC", 0)
        return Days(learner.state.days, streak, calendar, self.rules).shown()

    def streak(self, learner: Learner, now: int, zone: str, day_starts_at: int) -> StreakState:
        """The streak of a live learner as of a time (ms) that is not before their last event."""
        state, days = learner.state.game, learner.state.days
        calendar = Calendar.of(state, self.outages.days, now, zone, day_starts_at)
        stamp = (state.changes, self.outages.days)
        trail = learner.memo.get(TRAIL)
        if not isinstance(trail, Trail) or trail.stamp != stamp:
            trail = learner.memo[TRAIL] = Trail(stamp)
        return streak_of_days(days, calendar, self.rules, trail)

    def _tell(self, draft: Draft, deed: Deed, rules: GameRules) -> None:
        state = draft.learner.state.game
        draft.tell(deed)
        if not state.welcomed and deed.xp > 0:
            self._give(draft, rules.gems.welcome, ledger.WELCOME, draft.event_id, rules)
        for done in quests.advance(state.quests, deed):
            draft.tell(done)
            self._give(draft, done.gems, ledger.QUEST, done.quest_id, rules)
        for level in range(state.levels_paid + 1, deed.level + 1):
            self._give(draft, rules.gems.level_up, ledger.LEVEL_UP, f"{draft.event_id}:level-{level}", rules)
        for new in earned(state.badges, state.tallies, tallies.watched(deed)):
            draft.tell(BadgeEarned(badge=new.badge, tier=new.tier, rarity=new.rarity))

    @staticmethod
    def _give(draft: Draft, amount: int, reason: str, ref: str, rules: GameRules) -> None:
        for row in ledger.granted(amount, reason, ref, rules.version):
            if ledger.counts(draft.learner.state.game, row):
                draft.tell(row)

    def _streak_days(self, draft: Draft, day_starts_at: int) -> int:
        """Late work is told no streak: where it belongs is known when it has been folded there."""
        if draft.late:
            return 0
        return self.streak(draft.learner, draft.at, draft.event.zone, day_starts_at).days

    def _rules(self, draft: Draft, day_starts_at: int) -> GameRules:
        return self.rules.on(self._day(draft, day_starts_at).ordinal)

    @staticmethod
    def _day(draft: Draft, day_starts_at: int) -> LocalDay:
        """The local day of the draft's event; of late work by the clock of its zone."""
        if draft.late:
            return local_day(draft.at, draft.event.zone, day_starts_at)
        today = draft.learner.state.today
        return next_day(today.day if today else None, draft.at, draft.event.zone, day_starts_at)


def _is_alike(draft: Draft, graded: AnswerGraded, kinds: set[str]) -> bool:
    """Whether an answer looks like any of these kinds of work."""
    event = draft.event
    marks = draft.learner.state.devices[event.device_id].marks
    before = max((mark for mark in marks if mark.sequence < event.sequence), default=None)
    look = Look(
        seconds=graded.seconds,
        expected=graded.usual_seconds,
        gap=None if before is None else (event.client_time - before.client_time) / 1000.0,
        ahead=(event.client_time - draft.now) / 1000.0,
    )
    return any(looks_like(kind, look) for kind in kinds)


def _is_perfect(answered: int, right: int) -> bool:
    return right == answered >= PERFECT_FROM


def _hour(draft: Draft) -> int:
    return datetime.fromtimestamp(draft.at / 1000, zone_info(draft.event.zone)).hour
