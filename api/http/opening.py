"""The keys and the cursors of the wire, put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from api.composition import Foundation
from api.http.cursors import CURSORS, Cursors
from api.http.front import IDEMPOTENCY
from api.http.idempotency import Idempotency
from api.store.ports import StoreError
from api.wire import MAX_BODY_BYTES

SWEEP_SECONDS = 3600.0
logger = logging.getLogger("pacer.http")


@asynccontextmanager
async def keeping(app: Litestar, foundation: Foundation, secret: str) -> AsyncIterator[None]:
    """Fill the slots; forget old responses every hour. Raises StoreError."""
    responses = Idempotency(foundation.documents, secret, foundation.clock, MAX_BODY_BYTES)
    await responses.declare()
    IDEMPOTENCY.fill(app, responses)
    CURSORS.fill(app, Cursors(secret))
    sweeping = asyncio.create_task(_sweep(responses))
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])


async def _sweep(responses: Idempotency) -> None:
    while True:
        try:
            await responses.sweep()
        except StoreError as error:
            logger.warning("old responses to idempotency keys stay until the next hour: %s", error)
        await asyncio.sleep(SWEEP_SECONDS)
