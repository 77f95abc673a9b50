"""How rare badges are, counted from the store, and what of that is published."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from api.game.badges.census import Census, shares_of
from api.game.badges.service import badges_of
from api.game.facts import BadgeEarned
from api.learners.learner import Learner, LearnerState
from api.learners.states import snapshot_of
from api.store.ports import Commit, JournalEntry

NOW = 1_772_357_400_000


async def keep(journal: Any, name: str, **tiers: int) -> None:
    """A learner whose journal says that these tiers were earned."""
    facts = tuple(
        JournalEntry(
            id=f"{name}.{number}",
            kind="badgeEarned",
            effective_at=NOW,
            body=msgspec.json.encode(BadgeEarned(badge=badge, tier=tier, rarity="common")),
        )
        for number, (badge, tier) in enumerate(tiers.items())
    )
    await journal.append(Commit(learner_id=name, seq=1, events=(), facts=facts, accepted_at=NOW))


async def snapshot(journal: Any, name: str, **tiers: int) -> None:
    """A learner whose snapshot holds these tiers."""
    state = LearnerState(learner_id=name, last=(NOW, name))
    state.game.badges = dict(tiers)
    await journal.append(Commit(learner_id=name, seq=1, events=(), facts=(), accepted_at=NOW))
    await journal.save_snapshot(snapshot_of(Learner(state, 1), 7))


async def test_a_count_goes_in_shares_and_publishes_at_its_end(service: Any) -> None:
    game = service.app.state["game"]
    journal, documents = game._states.journal, service.app.state["friends"].friendships._documents
    for number in range(30):
        tiers = {"firstStep": 1, **({"keeper": 2 if number < 12 else 1} if number < 24 else {})}
        await (keep if number % 2 else snapshot)(journal, f"learner-{number:02}", **tiers)
    await keep(journal, "only-enrolled")
    census = Census(journal, documents, 7, lambda: NOW)
    shares = [await census.count(share=10) for _ in range(4)]
    assert shares == [True, True, True, False]
    published = await census.published()
    assert published is not None
    assert published.at == NOW
    assert published.shares["firstStep"] == [1.0]
    assert published.shares["keeper"][:3] == [None, 0.4, None]
    shown = badges_of(Learner(LearnerState(learner_id="a")), published)
    keeper = next(badge for badge in shown.items if badge.id == "keeper")
    assert [tier.share for tier in keeper.tiers][:2] == [None, 0.4]
    assert keeper.tiers[1].rarity == "common"
    assert shown.counted_at is not None


@pytest.mark.parametrize(
    ("everybody", "counts", "expected"),
    [
        (100, [50, 20], [0.5, 0.2]),
        (100, [9, 0], [None, None]),
        (100, [95, 40], [None, 0.4]),
        (100, [100, 40], [1.0, 0.4]),
        (100, [50, 45], [0.5, None]),
        (9, [9, 9], [None, None]),
        (1000, [333, 111], [0.33, 0.11]),
    ],
)
def test_no_share_tells_of_fewer_than_ten(everybody: int, counts: list[int], expected: list[float | None]) -> None:
    holders = {"firstStep": [everybody], "keeper": [*counts, 0, 0, 0]}
    assert shares_of(holders)["keeper"][:2] == expected


def test_nothing_is_published_of_nobody() -> None:
    assert {share for shares in shares_of({}).values() for share in shares} == {None}
