"""What can be wrong with what a learner asks of notifications."""

from __future__ import annotations


class NotificationError(Exception):
    """Base of this room's errors."""


class DeviceNotRegisteredError(NotificationError):
    """The learner has registered no such device."""


class ChannelOffError(NotificationError):
    """This server cannot reach devices of that kind."""
