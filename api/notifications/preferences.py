"""What a learner wants to hear of, on which channel, and when not. Nothing is on until the learner switches it on."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from api.notifications.quiet import DAY_MINUTES, Quiet
from api.store.ports import Documents

PREFERENCES = "notificationPreferences"
Kind = Literal["reminder", "reviewDue", "leagueClosing", "friendQuest", "weeklySummary"]
Channel = Literal["push", "email"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
MAX_QUIET_MINUTES = 16 * 60
"""Quiet hours that are longer leave too little of a day to send anything in."""


class Choices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", gc=False):
    """The kinds that a channel may carry."""

    reminder: bool = False
    review_due: bool = False
    league_closing: bool = False
    friend_quest: bool = False
    weekly_summary: bool = False

    def wants(self, kind: Kind) -> bool:
        """Whether a kind is switched on."""
        return bool(getattr(self, _FIELDS[kind]))


_FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(Choices)}


class Preferences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A learner's choices as stored, under the learner's id.

    Attributes:
        quiet: minutes of the local day in which nothing is sent.
        max_per_day, max_per_week: messages of all kinds, in a local day and in seven days.
        zone: IANA zone to reckon in; "" follows the learner.
    """

    push: Choices = Choices()
    email: Choices = Choices()
    quiet: Quiet = Quiet(22 * 60, 7 * 60)
    max_per_day: int = 2
    max_per_week: int = 7
    zone: str = ""

    def channels(self, kind: Kind) -> tuple[Channel, ...]:
        """The channels on which a kind is wanted."""
        return tuple(name for name in CHANNELS if getattr(self, name).wants(kind))

    @property
    def silent(self) -> bool:
        """Whether nothing at all is wanted."""
        return not any(self.channels(kind) for kind in KINDS)

    def without(self, channel: Channel, kind: Kind | None = None) -> Preferences:
        """The same with one kind, or all, off on a channel."""
        left = Choices() if kind is None else msgspec.structs.replace(getattr(self, channel), **{_FIELDS[kind]: False})
        return msgspec.structs.replace(self, **{channel: left})


class PreferenceBook:
    """Preferences on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store of the kind."""
        await self._documents.declare(PREFERENCES)

    async def of(self, learner_id: str) -> Preferences:
        """What a learner wants: nothing, if they never said."""
        document = await self._documents.get(PREFERENCES, learner_id)
        return Preferences() if document is None else msgspec.json.decode(document.body, type=Preferences)

    async def find(self, learner_id: str) -> Preferences | None:
        """What a learner said they want, or None."""
        document = await self._documents.get(PREFERENCES, learner_id)
        return None if document is None else msgspec.json.decode(document.body, type=Preferences)

    async def put(self, learner_id: str, preferences: Preferences) -> None:
        """Replace what a learner wants."""
        await self._documents.put(PREFERENCES, learner_id, msgspec.json.encode(preferences))

    async def forget(self, learner_id: str) -> None:
        """Remove a learner's choices."""
        await self._documents.delete(PREFERENCES, learner_id)


def check_quiet(quiet: Quiet) -> None:
    """Refuse quiet hours that leave too little of a day. Raises ValueError with what is allowed."""
    length = (quiet.ends - quiet.starts) % DAY_MINUTES
    if length > MAX_QUIET_MINUTES:
        raise ValueError(
            f"quiet hours of {length / 60:g} hours; at most {MAX_QUIET_MINUTES // 60} are allowed, "
            "switch the kinds off to be sent nothing"
        )
