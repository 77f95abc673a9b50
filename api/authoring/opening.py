"""The authoring rooms put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from api.accounts.organisations.roles import ORGANISATIONS
from api.authoring.audit import Audit
from api.authoring.courses import Courses
from api.authoring.preview.routes import PREVIEWS
from api.authoring.preview.service import PreviewService
from api.authoring.publishing.routes import PUBLISHING
from api.authoring.publishing.service import PublishingService
from api.authoring.publishing.version import Versions
from api.authoring.reviews.review import Reviews
from api.authoring.reviews.routes import REVIEWS
from api.authoring.reviews.service import ReviewService
from api.authoring.routes import AUTHORING
from api.authoring.service import AuthoringService
from api.composition import Foundation
from api.tracks.routes import TRACKS


@asynccontextmanager
async def authoring(app: Litestar, foundation: Foundation) -> AsyncIterator[None]:
    """Fill the slots, when accounts and tracks are there. Raises StoreError."""
    documents = foundation.documents
    courses, audit = Courses(documents), Audit(documents, foundation.clock)
    reviews, versions = Reviews(documents), Versions(documents)
    for kept in (courses, audit, reviews, versions):
        await kept.declare()
    service = AuthoringService(courses, audit, foundation.clock)
    reviewing = ReviewService(service, reviews, ORGANISATIONS.fetch(app))
    AUTHORING.fill(app, service)
    REVIEWS.fill(app, reviewing)
    registry = TRACKS.fetch(app).registry
    PUBLISHING.fill(app, PublishingService(service, reviewing, versions, registry))
    PREVIEWS.fill(app, PreviewService(service, registry.tutor))
    yield
