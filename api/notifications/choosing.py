"""The time and the words of a reminder: by the bandit, or by the fixed rule where nobody is to be tried things on.

The fixed rule is the earliest moment that the plan allows, in the first words. It holds for learners under 18 and for
those without personalisation. The bandit may move a reminder by at most twelve hours, to a full hour of its slots that
the plan allows as well; it never makes one earlier or more frequent.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import numpy as np

from api.accounts.account import Account
from api.game.calendar import zone_info
from api.notifications.agenda import Agenda
from api.notifications.bandit import SLOTS, USUAL, Arm, Believed, Context, choose, features, habit_of
from api.notifications.books import is_under_18
from api.notifications.copy import VARIANTS
from api.notifications.message import Decision
from api.notifications.planning import Standing, plan_at
from api.notifications.preferences import Kind
from api.notifications.quiet import next_wall

MAX_DELAY_MS = 12 * 3_600_000
SATURDAY = 5
SEED_BYTES = 16


def decide(kind: Kind, account: Account, standing: Standing, agenda: Agenda, believed: Believed) -> Decision:
    """The decision on a reminder that is due now."""
    because = "under18" if is_under_18(account) else "" if account.personalised else "notPersonalised"
    if because:
        return fixed(kind, standing, because)
    arms = arms_of(kind, standing)
    habit, regularity = habit_of(agenda.hours)
    context = Context(
        habit=habit,
        regularity=regularity,
        weekend=_wall(standing.now, standing.zones[0]).weekday() >= SATURDAY,
        unanswered=standing.unanswered,
    )
    x = np.array([features(context, arm) for arm in arms])
    choice = choose(believed, x, np.random.default_rng(seed_of(account.id, standing.now)))
    return Decision(
        policy="bandit",
        because="",
        arms=arms,
        index=choice.index,
        probabilities=tuple(choice.probabilities),
        features=tuple(x[choice.index].tolist()),
    )


def fixed(kind: Kind, standing: Standing, because: str) -> Decision:
    """The fixed rule's decision."""
    arm = Arm(slot=USUAL, variant=VARIANTS[kind][0], hour=_hour(standing.now, standing.zones[0]), at=standing.now)
    return Decision(policy="fixed", because=because, arms=(arm,), index=0, probabilities=(1.0,))


def arms_of(kind: Kind, standing: Standing) -> tuple[Arm, ...]:
    """All times and words that a reminder which is due now may have; two slots at the same time are one."""
    zone = standing.zones[0]
    times = {USUAL: standing.now}
    for slot in SLOTS[1:]:
        at = next_wall(standing.now, zone, int(slot[1:]) * 60)
        if at - standing.now <= MAX_DELAY_MS and at not in times.values() and plan_at(standing, at, "").at == at:
            times[slot] = at
    return tuple(
        Arm(slot=slot, variant=variant, hour=_hour(at, zone), at=at)
        for slot, at in times.items()
        for variant in VARIANTS[kind]
    )


def seed_of(learner_id: str, at: int) -> int:
    """The seed of a decision: the same when it has to be made again after a crash, on the same day."""
    day = f"{learner_id} {at // 86_400_000}".encode()
    return int.from_bytes(hashlib.sha256(day).digest()[:SEED_BYTES])


def _wall(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_info(zone))


def _hour(at: int, zone: str) -> float:
    wall = _wall(at, zone)
    return wall.hour + wall.minute / 60.0
