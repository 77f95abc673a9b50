"""Fair play put together: the watch, and flags as people see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from litestar import Litestar

from api.accounts.organisations.roles import ORGANISATIONS
from api.composition import Foundation
from api.game.choice_routes import CHOICES
from api.game.fairplay.busy import Busy
from api.game.fairplay.cases import Cases
from api.game.fairplay.desk import FlagDesk
from api.game.fairplay.routes import FLAGS
from api.game.fairplay.service import FlagService
from api.game.fairplay.watching import Watch
from api.game.settling import settle
from api.learners.facts import AnswerGraded
from api.learners.states import States
from api.store.ports import StoreError
from api.tracks.registry import Registry

USUAL_CHANCE = 0.25
"""Of somebody who knows nothing, on an exercise of a track that is not served any more."""


@asynccontextmanager
async def fair(
    app: Litestar, foundation: Foundation, states: States, registry: Registry, busy: Busy
) -> AsyncIterator[Watch]:
    """Fill the slot, have the watch kept, and write down who answered until the end. Raises StoreError, JobError."""
    documents, choices, cases = foundation.documents, CHOICES.fetch(app), Cases(foundation.documents)
    await cases.declare()

    def chance(graded: AnswerGraded) -> float:
        return chance_of(registry, graded)

    watch = Watch(foundation.journal, documents, cases, partial(settle, states), chance, foundation.clock)
    await watch.declare()
    watch.repeat(foundation.jobs)
    desk = FlagDesk(states, cases, foundation.clock)
    FLAGS.fill(app, FlagService(desk, cases, choices, ORGANISATIONS.fetch(app)))
    running = asyncio.create_task(busy.run(documents))
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.wait({running})
        with suppress(StoreError):  # the walk finds them
            await busy.write(documents)


def chance_of(registry: Registry, graded: AnswerGraded) -> float:
    """How likely somebody who knows nothing answers an item right, by the candidate that it belongs to."""
    for published in registry.current():
        skill, band = published.skill_index.get(graded.skills[0]), published.band_index.get(graded.band)
        if skill is not None and band is not None:
            return float(published.course.guess[skill, band])
    return USUAL_CHANCE
