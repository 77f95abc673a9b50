"""What is looked at before a handler runs, for requests that ask for more than plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar.types import ASGIApp, HTTPScope, Receive, Send

from api.http.asked import ASKED, WANTED, Headers, Wanted
from api.http.idempotency import Idempotency, Sender
from api.http.negotiation import JSON, choose_coding, choose_format
from api.http.rules import Rules, rules_of
from api.http.versions import Version, check_client
from api.wire import Slot

IDEMPOTENCY: Slot[Idempotency] = Slot("idempotency")
ReadLearner = Callable[[bytes], str]


class Front:
    """Stands between the gate and the route.

    `minimums` are the oldest versions of clients that are served; `read_learner` gives whose an access token is, and
    raises TokenError.
    """

    def __init__(self, minimums: Mapping[str, Version], read_learner: ReadLearner) -> None:
        self._minimums = minimums
        self._read_learner = read_learner

    async def serve(self, app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Refuse what cannot be answered as it is asked for, before anything is done; else note how, and go on.

        Raises:
            ClientTooOldError, BadHeaderError, NotAcceptableError: the request is refused.
            KeyReusedError, KeyInUseError, BodyTooLargeError, StoreError, TokenError: see Idempotency.
        """
        asked: Headers = scope["state"][ASKED]
        rules = rules_of(scope["route_handler"])
        if self._minimums and b"pacer-client" in asked:
            check_client(_text(asked, b"pacer-client"), self._minimums)
        keyed = rules.keyed and b"idempotency-key" in asked
        wanted = wanted_of(asked, rules, coded=not keyed, read=scope["method"] == "GET")
        scope["state"][WANTED] = wanted
        if not keyed:
            await app(scope, receive, send)
            return
        sender = self._sender(scope, asked, wanted)

        async def run(body: Receive, response: Send) -> None:
            await app(scope, body, response)

        responses = IDEMPOTENCY.fetch(scope["litestar_app"])
        await responses.answer(_text(asked, b"idempotency-key"), sender, run, receive, send)

    def _sender(self, scope: HTTPScope, asked: Headers, wanted: Wanted) -> Sender:
        learner_id = scope.get("user") or ""
        if not learner_id and b"authorization" in asked and "optional" in scope["route_handler"].opt:
            learner_id = self._read_learner(asked[b"authorization"])
        query = scope["query_string"].decode("latin-1")
        return Sender(str(learner_id), f"{scope['method']} {scope['path']}?{query} {wanted.format}")


def wanted_of(asked: Headers, rules: Rules, *, coded: bool, read: bool) -> Wanted:
    """How the response is wanted. Raises NotAcceptableError."""
    return Wanted(
        format=choose_format(_text(asked, b"accept")) if rules.negotiated and b"accept" in asked else JSON,
        coding=choose_coding(_text(asked, b"accept-encoding")) if coded and b"accept-encoding" in asked else "",
        known=_text(asked, b"if-none-match") if read else "",
    )


def _text(asked: Headers, name: bytes) -> str:
    return asked.get(name, b"").decode("latin-1")
