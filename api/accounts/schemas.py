"""Accounts on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.game.facts import AgeGroup
from api.lines import check_line
from api.wire import LINE_PATTERN, UUID7, Instant, Locale, Wire, Zone, check_zone

DayStart = Annotated[int, msgspec.Meta(ge=0, le=6, description="The hour at which the learner's day begins.")]
DisplayName = Annotated[
    str,
    msgspec.Meta(
        max_length=60,
        description="What to call the learner, as others may see it: no control characters and nothing that nobody"
        " sees; spaces around it are dropped.",
        examples=["Ana"],
    ),
]
DeviceSecret = Annotated[
    str,
    msgspec.Meta(
        min_length=20,
        max_length=200,
        description="Proves that this device made the account. Shown once; keep it in the device's key store.",
    ),
]


DeviceName = Annotated[
    str,
    msgspec.Meta(
        max_length=60,
        pattern=LINE_PATTERN,
        description="What the device calls itself, to be told from others in the list of devices.",
        examples=["Ana's phone"],
    ),
]


class GuestRequest(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """Start as a guest, or come back as one with the learner id and the device secret."""

    zone: Zone
    locale: Locale = "en"
    learner_id: UUID7 | None = None
    device_secret: DeviceSecret | None = None
    device_name: DeviceName = ""

    def __post_init__(self) -> None:
        check_zone(self.zone)
        if (self.learner_id is None) != (self.device_secret is None):
            raise ValueError("/learnerId: learnerId and deviceSecret come together, or not at all")


class RefreshRequest(Wire, frozen=True, kw_only=True):
    """The refresh token that is to be replaced."""

    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Tokens(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """What a device needs to act for a learner. `deviceSecret` comes only with a new one, and is shown once."""

    learner_id: UUID7
    access_token: str
    access_token_expires_at: Instant
    refresh_token: str
    device_secret: str | None = None


class Me(Wire, frozen=True, kw_only=True):
    """A learner's own account.

    `personalised` false means exercises come in a documented order instead of being chosen by the tutor.

    Attributes:
        age_group: "under13", "under18" or "adult", "" if the learner said nothing. Under 18 the game is softened; who
            said so cannot take it back alone.
        email: the address that signs in, null for a guest.
        email_verified: whether mail to it is known to reach the learner.
        has_password: whether a password signs in.
    """

    learner_id: UUID7
    display_name: DisplayName
    locale: Locale
    zone: Zone
    day_starts_at: DayStart
    personalised: bool
    age_group: AgeGroup
    created_at: Instant
    email: str | None
    email_verified: bool
    has_password: bool


class MePatch(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """What to change; a field that is absent stays as it is."""

    display_name: DisplayName | msgspec.UnsetType = msgspec.UNSET
    locale: Locale | msgspec.UnsetType = msgspec.UNSET
    zone: Zone | msgspec.UnsetType = msgspec.UNSET
    day_starts_at: DayStart | msgspec.UnsetType = msgspec.UNSET
    personalised: bool | msgspec.UnsetType = msgspec.UNSET
    age_group: AgeGroup | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if self.zone is not msgspec.UNSET:
            check_zone(self.zone)
        if self.display_name is not msgspec.UNSET:
            check_line(self.display_name.strip(" "), "/displayName")
            msgspec.structs.force_setattr(self, "display_name", self.display_name.strip())


class Device(Wire, frozen=True, kw_only=True):
    """A sign-in that still counts.

    Attributes:
        name: what the device calls itself.
        signed_in_by: guest, password, recovery, or the name of the provider that vouched for the learner.
        last_used_at: when its tokens were last renewed.
        current: whether it is the one that asks.
    """

    id: str
    name: DeviceName
    signed_in_by: str
    signed_in_at: Instant
    last_used_at: Instant
    expires_at: Instant
    current: bool


class Devices(Wire, frozen=True, kw_only=True):
    """The learner's devices, the last used first."""

    items: tuple[Device, ...]
