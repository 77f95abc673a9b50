"""The room of synchronisation put together."""

from __future__ import annotations

from litestar import Litestar

from api.composition import Foundation
from api.learners.states import States
from api.settings import server_secret
from api.sync.bundles import BundleMaker
from api.sync.changes import Changes
from api.sync.parts import Parts
from api.sync.routes import SIGNER, SYNC
from api.sync.service import Rooms, SyncService
from api.sync.signing import Signer


def fill_sync(app: Litestar, foundation: Foundation, states: States, rooms: Rooms, maker: BundleMaker) -> None:
    """Fill the room's slots. Raises SettingsError if the secret cannot be read."""
    secret = server_secret(foundation.settings)
    signer = Signer(secret)
    changes = Changes(states, rooms.sessions.registry, secret, foundation.clock)
    SIGNER.fill(app, signer)
    SYNC.fill(app, SyncService(states, rooms, maker, Parts(maker, signer, secret), changes, foundation.metrics))
