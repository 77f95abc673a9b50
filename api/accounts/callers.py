"""Who sends a request, as its access token says."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import State

from api.accounts.service import AccountService
from api.accounts.tokens import Access
from api.wire import Slot

ACCOUNTS: Slot[AccountService] = Slot("accounts")


def bearer_of(request: Request[Any, Any, State]) -> str | None:
    """The access token that a request carries, unread, or None."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def access_of(request: Request[Any, Any, State]) -> Access:
    """What the access token of a request says. Raises TokenError."""
    return ACCOUNTS.of(request).access(bearer_of(request) or "")
