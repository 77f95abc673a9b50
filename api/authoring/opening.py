"""The authoring rooms put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from api.accounts.organisations.roles import ORGANISATIONS
from api.authoring.advice.measured import MeasuredHealth
from api.authoring.advice.measuring import Measuring
from api.authoring.advice.routes import ADVICE
from api.authoring.advice.service import AdviceService
from api.authoring.audit import Audit
from api.authoring.courses import Courses
from api.authoring.imports.review import IMPORT, ITEMS, Imports
from api.authoring.imports.routes import IMPORTS
from api.authoring.imports.service import ImportService
from api.authoring.inbox.report import Inbox
from api.authoring.inbox.routes import INBOX
from api.authoring.inbox.service import InboxService
from api.authoring.judging.advising import Advising
from api.authoring.judging.routes import JUDGING
from api.authoring.judging.service import JudgingService
from api.authoring.judging.waiting import WaitingAnswers
from api.authoring.media.files import FileBlobs
from api.authoring.media.library import Library
from api.authoring.media.ports import Blobs
from api.authoring.media.routes import LIBRARY, UPLOADS
from api.authoring.media.uploads import PART, UPLOAD, Uploads
from api.authoring.preview.routes import PREVIEWS
from api.authoring.preview.service import PreviewService
from api.authoring.publishing.lineage import CourseLineage
from api.authoring.publishing.routes import PUBLISHING
from api.authoring.publishing.service import PublishingService
from api.authoring.publishing.version import Versions
from api.authoring.reviews.review import Reviews
from api.authoring.reviews.routes import REVIEWS
from api.authoring.reviews.service import ReviewService
from api.authoring.routes import AUTHORING
from api.authoring.rubrics.routes import RUBRICS
from api.authoring.rubrics.rubric import Rubrics
from api.authoring.rubrics.service import RubricService
from api.authoring.service import AuthoringService
from api.authoring.translations.routes import TRANSLATIONS
from api.authoring.translations.service import TranslationService
from api.composition import Foundation
from api.jobs.expiry import expire
from api.sessions.routes import SESSIONS
from api.tracks.heads import Heads
from api.tracks.routes import TRACKS

MEDIA_DIRECTORY = "media"


@asynccontextmanager
async def authoring(app: Litestar, foundation: Foundation) -> AsyncIterator[None]:
    """Fill the slots, when accounts and tracks are there; let go of the media at the end. Raises StoreError."""
    documents, clock = foundation.documents, foundation.clock
    courses, audit = Courses(documents), Audit(documents, clock)
    reviews, versions, uploads = Reviews(documents), Versions(documents), Uploads(documents, clock)
    library, imports = Library(documents, open_blobs(foundation), clock), Imports(documents)
    for kept in (courses, audit, reviews, versions, uploads, library, imports):
        await kept.declare()
    for kind in (UPLOAD, PART, IMPORT, ITEMS):
        expire(foundation.jobs, documents, clock, kind)
    service = AuthoringService(courses, audit, clock)
    service.forgetting.append(reviews.forget)
    reviewing = ReviewService(service, reviews, ORGANISATIONS.fetch(app))
    registry = TRACKS.fetch(app).registry
    AUTHORING.fill(app, service)
    REVIEWS.fill(app, reviewing)
    registry.lineage = CourseLineage(versions, Heads(documents))
    publishing = PublishingService(service, reviewing, versions, registry)
    PUBLISHING.fill(app, publishing)
    PREVIEWS.fill(app, PreviewService(service, registry.tutor, SESSIONS.fetch(app).grader))
    service.allowing.append(library.allow)
    LIBRARY.fill(app, library)
    UPLOADS.fill(app, uploads)
    TRANSLATIONS.fill(app, TranslationService(service))
    measured = MeasuredHealth(documents)
    await measured.declare()
    service.forgetting.append(measured.forget)
    measuring = Measuring(foundation.journal, service.courses, versions, measured, foundation.clock)
    advice = AdviceService(service, foundation.journal, measuring, foundation.jobs, library)
    ADVICE.fill(app, advice)
    rubrics = Rubrics(documents)
    await rubrics.declare()
    service.forgetting.append(rubrics.forget)
    rubric_service = RubricService(rubrics, service, advice.embedder, foundation.jobs)
    RUBRICS.fill(app, rubric_service)
    inbox = Inbox(documents)
    await inbox.declare()
    states, sessions = TRACKS.fetch(app).states, SESSIONS.fetch(app)
    INBOX.fill(app, InboxService(inbox, publishing, sessions, states, Heads(documents), foundation.jobs))
    waiting = WaitingAnswers(documents)
    await waiting.declare()
    advising = Advising(waiting, rubric_service, registry, foundation.jobs, foundation.clock)
    judging = JudgingService(waiting, service, registry, states, Heads(documents), sessions.rewards.rules, advising)
    sessions.listeners.append(judging.take)
    JUDGING.fill(app, judging)
    IMPORTS.fill(app, ImportService(service, imports, library))
    try:
        yield
    finally:
        await advice.close()
        await library.close()


def open_blobs(foundation: Foundation) -> Blobs:
    """Where the settings keep media."""
    settings = foundation.settings
    if settings.media:
        from api.authoring.media.s3 import S3Blobs, read_bucket

        return S3Blobs(read_bucket(settings.media), foundation.clock)
    return FileBlobs(settings.data_path / MEDIA_DIRECTORY)
