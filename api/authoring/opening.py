"""The authoring rooms put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from api.authoring.audit import Audit
from api.authoring.courses import Courses
from api.authoring.routes import AUTHORING
from api.authoring.service import AuthoringService
from api.composition import Foundation


@asynccontextmanager
async def authoring(app: Litestar, foundation: Foundation) -> AsyncIterator[None]:
    """Fill the slots. Raises StoreError."""
    courses, audit = Courses(foundation.documents), Audit(foundation.documents, foundation.clock)
    await courses.declare()
    await audit.declare()
    AUTHORING.fill(app, AuthoringService(courses, audit, foundation.clock))
    yield
