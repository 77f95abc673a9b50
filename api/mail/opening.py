"""From the settings to a mailer."""

from __future__ import annotations

import logging

from api.mail.ports import Letter, Mailer
from api.mail.smtp import SmtpMailer, read_relay
from api.settings import SettingsError

LOG_ONLY = "log:"
logger = logging.getLogger("pacer.mail")


class LogMailer:
    """Writes letters to the log, links included: for a developer's own machine, and only if asked for."""

    async def send(self, letter: Letter) -> None:
        """Log a letter."""
        logger.warning("a letter to %s, not sent:\n%s\n\n%s", letter.to, letter.subject, letter.text)


def open_mailer(url: str, sender: str) -> Mailer | None:
    """The mailer of a URL: None for "", the log for "log:", else SMTP from a sender's address. Raises SettingsError."""
    if not url:
        return None
    if url != LOG_ONLY and not sender:
        raise SettingsError("PACER_MAIL needs PACER_MAIL_FROM, the address that letters come from")
    return LogMailer() if url == LOG_ONLY else SmtpMailer(read_relay(url), sender)
