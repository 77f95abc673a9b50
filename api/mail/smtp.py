"""Letters by SMTP, each on a connection of its own, in a worker thread.

Errors are told without what caused them: the library's own name the recipient.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Literal
from urllib.parse import unquote, urlsplit

from api.mail.ports import Letter, MailError
from api.settings import SettingsError

TIMEOUT_SECONDS = 15.0
AT_ONCE = 4
LASTING = range(500, 600)
Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
SCHEMES: dict[str, Security] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP server and how to speak with it. "none" sends everything in the clear, for a relay on this machine."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def read_relay(url: str) -> Relay:
    """A relay from ``smtp://user:password@host:587`` (STARTTLS), ``smtps://`` (TLS) or ``smtp+plain://`` (neither).

    Raises:
        SettingsError: without the URL, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("the mail URL has no valid port") from None
    security = SCHEMES.get(parts.scheme)
    if security is None or not parts.hostname:
        raise SettingsError(f"a mail URL begins with {', '.join(f'{name}://' for name in SCHEMES)} and names a host")
    if security == "none" and parts.username:
        raise SettingsError("a password is not sent in the clear; use smtp:// or smtps://")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port or PORTS[security], security, user, password)


class SmtpMailer:
    """See api.mail.ports.Mailer. Certificates are verified against `trust`."""

    def __init__(
        self, relay: Relay, sender: str, trust: ssl.SSLContext | None = None, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._relay = relay
        self._sender = sender
        self._trust = trust
        self._timeout = timeout
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the relay. Raises MailError."""
        message = message_of(letter, self._sender)
        async with self._turns:
            try:
                await asyncio.to_thread(self._deliver, message, letter.to)
            except smtplib.SMTPRecipientsRefused as error:
                codes = [code for code, _ in error.recipients.values()]
                lasting = all(code in LASTING for code in codes)
                raise MailError(f"the relay refused the recipient ({codes})", lasting=lasting) from None
            except smtplib.SMTPResponseException as error:
                raise MailError(f"the relay answered {error.smtp_code}", lasting=error.smtp_code in LASTING) from None
            except smtplib.SMTPNotSupportedError as error:
                raise MailError(f"the relay cannot do what is needed: {error}", lasting=True) from None
            except (smtplib.SMTPException, OSError) as error:
                raise MailError(f"the relay cannot be reached: {type(error).__name__}") from None

    def _deliver(self, message: EmailMessage, to: str) -> None:
        relay = self._relay
        trust = self._trust or ssl.create_default_context()
        with self._connect(trust) as connection:
            if relay.security == "starttls":
                connection.starttls(context=trust)
            if relay.user:
                connection.login(relay.user, relay.password)
            connection.send_message(message, from_addr=message["From"].addresses[0].addr_spec, to_addrs=[to])

    def _connect(self, trust: ssl.SSLContext) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "tls":
            return smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=trust)
        return smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a message. Headers cannot be broken out of: the mail library refuses line ends in them."""
    message = EmailMessage(policy=SMTP if letter.to.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.id}@{message['From'].addresses[0].domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers:
        message[name] = value
    message.set_content(letter.text)
    return message
