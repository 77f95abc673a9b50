"""Notifications put together: channels as the settings have them, the jobs, and what other rooms are given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from api.accounts.merging.routes import MERGING
from api.accounts.service import AccountService
from api.composition import Foundation
from api.jobs.expiry import expire
from api.learners.fold import pupil_of
from api.learners.states import DAY_MS, States, load
from api.mail.opening import open_mailer
from api.notifications.books import Books
from api.notifications.channels.ports import Carrier, CarrierError
from api.notifications.channels.vapid import VapidKey, vapid_key
from api.notifications.devices import DeviceKind
from api.notifications.letters import UnsubscribeLinks
from api.notifications.message import MESSAGE
from api.notifications.planner import TURN_SECONDS, CountDue, Planner, Sources
from api.notifications.routes import NOTIFICATIONS
from api.notifications.sender import Carriers, Sender
from api.notifications.service import NotificationService
from api.settings import Settings, SettingsError
from api.wire import Clock

PLAN = "notifications.plan"


@asynccontextmanager
async def notifying(
    app: Litestar, foundation: Foundation, accounts: AccountService, states: States, secret: str
) -> AsyncIterator[None]:
    """Fill the slot, register the jobs, and let merging pass on what guests have; let go of connections at the end.

    Raises:
        SettingsError: a channel is set and cannot be opened.
        StoreError: a kind cannot be declared.
    """
    settings, clock = foundation.settings, foundation.clock
    books = Books(foundation.documents)
    await books.declare()
    expire(foundation.jobs, foundation.documents, clock, MESSAGE)
    key = await asyncio.to_thread(vapid_key, settings) if settings.push_contact else None
    push = await asyncio.to_thread(open_push, settings, clock, key)
    links = UnsubscribeLinks(secret, settings.public_url) if settings.public_url else None
    told = key.public if key else None
    carriers = Carriers(push, open_mailer(settings.mail, settings.mail_from), links, settings.app_url, told)
    sender = Sender(books, accounts.accounts, foundation.journal, foundation.jobs, carriers, clock)
    sources = Sources(books, accounts.accounts, foundation.journal, counting(states), clock)
    foundation.jobs.repeat(PLAN, TURN_SECONDS, Planner(sources, sender).work)
    MERGING.fetch(app).passing_on.append(books.pass_on)
    service = NotificationService(books, accounts.accounts, sender, clock, loopback=settings.push_loopback)
    NOTIFICATIONS.fill(app, service)
    try:
        yield
    finally:
        for carrier in push.values():
            await carrier.close()


def open_push(settings: Settings, clock: Clock, key: VapidKey | None) -> dict[DeviceKind, Carrier]:
    """The carriers that are set, Web Push where there is a key; imports nothing of others. Raises SettingsError."""
    found: dict[DeviceKind, Carrier] = {}
    try:
        if key:
            from api.notifications.channels.webpush import WebPush

            found["webPush"] = WebPush(key, settings.push_contact, clock, loopback=settings.push_loopback)
        if settings.fcm:
            from api.notifications.channels.fcm import Fcm, read_account

            found["fcm"] = Fcm(read_account(Path(settings.fcm).expanduser()), clock)
        if settings.apns:
            from api.notifications.channels.apns import Apns, read_apple_key

            found["apns"] = Apns(*read_apple_key(Path(settings.apns).expanduser()), clock)
    except CarrierError as error:
        raise SettingsError(str(error)) from error
    return found


def counting(states: States) -> CountDue:
    """Counts what is due for review, on a state read beside the live ones, which it pushes out of no cache."""

    async def count(learner_id: str) -> int:
        learner = await load(states.journal, states.courses, learner_id)
        now = states.clock() / DAY_MS
        return sum(
            int(pupil_of(learner, version, states.courses).mastery(now, 1.0).due.sum())
            for version, studies in learner.state.studies.items()
            if studies.passed_on is None
        )

    return count
