"""Notifications on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.notifications.channels.vapid import check_keys
from api.notifications.devices import DeviceKind
from api.notifications.endpoints import MAX_ENDPOINT
from api.notifications.preferences import Channel, Kind, check_quiet
from api.notifications.quiet import DAY_MINUTES, Quiet
from api.wire import END, LINE_PATTERN, Identifier, Instant, Wire, Zone, check_zone

TimeOfDay = Annotated[
    str,
    msgspec.Meta(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]" + END,
        description="A time of the learner's day, on a clock of 24 hours.",
        examples=["22:00"],
    ),
]
Base64Url = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]+={0,2}" + END, max_length=200)]
Token = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_:.-]+" + END, min_length=8, max_length=4096)]
EXAMPLE_ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl"
EXAMPLE_POINT = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
EXAMPLE_SECRET = "tBHItJI5svbpez7KI4CCXg"


def _minute(text: str) -> int:
    return (int(text[:2]) * 60 + int(text[3:])) % DAY_MINUTES


class KindChoices(Wire, frozen=True, kw_only=True):
    """What a channel may carry; all is off until it is switched on.

    Attributes:
        reminder: a day after the last practice, at most one a day.
        review_due: instead of it, when much is due for review.
        league_closing: before the week's league closes.
        friend_quest: news of quests shared with friends.
        weekly_summary: on Mondays, of the week before.
    """

    reminder: bool = False
    review_due: bool = False
    league_closing: bool = False
    friend_quest: bool = False
    weekly_summary: bool = False


class QuietHours(Wire, frozen=True, kw_only=True):
    """Hours in which nothing is sent, over midnight if they end before they start; none if both are equal. At most 16
    hours long."""

    starts: TimeOfDay = "22:00"
    ends: TimeOfDay = "07:00"

    def __post_init__(self) -> None:
        try:
            check_quiet(self.minutes)
        except ValueError as error:
            raise ValueError(f"/ends: {error}") from None

    @property
    def minutes(self) -> Quiet:
        """In minutes of the day."""
        return Quiet(_minute(self.starts), _minute(self.ends))


class NotificationChoices(Wire, frozen=True, kw_only=True):
    """What to be told, where and when; whatever is left out takes its default.

    Attributes:
        push: to the registered devices.
        email: to the confirmed address.
        max_per_day, max_per_week: messages of all kinds.
        zone: the zone to reckon in; null follows the learner: the account, and where they practised last.
    """

    push: KindChoices = KindChoices()
    email: KindChoices = KindChoices()
    quiet_hours: QuietHours = QuietHours()
    max_per_day: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    max_per_week: Annotated[int, msgspec.Meta(ge=1, le=14)] = 7
    zone: Zone | None = None

    def __post_init__(self) -> None:
        if self.zone is not None:
            check_zone(self.zone)


class ChannelState(Wire, frozen=True, kw_only=True):
    """What this server can send by.

    Attributes:
        web_push_key: the `applicationServerKey` to subscribe with; null where there is no Web Push.
        fcm, apns, email: whether there are these.
    """

    web_push_key: str | None
    fcm: bool
    apns: bool
    email: bool


class Notifications(Wire, frozen=True, kw_only=True):
    """What you are told, where and when.

    Attributes:
        zones: the zones in which quiet hours hold now.
        forced_quiet_hours: those of under-18s, which hold beside your own; null for adults.
        personalised_times: whether times and words are tried out; else a fixed rule holds.
        next_look: when the server next looks whether there is something to send; null for never.
    """

    choices: NotificationChoices
    zones: tuple[str, ...]
    forced_quiet_hours: QuietHours | None
    personalised_times: bool
    channels: ChannelState
    next_look: Instant | None


class SubscriptionKeys(Wire, frozen=True, kw_only=True):
    """The keys of a subscription in base64url, as `PushSubscription.toJSON()` gives them."""

    p256dh: Annotated[Base64Url, msgspec.Meta(examples=[EXAMPLE_POINT])]
    auth: Annotated[Base64Url, msgspec.Meta(examples=[EXAMPLE_SECRET])]


class NotifiedBase(Wire, frozen=True, kw_only=True, tag_field="kind"):
    """What every device has: a name to know it by in the list."""

    name: Annotated[str, msgspec.Meta(pattern=LINE_PATTERN, max_length=80, examples=["Firefox on the laptop"])] = ""


class WebPushDevice(NotifiedBase, frozen=True, kw_only=True, tag="webPush"):
    """A browser's subscription. The endpoint is an https URL of a public host."""

    endpoint: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ENDPOINT, examples=[EXAMPLE_ENDPOINT])]
    keys: SubscriptionKeys

    def __post_init__(self) -> None:
        check_keys(self.keys.p256dh, self.keys.auth)


class FcmDevice(NotifiedBase, frozen=True, kw_only=True, tag="fcm"):
    """An app reached through Firebase Cloud Messaging, by its registration token."""

    token: Annotated[Token, msgspec.Meta(examples=["fcm-registration-token"])]


class ApnsDevice(NotifiedBase, frozen=True, kw_only=True, tag="apns"):
    """An app reached through Apple's Push Notification service, by its device token in hexadecimal; `sandbox` for
    builds under development."""

    token: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2}){16,100}" + END, examples=["ab" * 32])]
    sandbox: bool = False


DeviceRequest = WebPushDevice | FcmDevice | ApnsDevice


class NotifiedDevice(Wire, frozen=True, kw_only=True):
    """A device that is told; neither its address nor its keys are shown."""

    id: Identifier
    kind: DeviceKind
    name: str
    registered_at: Instant


class NotifiedDevices(Wire, frozen=True, kw_only=True):
    """Devices, the last registered first. An eleventh takes the place of the oldest."""

    items: tuple[NotifiedDevice, ...]


class Chosen(Wire, frozen=True, kw_only=True):
    """A time and words that could be chosen, with the probability they had."""

    at: Instant
    slot: str
    variant: str
    probability: float


class Choosing(Wire, frozen=True, kw_only=True):
    """How the time and the words were chosen.

    Attributes:
        policy: "bandit" learns what brings learners back to learning, "fixed" is the documented rule.
        because: why the fixed rule: "under18" or "notPersonalised"; "" for the bandit.
        options: all that could be chosen; `chosen` is the place of the one that was.
    """

    policy: Literal["bandit", "fixed"]
    because: str
    options: tuple[Chosen, ...]
    chosen: int


class Delivered(Wire, frozen=True, kw_only=True):
    """What became of a message on one device or at the address."""

    channel: Channel
    state: str
    tries: int
    detail: str


class LoggedNotification(Wire, frozen=True, kw_only=True):
    """A message that was sent, or was not, and why.

    Attributes:
        title, body: its texts.
        why: code of the reason for this moment: "return" (a day after practice), "oneADay", "quiet", "perDay",
            "perWeek" (moved there by it), "weekIsOver", or what another part of the game gave.
        not_sent: why it was not: "practised", "switchedOff", "noDevice", "expired", "quiet", "limits" or "merged";
            "" if it was.
        returned: whether you learned within 24 hours of the decision; null for not known.
        choosing: null where nothing was chosen.
    """

    id: str
    kind: Kind
    title: str
    body: str
    why: str
    decided_at: Instant
    planned_for: Instant
    state: Literal["planned", "sent", "dropped", "failed"]
    not_sent: str
    returned: bool | None
    choosing: Choosing | None
    deliveries: tuple[Delivered, ...]


class NotificationLog(Wire, frozen=True, kw_only=True):
    """Messages of the last 90 days, the last decided first. `nextCursor` asks for older ones; null at the end."""

    items: tuple[LoggedNotification, ...]
    next_cursor: str | None


def time_of_day(minute: int) -> str:
    """A minute of the day as the wire has it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
