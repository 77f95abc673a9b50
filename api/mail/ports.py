"""The mail port: what can carry a letter to an address."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in plain text.

    Attributes:
        id: the same for the same letter sent again, so that a mailbox can tell.
        to: a normalised address.
        headers: further headers, names and values in ASCII.
    """

    id: str
    to: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class MailError(Exception):
    """A letter could not be handed over; the text says why.

    `lasting` tells that trying again is no use: the address or the letter was refused for good.
    """

    def __init__(self, text: str, *, lasting: bool = False) -> None:
        super().__init__(text)
        self.lasting = lasting


class Mailer(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over; when this returns, somebody else has taken charge of it. Raises MailError."""
