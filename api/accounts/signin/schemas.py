"""Signing in on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.accounts.schemas import DeviceName, Tokens
from api.accounts.signin.addresses import MAX_LENGTH, normalised
from api.wire import UUID7, Locale, Wire, Zone, check_zone

MIN_PASSWORD = 10
Email = Annotated[
    str,
    msgspec.Meta(
        min_length=3,
        max_length=MAX_LENGTH,
        description="An e-mail address; the case of its letters does not matter.",
        examples=["ana@example.org"],
        extra_json_schema={"format": "email"},
    ),
]
Password = Annotated[
    str,
    msgspec.Meta(max_length=200, description="A password.", examples=["correct horse battery"]),
]
NewPassword = Annotated[
    str,
    msgspec.Meta(
        min_length=MIN_PASSWORD,
        max_length=200,
        description="A new password: 10 characters or more of any kind, not the address, not one known from a breach.",
        examples=["correct horse battery"],
    ),
]
LinkToken = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=100,
        description="From the letter.",
        examples=["AZVQbo8AfDqbHi9tHApLXXxOnW0mTQHAQnPFEl1wcPI"],
    ),
]
RecoveryCode = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=64,
        description="25 letters and digits; spaces, dashes and case do not matter.",
        examples=["7K2MD-XQ4AB-9TZ0C-H3WVE-5RNPJ"],
    ),
]


def normalise(request: Wire, email: str) -> None:
    """Put the normalised address into a request. Raises ValueError with its place."""
    try:
        msgspec.structs.force_setattr(request, "email", normalised(email))
    except ValueError as error:
        raise ValueError(f"/email: {error}") from error


class RegisterRequest(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """An address and a password for a new learner, or for the guest who sends it."""

    email: Email
    password: NewPassword
    zone: Zone
    locale: Locale = "en"
    device_name: DeviceName = ""

    def __post_init__(self) -> None:
        check_zone(self.zone)
        normalise(self, self.email)


class Registration(Wire, frozen=True, kw_only=True):
    """What became of it.

    `state` is active if the address and the password sign in from now on, or confirmEmail if they do once the link in
    the letter to the address was used; until then the learner goes on as a guest.

    Attributes:
        tokens: for a new learner; a guest goes on with those it has.
    """

    learner_id: UUID7
    state: Literal["active", "confirmEmail"]
    tokens: Tokens | None


class LoginRequest(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """An address and its password."""

    email: Email
    password: Password
    device_name: DeviceName = ""

    def __post_init__(self) -> None:
        normalise(self, self.email)


class PasswordChange(Wire, frozen=True, kw_only=True):
    """The password there is, and the one there shall be."""

    current_password: Password
    new_password: NewPassword


class EmailRequest(Wire, frozen=True, kw_only=True):
    """An address."""

    email: Email

    def __post_init__(self) -> None:
        normalise(self, self.email)


class EmailState(Wire, frozen=True, kw_only=True):
    """Whether an address counts already, or waits for the link in the letter to it."""

    state: Literal["active", "confirmEmail"]


class LinkRequest(Wire, frozen=True, kw_only=True):
    """The token of a letter."""

    token: LinkToken


class PasswordReset(Wire, frozen=True, kw_only=True):
    """The token of a letter, and the password there shall be."""

    token: LinkToken
    password: NewPassword


class ConfirmedEmail(Wire, frozen=True, kw_only=True):
    """The address that signs in from now on."""

    learner_id: UUID7
    email: Email


class RecoveryCodeCreated(Wire, frozen=True, kw_only=True):
    """A code that opens the account once. It is shown now and never again."""

    code: RecoveryCode


class RecoverRequest(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """The code a learner wrote down."""

    code: RecoveryCode
    device_name: DeviceName = ""
