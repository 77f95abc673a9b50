"""From the envelope a device sent to an event and its arrival."""

from __future__ import annotations

from typing import TypedDict

from api.learners.drafts import Arrival
from api.learners.events import Event
from api.wire import EventEnvelope


class Common(TypedDict):
    """What every event has."""

    client_time: int
    zone: str
    device_id: str
    sequence: int


def common(envelope: EventEnvelope) -> Common:
    """The envelope's part of an event."""
    return Common(
        client_time=envelope.client_ms, zone=envelope.zone, device_id=envelope.device_id, sequence=envelope.sequence
    )


def arrival_of(envelope: EventEnvelope, event: Event) -> Arrival:
    """The event of a request, as it arrived."""
    return Arrival(event_id=envelope.event_id, event=event, sent_at=envelope.sent_ms)
