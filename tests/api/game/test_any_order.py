"""A learner's game, whatever order, batches and repetitions its events arrive in: folded, it is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.calendar import DAY_MS
from api.game.facts import Bought, DayKept, GameSettingsTaken, GemsMoved, HolidayTaken, ProfileTaken
from api.game.quests.quest import week_of
from api.game.streak import Calendar, StreakState, streak_of_days
from api.learners.entries import Happening, commit_of, happenings_of
from api.learners.events import GameSettled, SessionFinished
from api.learners.facts import Fact, SessionClosed
from api.learners.fold import fold
from api.learners.learner import Learner, LearnerState

MARCH = 1_772_323_200_000  # 2026-03-01T00:00:00Z
FIRST = 739_676  # the ordinal of that date
ZONES = ("Europe/Madrid", "Pacific/Auckland", "Pacific/Honolulu", "UTC")


class NoPupils:
    """Nothing here informs a belief."""

    def open(self, *_: Any) -> Any:
        raise AssertionError

    def places(self, *_: Any) -> Any:
        raise AssertionError


def happening(number: int, at: int, zone: str, *facts: Fact) -> Happening:
    lesson = isinstance(facts[0], SessionClosed)
    common = {"client_time": at, "zone": zone, "device_id": "phone", "sequence": number}
    event = SessionFinished(session_id="s", **common) if lesson else GameSettled(reason="test", **common)
    return Happening(id=f"{number:04}", effective_at=at, accepted_at=MARCH + number, event=event, facts=facts)


def closed(hour: int) -> SessionClosed:
    return SessionClosed(session_id="s", enrolment_id="e", answered=5, right=4, xp=9, skills=("a",), day_starts_at=hour)


def gems(number: int, amount: int) -> GemsMoved:
    debit, credit = ("mint", "wallet") if amount > 0 else ("wallet", "shop")
    return GemsMoved(debit=debit, credit=credit, amount=abs(amount), reason="quest", ref=str(number), rules_version=1)


@st.composite
def lives(draw: st.DrawFn) -> list[Happening]:
    """Lessons in several zones, freezes, holidays, dates with nothing due, changes of mode and of profile."""
    found = []
    for number in range(draw(st.integers(1, 25))):
        day = draw(st.integers(0, 40))
        at, zone = MARCH + day * DAY_MS + draw(st.integers(0, DAY_MS - 1)), draw(st.sampled_from(ZONES))
        today = FIRST + day
        facts: tuple[Fact, ...] = draw(
            st.sampled_from(
                [
                    (closed(0),),
                    (closed(4),),
                    (closed(0),),
                    (gems(number, 60),),
                    (gems(number, -40), Bought(offer="freeze", price=40, day=today)),
                    (HolidayTaken(holiday_id=str(number), first=today + 1, last=today + 3),),
                    (DayKept(day=today),),
                    (GameSettingsTaken(weekly=bool(number % 2), league="", monday=week_of(today) + 7),),
                    (ProfileTaken(age_group="under18" if number % 2 else "adult", day=today),),
                ]
            )
        )
        found.append(happening(number, at, zone, *facts))
    return found


def lived(happenings: list[Happening]) -> Learner:
    learner = Learner(LearnerState(learner_id="ana"))
    fold(learner, happenings, NoPupils())
    return learner


def streak_of(learner: Learner) -> StreakState:
    calendar = Calendar.of(learner.state.game, (FIRST + 7,), MARCH + 45 * DAY_MS, "UTC", 0)
    return streak_of_days(learner.state.days, calendar)


@settings(max_examples=60, deadline=None)
@given(lives(), st.data())
def test_any_order_any_batches_and_repetitions_give_the_same_streak_and_wallet(
    life: list[Happening], data: st.DataObject
) -> None:
    reference = lived(sorted(life, key=lambda one: one.key))
    order = data.draw(st.permutations(life))
    sent = order + data.draw(st.lists(st.sampled_from(life), max_size=5))
    commits, seq = [], 0
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        seq += 1
        batch = {one.id: one for one in sent[:size]}  # a commit has an event once
        commits.append(commit_of("ana", seq, list(batch.values())))
        sent = sent[size:]
    learner = lived(happenings_of(commits))
    assert streak_of(learner) == streak_of(reference)
    assert learner.state.game == reference.state.game
    assert learner.state.game.wallet >= 0
