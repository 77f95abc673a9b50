"""The watch on the store of a running app, and what it looks at."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from api.accounts.organisations.organisation import Organisations
from api.accounts.organisations.roles import ORGANISATIONS
from api.game.choice_routes import CHOICES
from api.game.fairplay.busy import BUSY, Lists
from api.game.fairplay.cases import Cases
from api.game.fairplay.watching import Watch
from api.game.settling import settle
from api.learners.states import States
from api.store.ports import Documents
from api.wire import new_id
from tests.api.conftest import Served
from tests.api.sessions.conftest import Phone


@pytest.fixture
def watch(served: Served) -> Watch:
    """The watch as the job keeps it, without waiting for its turn."""
    return watch_of(served)


def watch_of(served: Served) -> Watch:
    """A process's watch that has seen nothing yet."""
    states, documents = states_of(served), documents_of(served)
    return Watch(states.journal, documents, Cases(documents), partial(settle, states), lambda _: 0.25, served.clock)


def states_of(served: Served) -> States:
    """The live learners of an app."""
    return CHOICES.fetch(served.app)._states


def documents_of(served: Served) -> Documents:
    """The documents of an app."""
    organisations: Organisations = ORGANISATIONS.fetch(served.app)
    return organisations._documents


async def looked(served: Served, watch: Watch) -> bool:
    """Have everybody noted and looked at, as the job does; whether some are left."""
    learners = await states_of(served).journal.learners()
    await documents_of(served).put(BUSY, new_id(), msgspec.json.encode(Lists(tuple(learners))), 0)
    return await watch.look()


async def burst(phone: Phone, n: int = 40) -> None:
    """Right answers, one a second."""
    session = await phone.start(length=40)
    exercise, done = session["exercise"], 0
    while done < n:
        if exercise is None:
            session = await phone.open(session["enrolmentId"], 40)
            exercise = session["exercise"]
        phone.served.clock.forward(1)
        body = phone.answering(exercise, seconds=14.0)
        exercise = (await phone.post(f"/sessions/{session['id']}/answers", body))["next"]
        done += 1
