"""From the envelope a device sent to an event and its arrival."""

from __future__ import annotations

from typing import TypedDict

from api.learners.drafts import Arrival
from api.learners.events import Event
from api.wire import EventEnvelope, EventFields


class Common(TypedDict):
    """What every event has."""

    client_time: int
    zone: str
    device_id: str
    sequence: int


def common(envelope: EventEnvelope) -> Common:
    """The envelope's part of an event."""
    return common_of(envelope, envelope.device_id)


def common_of(sent: EventFields, device_id: str) -> Common:
    """The common part of an event of a device."""
    return Common(client_time=sent.client_ms, zone=sent.zone, device_id=device_id, sequence=sent.sequence)


def arrival_of(envelope: EventEnvelope, event: Event) -> Arrival:
    """The event of a request, as it arrived."""
    return Arrival(event_id=envelope.event_id, event=event, sent_at=envelope.sent_ms)
