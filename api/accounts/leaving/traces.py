"""Every document that a learner leaves, by kind: a room that keeps another kind adds a row."""

from __future__ import annotations

from api.accounts.account import ACCOUNT
from api.accounts.families import FAMILY
from api.accounts.oidc.identities import IDENTITY
from api.accounts.organisations.organisation import INVITATION, MEMBERSHIP
from api.accounts.signin.links import CLAIM
from api.authoring.inbox.report import REPORT
from api.authoring.judging.waiting import WAITING
from api.game.fairplay.cases import CASE, SEEN
from api.game.friends.friendship import FRIEND_CHOICES, FRIEND_CODE, FRIEND_REPORT, FRIENDSHIP
from api.game.leagues.books import LEAGUE
from api.jobs.job import KIND as JOB
from api.jobs.job import LEARNER
from api.notifications.agenda import AGENDA
from api.notifications.devices import DEVICE
from api.notifications.message import MESSAGE
from api.notifications.preferences import PREFERENCES
from api.store.pages import find_all
from api.store.ports import Documents

LEARNER_ID = "learner_id"
BY_FIELD: tuple[tuple[str, str], ...] = (
    (JOB, LEARNER),
    (IDENTITY, LEARNER_ID),
    (MEMBERSHIP, LEARNER_ID),
    (CLAIM, LEARNER_ID),
    (FAMILY, LEARNER_ID),
    (INVITATION, "taken_by"),
    (REPORT, LEARNER_ID),
    (FRIENDSHIP, "first"),
    (FRIENDSHIP, "second"),
    (FRIEND_CODE, LEARNER_ID),
    (FRIEND_REPORT, "reporter"),
    (FRIEND_REPORT, "reported"),
    (DEVICE, LEARNER_ID),
    (MESSAGE, LEARNER_ID),
    (WAITING, LEARNER_ID),
    (CASE, LEARNER_ID),
)
"""Kinds whose documents have the learner's id in a declared field, and that field."""

BY_ID: tuple[str, ...] = (ACCOUNT, FRIEND_CHOICES, SEEN, PREFERENCES, AGENDA, LEAGUE)
"""Kinds whose documents have the learner's id as their own."""


async def erase_documents(documents: Documents, learner_id: str) -> None:
    """Remove all documents of a learner. Repeating it is harmless."""
    for kind, field in BY_FIELD:
        async for document in find_all(documents, kind, field, learner_id):
            await documents.delete(kind, document.id)
    for kind in BY_ID:
        await documents.delete(kind, learner_id)
