"""HTTP/1.1 as uvicorn reads it, with bounds: how long a request may take to arrive, and how much of it is held.

uvicorn bounds neither the head of a request nor the time it takes (only the wait between two requests). A thousand
connections that send a byte a minute would be a thousand that nobody else gets.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from http import HTTPStatus
from ipaddress import AddressValueError, IPv6Address

import httptools
import msgspec
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.errors import HEAD_TOO_LARGE, INVALID, PREFIX, PROBLEM_JSON, TOO_SLOW, Kind, Problem
from api.http.headers import USUAL
from api.wire import MAX_BODY_BYTES

MAX_HEAD_BYTES = 65_536
"""What nginx and h11 take too, or nearly; ours are below 2,000."""
MAX_MESSAGE_BYTES = 4 * MAX_BODY_BYTES
"""Beyond the largest body there is, so that whoever sends too large a one can still read the answer."""
HEAD_SECONDS = 20.0
MESSAGE_SECONDS = 120.0
"""A body of 1 MB arrives in it at 8 kB/s."""
LOOK_SECONDS = 10.0
HOST = re.compile(rb"(?:\[([0-9A-Fa-f:.]+)\]|[\w.~!$&'()*+;=%-]*)(?::0*(\d{0,5}))?", re.ASCII)
"""A name or an address, and perhaps a port (RFC 3986, section 3.2); empty where what is asked for has no host. A
comma, which a name may have, is refused: it is how a list of two hosts is written (RFC 9110, section 5.3)."""
MAX_PORT = 65_535
NOWHERE: deque[tuple[bytes, bytes]] = deque(maxlen=0)
_encoder = msgspec.json.Encoder()


class BoundedProtocol(HttpToolsProtocol):
    """A connection. What cannot be read as HTTP is answered as a problem, too."""

    max_head_bytes = MAX_HEAD_BYTES
    max_message_bytes = MAX_MESSAGE_BYTES
    head_seconds = HEAD_SECONDS
    message_seconds = MESSAGE_SECONDS
    look_seconds = LOOK_SECONDS

    _since: float | None = None
    """When the request began to arrive that is not complete; on the clock of the loop."""
    _in_head = True
    _n_bytes = 0
    _hosts: list[bytes] | None = None
    """Those of the request before, if it went to one."""
    _run: RequestResponseCycle | None = None
    """What is being answered, or was last; `cycle` is what was last asked."""
    _last: bytes | None = None
    """What is said at the end, when all that was asked before is answered; None while more may be asked."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller has connected, and has to say something."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(self.look_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone, or was sent away. What is being answered learns of it, also if more was asked since."""
        self._watch.cancel()
        if self._run is not None and not self._run.response_complete:
            self._run.disconnected = True
            self._run.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The next bytes. After what was refused they are let fall, so that whoever sends them can read the answers."""
        if self._last is not None:
            return
        if self._since is None:
            self._begin()
        self._n_bytes += len(data)
        super().data_received(data)
        if self._n_bytes > self.max_head_bytes and self._since is not None:
            self._check_size()

    def on_message_begin(self) -> None:
        """A request begins; often in the same bytes in which the one before it ended."""
        super().on_message_begin()
        if self._since is None:
            self._begin()
            self._n_bytes = 1  # at least: how many of those bytes are its own the parser does not tell

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. White space around its value is no part of it (RFC 9110, section 5.5)."""
        super().on_header(name, value.strip(b" \t"))

    def on_headers_complete(self) -> None:
        """The head is complete. Headers after the body are let fall: nobody reads them, and there is no end to them."""
        self._check_head()
        self._check_host()
        super().on_headers_complete()
        self._in_head = False
        self.headers = NOWHERE  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """The request is complete. If it was answered before that, the wait for the next begins only now."""
        self._since = None
        super().on_message_complete()
        if self.cycle.response_complete and self.timeout_keep_alive_task is None:
            wait = self.timeout_keep_alive
            self.timeout_keep_alive_task = self.loop.call_later(wait, self.timeout_keep_alive_handler)

    def on_response_complete(self) -> None:
        """A request is answered; the next of the pipeline is run, or the refusal behind all of them told."""
        if self._last is not None and not self.pipeline:
            self._close(self._last)
        super().on_response_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._run = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """What the parser refuses. Its own text tells nobody anything."""
        del msg
        self._refuse(INVALID, "This is not a request of HTTP/1.1 that is understood here.")

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever offers another protocol is answered in this one (RFC 9110, section 7.8)."""

    def _begin(self) -> None:
        self._since, self._in_head, self._n_bytes = self.loop.time(), True, 0

    def _check_head(self) -> None:
        """Refuse a head that is complete and too large, also if all of it came at once. Counts no white space."""
        n_bytes = len(self.url) + sum(len(name) + len(value) + len(b":\r\n") for name, value in self.headers)
        if n_bytes > self.max_head_bytes:
            self._refuse_head()
            raise httptools.HttpParserError("head")  # nothing more of it is read

    def _check_host(self) -> None:
        """Refuse a request to two hosts, or to none (RFC 9112, section 3.2): a proxy may have meant the other."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if hosts == self._hosts:
            return
        if len(hosts) == 1 and is_host(hosts[0]):
            self._hosts = hosts
        elif hosts or self.parser.get_http_version() != "1.0":
            self._refuse(INVALID, "A request names the host it goes to once, in the header Host.")
            raise httptools.HttpParserError("Host")  # nothing more of it is read

    def _check_size(self) -> None:
        if self._in_head:
            self._refuse_head()
        elif self._n_bytes > self.max_message_bytes:
            self._end(b"")

    def _look(self) -> None:
        """Send away whoever takes too long, but not for what is not read while another request is under way."""
        if self.pipeline and self._since is not None and self._last is None:
            self._since = self.loop.time()
        waited = 0.0 if self._since is None else self.loop.time() - self._since
        if waited <= (self.head_seconds if self._in_head else self.message_seconds):
            self._watch = self.loop.call_later(self.look_seconds, self._look)
        elif self._last is None:
            self._watch = self.loop.call_later(self.look_seconds, self._look)
            self._refuse(TOO_SLOW, "A whole request has to arrive in time.")
        else:
            self.transport.close()

    def _refuse_head(self) -> None:
        self._refuse(HEAD_TOO_LARGE, f"The first line and the headers may have at most {self.max_head_bytes} bytes.")

    def _refuse(self, kind: Kind, detail: str) -> None:
        """Answer and close; only close if nothing was asked."""
        self._end(_problem(kind, detail) if self._n_bytes else b"")

    def _end(self, last: bytes) -> None:
        """Take nothing more, and close with these bytes, behind the answers to all that was asked before.

        Only close if the refused request itself was begun to be answered. The others have the time of a message.
        """
        if self._last is not None or self.transport.is_closing():
            return
        cycle = self.cycle
        begun = self._since is not None and not self._in_head  # then the cycle is that of the refused request
        if begun and not self.pipeline:
            self._close(b"" if cycle.response_started else last)
        elif self.pipeline or not (cycle is None or cycle.response_complete):
            if begun:
                self.pipeline.popleft()
            self._last, self._since, self._in_head = last, self.loop.time(), False
        else:
            self._close(last)

    def _close(self, last: bytes) -> None:
        if last and not self.transport.is_closing():
            self.transport.write(last)
        self.transport.close()


def is_host(value: bytes) -> bool:
    """Whether a header Host names one host, or none by being empty."""
    found = HOST.fullmatch(value)
    if found is None:
        return False
    address, port = found.groups()
    if address is not None:
        try:
            IPv6Address(address.decode())
        except AddressValueError:
            return False
    return int(port or b"0") <= MAX_PORT


def _problem(kind: Kind, detail: str) -> bytes:
    """A whole response, to whom no route can give one."""
    problem = Problem(
        type=PREFIX + kind.name, title=kind.title, status=kind.status, detail=detail, trace_id=secrets.token_hex(16)
    )
    body = _encoder.encode(problem)
    headers = [
        (b"content-type", PROBLEM_JSON.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *USUAL,
    ]
    lines = [b"HTTP/1.1 %d %s" % (kind.status, HTTPStatus(kind.status).phrase.encode())]
    return b"\r\n".join([*lines, *(b"%s: %s" % header for header in headers), b"", body])
