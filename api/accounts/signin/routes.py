"""HTTP of signing in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, post, put
from litestar.datastructures import State
from litestar.params import JSONBody

from api.accounts.callers import access_of
from api.accounts.errors import (
    AlreadyRegisteredError,
    CredentialsError,
    EmailTakenError,
    LinkError,
    MailOffError,
    OverloadedError,
    SignInAgainError,
    TokenError,
    TooManyAttemptsError,
)
from api.accounts.routes import tokens_of
from api.accounts.schemas import Tokens
from api.accounts.signin.schemas import (
    ConfirmedEmail,
    EmailRequest,
    EmailState,
    LinkRequest,
    LoginRequest,
    PasswordChange,
    PasswordReset,
    RecoverRequest,
    RecoveryCodeCreated,
    RegisterRequest,
    Registration,
)
from api.accounts.signin.service import Newcomer, SignInService
from api.accounts.signin.throttle import origin_of
from api.store.ports import VersionClashError
from api.wire import PUBLIC, LearnerRequest, Slot, raises

SIGN_IN: Slot[SignInService] = Slot("signIn")
OPTIONAL = PUBLIC | {"optional": True}
PublicRequest = Request[None, None, State]


@post(
    "/auth/register",
    operation_id="registerLearner",
    summary="Register with an address and a password",
    opt=OPTIONAL
    | raises(
        AlreadyRegisteredError,
        EmailTakenError,
        TokenError,
        TooManyAttemptsError,
        OverloadedError,
        VersionClashError,
    ),
)
async def register_learner(request: PublicRequest, data: JSONBody[RegisterRequest]) -> Registration:
    """Without an access token this makes a new learner; with a guest's, the guest keeps its id and all it has learned.

    Where the server sends mail, the address counts once it is confirmed, and the answer is the same whether it has an
    account already or not. Where it sends none, a taken address is refused.
    """
    newcomer = Newcomer(data.email, data.password, data.zone, data.locale, data.device_name, caller_of(request))
    registered = await SIGN_IN.of(request).register(newcomer, place_of(request))
    return Registration(
        learner_id=registered.learner_id,
        state="active" if registered.confirmed else "confirmEmail",
        tokens=None if registered.grant is None else tokens_of(registered.grant),
    )


@post(
    "/auth/login",
    operation_id="signIn",
    summary="Sign in with an address and a password",
    status_code=200,
    opt=PUBLIC | raises(CredentialsError, TooManyAttemptsError, OverloadedError),
)
async def sign_in(request: PublicRequest, data: JSONBody[LoginRequest]) -> Tokens:
    """Which of the two is wrong is not told, nor whether the address is known."""
    grant = await SIGN_IN.of(request).sign_in(data.email, data.password, data.device_name, place_of(request))
    return tokens_of(grant)


@put(
    "/me/password",
    operation_id="changePassword",
    summary="Change your password",
    status_code=204,
    opt=raises(CredentialsError, TooManyAttemptsError, OverloadedError, VersionClashError),
)
async def change_password(request: LearnerRequest, data: JSONBody[PasswordChange]) -> Response[None]:
    """All other devices are signed out, and neither the device secret nor the recovery code opens the account."""
    service = SIGN_IN.of(request)
    await service.change_password(access_of(request), data.current_password, data.new_password, place_of(request))
    return Response(None, status_code=204)


@put(
    "/me/email",
    operation_id="changeEmail",
    summary="Change your address, or have it confirmed",
    opt=raises(EmailTakenError, SignInAgainError, TooManyAttemptsError, VersionClashError),
)
async def change_email(request: LearnerRequest, data: JSONBody[EmailRequest]) -> EmailState:
    """Sends a link to the address, which counts once the link was used. Needs a sign-in of the last ten minutes."""
    counts = await SIGN_IN.of(request).change_email(access_of(request), data.email, place_of(request))
    return EmailState(state="active" if counts else "confirmEmail")


@post(
    "/auth/confirm-email",
    operation_id="confirmEmail",
    summary="Confirm an address",
    status_code=200,
    opt=PUBLIC | raises(LinkError, TooManyAttemptsError, VersionClashError),
)
async def confirm_email(request: PublicRequest, data: JSONBody[LinkRequest]) -> ConfirmedEmail:
    """With the token of the letter, which works once. It signs nobody in."""
    account = await SIGN_IN.of(request).confirm(data.token, place_of(request))
    return ConfirmedEmail(learner_id=account.id, email=account.email or "")


@post(
    "/auth/forgot-password",
    operation_id="forgetPassword",
    summary="Ask for a new password",
    status_code=202,
    opt=PUBLIC | raises(MailOffError, TooManyAttemptsError),
)
async def forget_password(request: PublicRequest, data: JSONBody[EmailRequest]) -> EmailState:
    """Sends a link to the address if it has an account. The answer is the same if it has none."""
    await SIGN_IN.of(request).forget_password(data.email, place_of(request))
    return EmailState(state="confirmEmail")


@post(
    "/auth/reset-password",
    operation_id="resetPassword",
    summary="Choose a new password",
    status_code=204,
    opt=PUBLIC | raises(LinkError, TooManyAttemptsError, OverloadedError, VersionClashError),
)
async def reset_password(request: PublicRequest, data: JSONBody[PasswordReset]) -> Response[None]:
    """With the token of the letter, which works once. Every device is signed out, and no device secret or recovery
    code of before opens the account any more."""
    await SIGN_IN.of(request).reset_password(data.token, data.password, place_of(request))
    return Response(None, status_code=204)


@post(
    "/me/recovery-code",
    operation_id="createRecoveryCode",
    summary="Get a recovery code",
    opt=raises(SignInAgainError, VersionClashError),
)
async def create_recovery_code(request: LearnerRequest) -> RecoveryCodeCreated:
    """A code to write down against the loss of the phone. The one before no longer works."""
    return RecoveryCodeCreated(code=await SIGN_IN.of(request).new_recovery_code(access_of(request)))


@post(
    "/auth/recover",
    operation_id="recoverLearner",
    summary="Come back with a recovery code",
    status_code=200,
    opt=PUBLIC | raises(CredentialsError, TooManyAttemptsError, VersionClashError),
)
async def recover_learner(request: PublicRequest, data: JSONBody[RecoverRequest]) -> Tokens:
    """The code works once. The new device gets a device secret, and all others are signed out."""
    return tokens_of(await SIGN_IN.of(request).recover(data.code, data.device_name, place_of(request)))


def caller_of(request: Request[Any, Any, State]) -> str | None:
    """The learner who sends a request that needs no token, None if it carries none. Raises TokenError."""
    if "authorization" not in request.headers:
        return None
    return access_of(request).learner_id


def place_of(request: Request[Any, Any, State]) -> str:
    """Where a request comes from."""
    return origin_of(request.client.host if request.client else None)


router = Router(
    "/v1",
    route_handlers=[
        register_learner,
        sign_in,
        change_password,
        change_email,
        confirm_email,
        forget_password,
        reset_password,
        create_recovery_code,
        recover_learner,
    ],
    tags=["Signing in"],
)
