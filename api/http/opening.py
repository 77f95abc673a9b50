"""The keys and the cursors of the wire, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from api.composition import Foundation
from api.http.cursors import CURSORS, Cursors
from api.http.front import IDEMPOTENCY
from api.http.idempotency import KIND, Idempotency
from api.jobs.expiry import expire
from api.wire import MAX_BODY_BYTES


@asynccontextmanager
async def keeping(app: Litestar, foundation: Foundation, secret: str) -> AsyncIterator[None]:
    """Fill the slots; have old responses forgotten. Raises StoreError."""
    responses = Idempotency(foundation.documents, secret, foundation.clock, MAX_BODY_BYTES)
    await responses.declare()
    IDEMPOTENCY.fill(app, responses)
    CURSORS.fill(app, Cursors(secret))
    expire(foundation.jobs, foundation.documents, foundation.clock, KIND)
    yield
