"""The two pages behind the link of a letter: one asks, one says that it is done. Plain, without scripts or styles."""

from __future__ import annotations

from html import escape

from litestar import Response

from api.notifications.copy import TEXTS

HTML = "text/html"
PROTECTION = {
    "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}


def asking_page(link: str) -> Response[bytes]:
    """One button, which sends what one click would."""
    form = (
        f'<form method="post" action="{escape(link, quote=True)}">'
        '<input type="hidden" name="List-Unsubscribe" value="One-Click">'
        f"<button>{escape(TEXTS['unsubscribe.ask.button'])}</button></form>"
    )
    return _page("unsubscribe.ask", form)


def done_page() -> Response[bytes]:
    """It is done."""
    return _page("unsubscribe.done", "")


def _page(code: str, more: str) -> Response[bytes]:
    title, body = escape(TEXTS[f"{code}.title"]), escape(TEXTS[f"{code}.body"])
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1><p>{body}</p>{more}</main></body></html>"
    )
    return Response(text.encode(), media_type=HTML, headers=PROTECTION)
