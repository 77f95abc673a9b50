"""Fair play put together: the watch, and flags as people see them."""

from __future__ import annotations

from litestar import Litestar

from api.accounts.organisations.roles import ORGANISATIONS
from api.composition import Foundation
from api.game.choices import ChoiceService
from api.game.fairplay.cases import Cases
from api.game.fairplay.desk import FlagDesk
from api.game.fairplay.routes import FLAGS
from api.game.fairplay.service import FlagService
from api.game.fairplay.watching import Watch
from api.learners.facts import AnswerGraded
from api.learners.states import States
from api.tracks.registry import Registry

USUAL_CHANCE = 0.25
"""Of somebody who knows nothing, on an exercise of a track that is not served any more."""


async def open_fairplay(
    app: Litestar, foundation: Foundation, states: States, registry: Registry, choices: ChoiceService
) -> Watch:
    """Fill the slot, and have the watch kept. Raises StoreError, JobError."""
    cases = Cases(foundation.documents)
    await cases.declare()

    def chance(graded: AnswerGraded) -> float:
        return chance_of(registry, graded)

    watch = Watch(foundation.journal, cases, choices.settle, chance, foundation.clock)
    watch.repeat(foundation.jobs)
    desk = FlagDesk(states, cases, foundation.clock)
    FLAGS.fill(app, FlagService(desk, cases, choices, ORGANISATIONS.fetch(app)))
    return watch


def chance_of(registry: Registry, graded: AnswerGraded) -> float:
    """How likely somebody who knows nothing answers an item right, by the candidate that it belongs to."""
    for published in registry.current():
        skill, band = published.skill_index.get(graded.skills[0]), published.band_index.get(graded.band)
        if skill is not None and band is not None:
            return float(published.course.guess[skill, band])
    return USUAL_CHANCE
