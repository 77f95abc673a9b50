"""HTTP of accounts."""

from __future__ import annotations

import msgspec
from litestar import Request, Response, Router, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from api.accounts.account import Account
from api.accounts.callers import ACCOUNTS, access_of
from api.accounts.errors import (
    AccountGoneError,
    AgeGroupKeptError,
    CredentialsError,
    DeviceNotFoundError,
    LastSignInError,
    RefreshReusedError,
    RefreshTokenError,
)
from api.accounts.families import Grant
from api.accounts.leaving.routes import delete_me
from api.accounts.schemas import Device, Devices, GuestRequest, Me, MePatch, RefreshRequest, Tokens
from api.accounts.service import AccountChange
from api.accounts.tokens import TokenFamily
from api.http.conditional import check_match
from api.http.rules import MATCHED
from api.store.ports import VersionClashError
from api.wire import PUBLIC, LearnerRequest, instant, raises


@post(
    "/auth/guest",
    operation_id="startGuest",
    summary="Start as a guest, or come back as one",
    opt=PUBLIC | raises(AccountGoneError, CredentialsError),
)
async def start_guest(request: Request[None, None, State], data: JSONBody[GuestRequest]) -> Tokens:
    """Makes an account for this device, or signs a known device in again with its learner id and device secret."""
    accounts = ACCOUNTS.of(request)
    if data.learner_id is None or data.device_secret is None:
        return tokens_of(await accounts.start_guest(data.zone, data.locale, data.device_name))
    return tokens_of(await accounts.return_guest(data.learner_id, data.device_secret, data.device_name))


@post(
    "/auth/refresh",
    operation_id="refreshTokens",
    summary="Replace a refresh token",
    status_code=200,
    opt=PUBLIC | raises(AccountGoneError, RefreshTokenError, RefreshReusedError, VersionClashError),
)
async def refresh_tokens(request: Request[None, None, State], data: JSONBody[RefreshRequest]) -> Tokens:
    """Each refresh token works once. Sent again within 60 seconds it gets the same successor, so that a lost answer
    signs nobody out; used later, it revokes every token of its sign-in."""
    return tokens_of(await ACCOUNTS.of(request).refresh(data.refresh_token))


@get("/me", operation_id="getMe", summary="Read your own account")
async def get_me(request: LearnerRequest) -> Me:
    """The account of the learner whose access token was sent."""
    return me_of(await ACCOUNTS.of(request).account(request.user))


@patch(
    "/me",
    operation_id="updateMe",
    summary="Change your own account",
    opt=MATCHED | raises(AgeGroupKeptError, VersionClashError),
)
async def update_me(request: LearnerRequest, data: JSONBody[MePatch]) -> Me:
    """Fields that are absent stay as they are. With the ETag of what was read in If-Match, nothing is changed that was
    changed meanwhile. Whoever said that they are under 18, or under 13, cannot take it back by themselves."""
    match = request.headers.get("if-match")
    change = AccountChange(
        display_name=data.display_name,
        locale=data.locale,
        zone=data.zone,
        day_starts_at=data.day_starts_at,
        personalised=data.personalised,
        age_group=data.age_group,
    )
    return me_of(
        await ACCOUNTS.of(request).change(
            request.user, change, lambda account: check_match(match, msgspec.json.encode(me_of(account)))
        )
    )


@get("/me/devices", operation_id="listDevices", summary="List the devices that are signed in")
async def list_devices(request: LearnerRequest) -> Devices:
    """Every sign-in that still counts, the last used first."""
    current = access_of(request).family_id
    families = await ACCOUNTS.of(request).devices(request.user)
    return Devices(items=tuple(device_of(family, current) for family in families))


@delete(
    "/me/devices/{device_id:str}",
    operation_id="endDevice",
    summary="Sign a device out",
    opt=raises(DeviceNotFoundError, LastSignInError, VersionClashError),
)
async def end_device(request: LearnerRequest, device_id: FromPath[str]) -> Response[None]:
    """Its refresh token counts no more at once, nor does the device secret if the device knows it; its access token for
    15 minutes at most. A device whose secret is all that signs in to an account with an address or a provider stays,
    and so does a guest's unless a device asks that knows the secret too."""
    await ACCOUNTS.of(request).end_device(access_of(request), device_id)
    return Response(None, status_code=204)


def tokens_of(grant: Grant) -> Tokens:
    """A grant on the wire."""
    return Tokens(
        learner_id=grant.learner_id,
        access_token=grant.access_token,
        access_token_expires_at=instant(grant.access_expires_at),
        refresh_token=grant.refresh_token,
        device_secret=grant.device_secret,
    )


def me_of(account: Account) -> Me:
    """An account on the wire."""
    return Me(
        learner_id=account.id,
        display_name=account.display_name,
        locale=account.locale,
        zone=account.zone,
        day_starts_at=account.day_starts_at,
        personalised=account.personalised,
        age_group=account.age_group,
        created_at=instant(account.created_at),
        email=account.email,
        email_verified=account.email_verified,
        has_password=bool(account.password),
    )


def device_of(family: TokenFamily, current: str) -> Device:
    """A sign-in on the wire; `current` is the id of the family that asks."""
    return Device(
        id=family.id,
        name=family.device,
        signed_in_by=family.how,
        signed_in_at=instant(family.signed_in_at),
        last_used_at=instant(family.rotated_at),
        expires_at=instant(family.expires_at),
        current=family.id == current,
    )


router = Router(
    "/v1",
    route_handlers=[start_guest, refresh_tokens, get_me, update_me, delete_me, list_devices, end_device],
    tags=["Accounts"],
)
