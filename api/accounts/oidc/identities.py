"""Who a provider's people are here: identities on the Documents port."""

from __future__ import annotations

import msgspec

from api.accounts.errors import IdentityNotFoundError
from api.accounts.oidc.tokens import Person
from api.accounts.tokens import digest
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

IDENTITY = "identity"


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A provider's person and the learner they are, as stored.

    Attributes:
        linked_at: milliseconds since the epoch.
        ending_at: when it was about to be unlinked (ms), and so is no way in to count on; 0 if it is not.
    """

    id: str
    provider: str
    learner_id: str
    linked_at: int
    ending_at: int = 0


class Identities:
    """Identities by person. There is one for each at most, whatever is asked for at the same time."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(IDENTITY, indexes=("learner_id",))

    async def find(self, person: Person) -> Identity | None:
        """The identity of a person, or None."""
        document = await self._documents.get(IDENTITY, identity_id(person))
        return None if document is None else _identity(document)

    async def link(self, person: Person, provider: str, learner_id: str) -> Identity:
        """Make a person a learner, unless they are one already; whoever they are then."""
        identity = Identity(id=identity_id(person), provider=provider, learner_id=learner_id, linked_at=self._clock())
        try:
            await self._documents.put(IDENTITY, identity.id, msgspec.json.encode(identity), expected_version=0)
        except VersionClashError:
            return await self.find(person) or identity
        return identity

    async def of(self, learner_id: str) -> list[Identity]:
        """A learner's identities."""
        found = find_all(self._documents, IDENTITY, "learner_id", learner_id)
        return [_identity(document) async for document in found]

    async def load(self, learner_id: str, id: str) -> tuple[Identity, int]:
        """An identity and its version. Raises IdentityNotFoundError, also for another learner's."""
        document = await self._documents.get(IDENTITY, id)
        identity = None if document is None else _identity(document)
        if document is None or identity is None or identity.learner_id != learner_id:
            raise IdentityNotFoundError(f"there is no identity {id}")
        return identity, document.version

    async def replace(self, identity: Identity, version: int) -> int:
        """Write an identity that still has this version; the new one. Raises VersionClashError."""
        return (await self._documents.put(IDENTITY, identity.id, msgspec.json.encode(identity), version)).version

    async def delete(self, id: str, version: int) -> None:
        """Unlink an identity that still has this version. Raises VersionClashError."""
        await self._documents.delete(IDENTITY, id, version)

    async def forget(self, learner_id: str) -> None:
        """Unlink all of a learner's identities."""
        for identity in await self.of(learner_id):
            await self._documents.delete(IDENTITY, identity.id)


def identity_id(person: Person) -> str:
    """The id under which a person is stored: a digest, for subjects can be long and are nobody's business."""
    return digest(f"{person.issuer}\n{person.subject}")


def _identity(document: Document) -> Identity:
    return msgspec.json.decode(document.body, type=Identity)
