"""A real SMTP server on loopback that keeps every letter it takes."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

WAIT_SECONDS = 60.0


@dataclass
class Mailbox:
    """Where letters arrive. `answers` are given to recipients first, one each, before it takes any."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    n_read: int = 0

    async def next(self) -> EmailMessage:
        """The next letter, waited for."""
        async with asyncio.timeout(WAIT_SECONDS):
            while len(self.taken) <= self.n_read:
                await asyncio.sleep(0.01)
        self.n_read += 1
        return self.taken[self.n_read - 1]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse as told, then take."""
        del server, session, options
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the letter."""
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, EmailMessage, policy=SMTP_POLICY)
        self.recipients += envelope.rcpt_tos
        self.taken.append(message)
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let everybody in who shows the password "open", and remember who tried."""
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"open", handled=False)


class Tracked(SMTP):
    """A session that can be waited for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lost = asyncio.Event()
        self.begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.begun = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End, unless it only goes on encrypted."""
        super().connection_lost(error)
        self.lost.set()

    async def end(self) -> None:
        """Break it off if it is still there, and wait until its socket is closed."""
        if self.begun and not self.lost.is_set():
            if self.transport is not None:
                self.transport.abort()
            await self.lost.wait()
        await asyncio.sleep(0)


@asynccontextmanager
async def running_smtp(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, auth: bool = False
) -> AsyncIterator[Mailbox]:
    """A server on a free port: in the clear, with STARTTLS, or with TLS from the first byte."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    sessions: list[Tracked] = []

    def session() -> SMTP:
        made = Tracked(
            mailbox,
            hostname="loopback.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=mailbox.authenticate if auth else None,
            auth_required=auth and starttls is not None,
            auth_require_tls=starttls is not None,
            enable_SMTPUTF8=True,
            loop=loop,
        )
        sessions.append(made)
        return made

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
        for open_session in sessions:
            await open_session.end()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for 127.0.0.1, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(cert, private)
    return serving, ssl.create_default_context(cafile=str(cert))
