"""The ways to sign in, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from litestar import Litestar

from api.accounts.leaving.routes import LEAVING
from api.accounts.leaving.service import Holders, LeavingService
from api.accounts.merging.routes import MERGING
from api.accounts.merging.service import MergeService
from api.accounts.oidc.endpoints import Endpoints
from api.accounts.oidc.identities import Identities
from api.accounts.oidc.providers import read_providers
from api.accounts.oidc.routes import OIDC
from api.accounts.oidc.service import OidcService
from api.accounts.organisations.organisation import INVITATION, Organisations
from api.accounts.organisations.roles import ORGANISATIONS
from api.accounts.service import AccountService
from api.accounts.signin.breached import BreachedList
from api.accounts.signin.links import CLAIM, Claims, LinkTokens
from api.accounts.signin.passwords import Passwords
from api.accounts.signin.post import Post
from api.accounts.signin.routes import SIGN_IN
from api.accounts.signin.service import SignInService
from api.accounts.signin.throttle import Throttle
from api.composition import Foundation
from api.game.fairplay.cases import Cases
from api.game.friends.carrying import Carrying
from api.jobs.expiry import expire
from api.learners.states import States
from api.mail.opening import open_mailer
from api.settings import Settings


@asynccontextmanager
async def signing_in(
    app: Litestar, foundation: Foundation, accounts: AccountService, secret: str
) -> AsyncIterator[None]:
    """Fill the slots of the ways to sign in. Raises SettingsError, StoreError."""
    settings, documents, clock = foundation.settings, foundation.documents, foundation.clock
    claims, identities = Claims(documents, clock), Identities(documents, clock)
    await claims.declare()
    for kind in (CLAIM, INVITATION):
        expire(foundation.jobs, documents, clock, kind)
    await identities.declare()
    organisations = Organisations(documents, clock)
    await organisations.declare()
    ORGANISATIONS.fill(app, organisations)
    breached = BreachedList(Path(settings.breached_passwords)) if settings.breached_passwords else None
    tokens, throttle = LinkTokens(secret), Throttle(foundation.live.rate_limits)
    mailer = open_mailer(settings.mail, settings.mail_from)
    post = Post(foundation.jobs, mailer, accounts.accounts, claims, tokens, settings.app_url)
    passwords = Passwords(breached)
    SIGN_IN.fill(app, SignInService(accounts, passwords, throttle, claims, tokens, post, identities))
    async with provider_endpoints(settings) as endpoints:
        accounts.ways_in.providers = endpoints.keys()
        OIDC.fill(app, OidcService(accounts, identities, endpoints, throttle, clock))
        yield


async def leaving(app: Litestar, foundation: Foundation, accounts: AccountService, states: States) -> None:
    """Fill the slots of what ends an account. Raises StoreError."""
    documents, clock, jobs = foundation.documents, foundation.clock, foundation.jobs
    identities, organisations = Identities(documents, clock), ORGANISATIONS.fetch(app)
    merging = MergeService(accounts, identities, organisations, states, jobs, clock)
    merging.passing_on += [Carrying(documents).carry, Cases(documents).pass_on]
    MERGING.fill(app, merging)
    holders = Holders(accounts, identities, organisations, documents, states)
    service = LeavingService(holders, jobs, foundation.settings.erased_path, clock)
    await service.declare()
    LEAVING.fill(app, service)


@asynccontextmanager
async def provider_endpoints(settings: Settings) -> AsyncIterator[dict[str, Endpoints]]:
    """The endpoints of all providers of the settings. Raises SettingsError."""
    if not settings.oidc:
        yield {}
        return
    import httpx

    providers = await asyncio.to_thread(read_providers, Path(settings.oidc))
    async with httpx.AsyncClient(follow_redirects=False) as client:
        yield {name: Endpoints(provider, client, monotonic) for name, provider in providers.items()}
