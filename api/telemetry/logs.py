"""The service's own log: a line of text, or of JSON with the trace id of the request it belongs to.

Nothing personal is logged: no addresses, tokens, e-mails or answers; learners are never named but by their id. As a
second line of defence whatever looks like an e-mail or a token is masked: the text of a foreign error may hold it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from datetime import UTC, datetime

import msgspec

from api.settings import Settings
from api.telemetry.trace_ids import CURRENT, trace_id_of

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SECRETS = re.compile(
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+"  # an e-mail
    r"|eyJ[\w-]{8,}(\.[\w-]+){1,2}"  # a JSON Web Token
    r"|(?i:bearer)\s+[\w.~+/=-]{8,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password of a URL
    r"|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,}(?![\w-])"  # a random secret in base64url
)
MASK = "(masked)"
REQUESTS = logging.getLogger("pacer.requests")
"""A line for each request, at the level info; at the usual level it costs nothing."""
_encoder = msgspec.json.Encoder()


class Line(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A line of the log in JSON."""

    time: str
    level: str
    logger: str
    message: str
    pid: int
    trace_id: str | None = None
    operation: str | None = None
    status: int | None = None
    seconds: float | None = None
    error: str | None = None


LETTERS = "pacer.mail"
"""Writes whole letters, and that only where the operator asked for it (PACER_MAIL=log:) to read them."""


def masked(text: str) -> str:
    """The text without what looks like an e-mail or a token."""
    return SECRETS.sub(MASK, text)


class TextFormatter(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        line = super().format(record)
        return line if record.name == LETTERS else masked(line)


class JsonFormatter(logging.Formatter):
    """A line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        scope = CURRENT.get()
        line = Line(
            time=datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            level=record.levelname.lower(),
            logger=record.name,
            message=record.getMessage() if record.name == LETTERS else masked(record.getMessage()),
            pid=record.process or os.getpid(),
            trace_id=None if scope is None else trace_id_of(scope),
            operation=getattr(record, "operation", None),
            status=getattr(record, "status", None),
            seconds=getattr(record, "seconds", None),
            error=masked(self.formatException(record.exc_info)) if record.exc_info else None,
        )
        return _encoder.encode(line).decode()


def write_logs(settings: Settings) -> None:
    """Have everything of the settings' level and above written to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter(TEXT))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    for talkative in ("httpx", "httpcore"):  # they log whole addresses of other hosts' pages
        logging.getLogger(talkative).setLevel(logging.WARNING)


def log_request(operation: str, status: int, seconds: float) -> None:
    """Log a request that was answered."""
    REQUESTS.info(
        "%s %d in %.1f ms",
        *(operation, status, seconds * 1000),
        extra={"operation": operation, "status": status, "seconds": round(seconds, 6)},
    )
