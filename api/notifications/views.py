"""Between what is stored and what is on the wire."""

from __future__ import annotations

import msgspec

from api.notifications.copy import body_of, title_of
from api.notifications.devices import ApnsTarget, Device, FcmTarget, Target, WebPushTarget
from api.notifications.message import Decision, Message
from api.notifications.preferences import Choices, Preferences
from api.notifications.quiet import UNDER_18, Quiet
from api.notifications.schemas import (
    ApnsDevice,
    ChannelState,
    Choosing,
    Chosen,
    Delivered,
    DeviceRequest,
    FcmDevice,
    KindChoices,
    LoggedNotification,
    NotificationChoices,
    Notifications,
    NotifiedDevice,
    QuietHours,
    time_of_day,
)
from api.notifications.sender import Carriers, kind_of
from api.notifications.service import Overview
from api.wire import instant

LAST = 10**15
"""More than any instant (ms), so that what is counted down from it rises."""


def preferences_of(data: NotificationChoices) -> Preferences:
    """Choices as stored."""
    return Preferences(
        push=Choices(**msgspec.structs.asdict(data.push)),
        email=Choices(**msgspec.structs.asdict(data.email)),
        quiet=data.quiet_hours.minutes,
        max_per_day=data.max_per_day,
        max_per_week=data.max_per_week,
        zone=data.zone or "",
    )


def notifications_view(overview: Overview, carriers: Carriers) -> Notifications:
    """What a learner is told, on the wire."""
    kept = overview.preferences
    return Notifications(
        choices=NotificationChoices(
            push=KindChoices(**msgspec.structs.asdict(kept.push)),
            email=KindChoices(**msgspec.structs.asdict(kept.email)),
            quiet_hours=hours_view(kept.quiet),
            max_per_day=kept.max_per_day,
            max_per_week=kept.max_per_week,
            zone=kept.zone or None,
        ),
        zones=overview.zones,
        forced_quiet_hours=hours_view(UNDER_18) if overview.under_18 else None,
        personalised_times=overview.personalised,
        channels=ChannelState(
            web_push_key=carriers.web_push_key,
            fcm="fcm" in carriers.push,
            apns="apns" in carriers.push,
            email=carriers.letters,
        ),
        next_look=None if overview.next_look is None else instant(overview.next_look),
    )


def hours_view(quiet: Quiet) -> QuietHours:
    """Quiet hours on the wire."""
    return QuietHours(starts=time_of_day(quiet.starts), ends=time_of_day(quiet.ends))


def target_of(data: DeviceRequest) -> Target:
    """Where a device is reached."""
    if isinstance(data, FcmDevice):
        return FcmTarget(token=data.token)
    if isinstance(data, ApnsDevice):
        return ApnsTarget(token=data.token, sandbox=data.sandbox)
    return WebPushTarget(endpoint=data.endpoint, p256dh=data.keys.p256dh, auth=data.keys.auth)


def device_view(device: Device) -> NotifiedDevice:
    """A device on the wire, without its secrets."""
    return NotifiedDevice(
        id=device.id,
        kind=kind_of(device),
        name=device.name,
        registered_at=instant(device.registered_at),
    )


def place_of(message: Message) -> str:
    """Rises along the log."""
    return f"{LAST - message.decided_at:015d}.{message.id}"


def logged(message: Message) -> LoggedNotification:
    """A message on the wire."""
    return LoggedNotification(
        id=message.id.partition(".")[2],
        kind=message.kind,
        title=title_of(message.code),
        body=body_of(message.code),
        why=message.why,
        decided_at=instant(message.decided_at),
        planned_for=instant(message.send_at),
        state=message.state,
        not_sent=message.dropped,
        returned=None if message.outcome < 0 else bool(message.outcome),
        choosing=None if message.decision is None else choosing(message.decision),
        deliveries=tuple(
            Delivered(channel=each.channel, state=each.state, tries=each.tries, detail=each.detail)
            for each in message.deliveries.values()
        ),
    )


def choosing(decision: Decision) -> Choosing:
    """How it was chosen, on the wire."""
    return Choosing(
        policy=decision.policy,
        because=decision.because,
        options=tuple(
            Chosen(at=instant(arm.at), slot=arm.slot, variant=arm.variant, probability=probability)
            for arm, probability in zip(decision.arms, decision.probabilities, strict=True)
        ),
        chosen=decision.index,
    )
