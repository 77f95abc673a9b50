"""HTTP of OpenID providers."""

from __future__ import annotations

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody

from api.accounts.callers import access_of
from api.accounts.errors import (
    IdentityNotFoundError,
    IdTokenError,
    LastSignInError,
    LinkedElsewhereError,
    LinkNeededError,
    ProviderDownError,
    ProviderNotFoundError,
    SignInAgainError,
    TokenError,
    TooManyAttemptsError,
)
from api.accounts.oidc.identities import Identity
from api.accounts.oidc.schemas import IdTokenProof, LinkedIdentities, LinkedIdentity, OidcRequest
from api.accounts.oidc.service import Code, OidcService, Visitor
from api.accounts.routes import tokens_of
from api.accounts.schemas import Tokens
from api.accounts.signin.routes import OPTIONAL, PublicRequest, place_of
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant, raises

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


@get("/me/identities", operation_id="listIdentities", summary="List the providers that sign in to your account")
async def list_identities(request: LearnerRequest) -> LinkedIdentities:
    """Each is a person of an OpenID provider; nothing of who that person is there is told."""
    return LinkedIdentities(items=tuple(linked_of(each) for each in await OIDC.of(request).identities(request.user)))


@delete(
    "/me/identities/{identity_id:str}",
    operation_id="unlinkIdentity",
    summary="Unlink a provider",
    opt=raises(IdentityNotFoundError, LastSignInError, SignInAgainError, VersionClashError),
)
async def unlink_identity(request: LearnerRequest, identity_id: FromPath[str]) -> Response[None]:
    """The provider's person signs in to the account no more, and other devices that came by the provider are signed
    out. It needs a sign-in of the last ten minutes, and another way in: a password, another provider, the secret of a
    device or a recovery code."""
    await OIDC.of(request).unlink(access_of(request), identity_id)
    return Response(None, status_code=204)


def linked_of(identity: Identity) -> LinkedIdentity:
    """An identity on the wire."""
    return LinkedIdentity(id=identity.id, provider=identity.provider, linked_at=instant(identity.linked_at))


router = Router("/v1", route_handlers=[sign_in_with_provider, list_identities, unlink_identity], tags=["Signing in"])
