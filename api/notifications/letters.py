"""Notifications as letters, each with a way out that takes one click (RFC 8058) and needs no sign-in."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from uuid import UUID

from api.accounts.errors import LinkError
from api.mail.ports import Letter
from api.notifications.copy import TEXTS, body_of, title_of
from api.notifications.message import Message
from api.notifications.preferences import KINDS, Kind
from api.plurals import fill

PATH = "/unsubscribe/"
ID_BYTES, TAG_BYTES = 16, 16
ONE_CLICK = "List-Unsubscribe=One-Click"


class UnsubscribeLinks:
    """Makes and reads what ends a kind of letter: whose and which, under a MAC. It never expires."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._key = hmac.digest(secret.encode(), b"pacer unsubscribe", "sha256")
        self._base = public_url.rstrip("/")

    def url(self, learner_id: str, kind: Kind) -> str:
        """The link for a learner and a kind."""
        raw = UUID(learner_id).bytes + bytes([KINDS.index(kind)])
        return self._base + PATH + urlsafe_b64encode(raw + self._tag(raw)).rstrip(b"=").decode()

    def read(self, token: str) -> tuple[str, Kind]:
        """Whose letters of which kind. Raises LinkError for a token this server never made."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (Base64Error, ValueError) as error:
            raise LinkError("this is not a link of one of our letters") from error
        told, tag = raw[: ID_BYTES + 1], raw[ID_BYTES + 1 :]
        if len(told) <= ID_BYTES or told[-1] >= len(KINDS) or not hmac.compare_digest(tag, self._tag(told)):
            raise LinkError("this is not a link of one of our letters")
        return str(UUID(bytes=told[:ID_BYTES])), KINDS[told[-1]]

    def _tag(self, raw: bytes) -> bytes:
        return hmac.digest(self._key, raw, "sha256")[:TAG_BYTES]


def letter_of(message: Message, to: str, links: UnsubscribeLinks, app_url: str, id: str) -> Letter:
    """The letter of a message; `id` is the same for the same message, and names nobody."""
    stop = links.url(message.learner_id, message.kind)
    lines = [body_of(message.code)]
    if message.figures:
        lines.append(fill(TEXTS[f"{message.code}.letter"], **message.figures))
    if app_url:
        lines.append(TEXTS["letter.open"].format(link=app_url))
    lines += [TEXTS["letter.why"], TEXTS["letter.stop"].format(link=stop)]
    headers = (("List-Unsubscribe", f"<{stop}>"), ("List-Unsubscribe-Post", ONE_CLICK))
    return Letter(id=id, to=to, subject=title_of(message.code), text="\n\n".join(lines) + "\n", headers=headers)
