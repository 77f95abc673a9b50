"""Every document that a learner leaves, by kind: a room that keeps another kind adds a row."""

from __future__ import annotations

from api.accounts.account import ACCOUNT
from api.accounts.families import FAMILY
from api.accounts.oidc.identities import IDENTITY
from api.accounts.organisations.organisation import MEMBERSHIP
from api.accounts.signin.links import CLAIM
from api.store.pages import find_all
from api.store.ports import Documents

LEARNER_ID = "learner_id"
BY_LEARNER: tuple[str, ...] = (IDENTITY, MEMBERSHIP, CLAIM, FAMILY)
"""Kinds whose documents have the learner's id in the declared field `learner_id`."""

BY_ID: tuple[str, ...] = (ACCOUNT,)
"""Kinds whose documents have the learner's id as their own."""


async def erase_documents(documents: Documents, learner_id: str) -> None:
    """Remove all documents of a learner. Repeating it is harmless."""
    for kind in BY_LEARNER:
        async for document in find_all(documents, kind, LEARNER_ID, learner_id):
            await documents.delete(kind, document.id)
    for kind in BY_ID:
        await documents.delete(kind, learner_id)
