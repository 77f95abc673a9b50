"""HTTP of OpenID providers."""

from __future__ import annotations

from litestar import Router, post
from litestar.params import FromPath, JSONBody

from api.accounts.callers import access_of
from api.accounts.errors import (
    IdTokenError,
    LinkedElsewhereError,
    LinkNeededError,
    ProviderDownError,
    ProviderNotFoundError,
    SignInAgainError,
    TokenError,
    TooManyAttemptsError,
)
from api.accounts.oidc.schemas import IdTokenProof, OidcRequest
from api.accounts.oidc.service import Code, OidcService, Visitor
from api.accounts.routes import tokens_of
from api.accounts.schemas import Tokens
from api.accounts.signin.routes import OPTIONAL, PublicRequest, place_of
from api.store.ports import VersionClashError
from api.wire import Slot, raises

OIDC: Slot[OidcService] = Slot("oidc")


@post(
    "/auth/oidc/{provider:str}",
    operation_id="signInWithProvider",
    summary="Sign in with an OpenID provider",
    status_code=200,
    opt=OPTIONAL
    | raises(
        IdTokenError,
        LinkedElsewhereError,
        LinkNeededError,
        ProviderDownError,
        ProviderNotFoundError,
        SignInAgainError,
        TokenError,
        TooManyAttemptsError,
        VersionClashError,
    ),
)
async def sign_in_with_provider(request: PublicRequest, data: JSONBody[OidcRequest], provider: FromPath[str]) -> Tokens:
    """A person who is new gets an account. With an access token, the account that asks is linked: a guest keeps its id
    and all it has learned. A person who is known is signed in to the account they have, which a guest can then be
    merged into."""
    access = access_of(request) if "authorization" in request.headers else None
    visitor = Visitor(data.zone, data.locale, data.device_name, access)
    shown = data.proof
    proof = (
        shown.id_token if isinstance(shown, IdTokenProof) else Code(shown.code, shown.code_verifier, shown.redirect_uri)
    )
    return tokens_of(await OIDC.of(request).sign_in(provider, proof, data.nonce, visitor, place_of(request)))


router = Router("/v1", route_handlers=[sign_in_with_provider], tags=["Signing in"])
