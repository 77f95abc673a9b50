"""The ASGI app: feature rooms, one gate in front of each, one shield around all, one shape for every error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, Router

from api.accounts.merging.routes import MERGING
from api.accounts.merging.routes import router as merging_router
from api.accounts.oidc.routes import router as oidc_router
from api.accounts.opening import leaving, signing_in
from api.accounts.organisations.routes import router as organisations_router
from api.accounts.routes import router as accounts_router
from api.accounts.service import AccountService
from api.accounts.signin.routes import router as sign_in_router
from api.accounts.tokens import AccessTokens
from api.authoring.advice.routes import router as advice_router
from api.authoring.element_routes import router as elements_router
from api.authoring.imports.routes import router as imports_router
from api.authoring.inbox.routes import router as inbox_router
from api.authoring.judging.routes import router as judging_router
from api.authoring.media.routes import router as media_router
from api.authoring.opening import authoring
from api.authoring.preview.routes import router as previews_router
from api.authoring.publishing.routes import router as publishing_router
from api.authoring.reviews.routes import router as reviews_router
from api.authoring.routes import router as courses_router
from api.authoring.rubrics.routes import router as rubrics_router
from api.authoring.search.routes import router as search_router
from api.authoring.translations.routes import router as translations_router
from api.composition import OpenStore, founded, open_default_store, open_rooms, system_clock, watch_store, working
from api.errors import to_response
from api.feed.opening import feeding, with_bell
from api.feed.routes import router as feed_router
from api.game.badges.routes import router as badges_router
from api.game.choice_routes import router as choices_router
from api.game.fairplay.routes import router as fairplay_router
from api.game.friends.company import Company, in_company
from api.game.friends.report_routes import router as friend_reports_router
from api.game.friends.routes import router as friends_router
from api.game.goals.routes import router as goals_router
from api.game.leagues.opening import competing, with_inbox
from api.game.leagues.routes import router as leagues_router
from api.game.news import News
from api.game.quests.routes import router as quests_router
from api.game.routes import router as game_router
from api.gate import Gate
from api.health import METRICS, READINESS, Readiness
from api.health import router as health_router
from api.http.headers import Shield
from api.http.messages import PacerRequest, WireResponse
from api.http.opening import keeping
from api.http.versions import read_minimums
from api.limits.limiter import LIMITER, Limiter
from api.metrics import Metrics
from api.notifications.opening import notifying
from api.notifications.routes import NOTIFICATIONS, letters_router
from api.notifications.routes import router as notifications_router
from api.reference import router as reference_router
from api.sessions.opening import learning
from api.sessions.routes import router as sessions_router
from api.settings import Settings, server_secret
from api.sync.routes import router as sync_router
from api.tracks.routes import router as tracks_router
from api.web.routes import router as web_router
from api.wire import MAX_BODY_BYTES, Clock

ROUTERS: tuple[Router, ...] = (
    accounts_router,
    sign_in_router,
    oidc_router,
    organisations_router,
    merging_router,
    tracks_router,
    sessions_router,
    game_router,
    choices_router,
    quests_router,
    fairplay_router,
    badges_router,
    goals_router,
    friends_router,
    friend_reports_router,
    leagues_router,
    feed_router,
    sync_router,
    courses_router,
    elements_router,
    reviews_router,
    publishing_router,
    previews_router,
    media_router,
    imports_router,
    translations_router,
    advice_router,
    inbox_router,
    judging_router,
    rubrics_router,
    search_router,
    notifications_router,
    letters_router,
    health_router,
    reference_router,
    web_router,
)


Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]
Build = Callable[[tuple[Router, ...], Gate, Shield, Lifespan], Litestar]


def build(routers: tuple[Router, ...], gate: Gate, shield: Shield, lifespan: Lifespan) -> Litestar:
    """Litestar, set up the way every route of ours needs it."""
    app = Litestar(
        route_handlers=routers,
        middleware=[gate],
        request_class=PacerRequest,
        response_class=WireResponse,
        exception_handlers={Exception: to_response},
        after_exception=[gate.missed],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=MAX_BODY_BYTES,
    )
    app.asgi_handler = shield(app.asgi_handler)
    return app


def create_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    open_store: OpenStore = open_default_store,
    build: Build = build,
) -> Litestar:
    """The whole service. The store is opened when the app starts and closed when it stops.

    Raises:
        SettingsError: the secret cannot be read or made.
    """
    secret = server_secret(settings)
    metrics, readiness = Metrics(), Readiness()
    access = AccessTokens(secret)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        METRICS.fill(app, metrics)
        READINESS.fill(app, readiness)
        store = await open_store(settings)
        try:
            watch_store(store, readiness)
            accounts = AccountService(store.documents, access, secret, clock)
            async with founded(settings, clock, store, metrics, readiness) as foundation:
                LIMITER.fill(app, Limiter(settings, foundation.live.rate_limits))
                await open_rooms(app, accounts)
                company, news = Company(), News()
                foundation, bell = with_bell(foundation, company.heard)
                foundation, inbox = with_inbox(foundation)
                async with (
                    signing_in(app, foundation, accounts, secret),
                    keeping(app, foundation, secret),
                    learning(app, foundation, accounts) as states,
                    competing(app, foundation, accounts, inbox, bell.ring, news) as leagues,
                    in_company(app, company, bell.ring, news),
                    feeding(app, foundation, states, bell, leagues),
                    authoring(app, foundation),
                ):
                    await leaving(app, foundation, accounts, states)
                    MERGING.fetch(app).passing_on.append(leagues.merged)
                    async with notifying(app, foundation, accounts, states, secret):
                        news.goes(NOTIFICATIONS.fetch(app).tell)
                        async with working(foundation.jobs):
                            yield
        finally:
            await store.close()

    gate = Gate(access, metrics, clock, read_minimums(settings.min_clients))
    return build(ROUTERS, gate, Shield(settings.allowed_origins, settings.hsts), lifespan)
