"""The pages at /docs: the OpenAPI document, and the same as one page of HTML that loads nothing from anywhere."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import msgspec
from litestar import Litestar, Request, Router, get
from litestar.datastructures import State

from api.examples import SCHEMAS, Json
from api.http.messages import Blob
from api.http.negotiation import JSON
from api.openapi import document, problem_kinds
from api.wire import PUBLIC

CACHED = "reference"
STYLE = """
:root{color-scheme:light dark;--line:#8886;--soft:#8882}
body{font:1rem/1.5 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
code,pre{font:.9em/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;overflow:auto;white-space:pre}
section{border-top:1px solid var(--line);margin-top:1.5rem}h3{margin-bottom:.25rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;
border-bottom:1px solid var(--line)}summary{cursor:pointer;padding:.4rem 0}a{color:LinkText}
"""
STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = ((b"content-security-policy", POLICY.encode()),)


def blobs_of(app: Litestar) -> tuple[Blob, Blob]:
    """The document and the page of an app, made at the first request for one of them."""
    if CACHED not in app.state:
        doc = document(app)
        html = Blob(page(doc).encode(), "text/html; charset=utf-8", HEADERS)
        app.state[CACHED] = (Blob(msgspec.json.encode(doc), JSON), html)
    found: tuple[Blob, Blob] = app.state[CACHED]
    return found


@get("/openapi.json", include_in_schema=False, opt=PUBLIC)
async def get_document(request: Request[None, None, State]) -> Blob:
    """The OpenAPI document."""
    return blobs_of(request.app)[0]


@get("/", include_in_schema=False, opt=PUBLIC)
async def get_page(request: Request[None, None, State]) -> Blob:
    """The document for people."""
    return blobs_of(request.app)[1]


router = Router("/docs", route_handlers=[get_document, get_page])


def page(doc: Json) -> str:
    """The whole document as one HTML page."""
    groups: dict[str, list[str]] = {}
    for path, methods in doc["paths"].items():
        for method, operation in methods.items():
            tag = (operation["tags"] or ["Other"])[0]
            groups.setdefault(tag, []).append(_operation(method, path, operation))
    body = "".join(f"<section><h2>{escape(tag)}</h2>{''.join(parts)}</section>" for tag, parts in groups.items())
    schemas = "".join(_schema(name, schema) for name, schema in doc["components"]["schemas"].items())
    title = escape(f"{doc['info']['title']} {doc['info']['version']}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}: reference</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
        f"{_paragraphs(doc['info']['description'])}<p>The same for machines: "
        f'<a href="/docs/openapi.json">/docs/openapi.json</a></p>{body}'
        f"<section><h2>Problems</h2>{_problems()}</section>"
        f"<section><h2>Schemas</h2>{schemas}</section></main></body></html>"
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def _operation(method: str, path: str, operation: Json) -> str:
    token = "needs an access token" if operation["security"] else "needs no token"
    name = escape(operation["operationId"])
    return (
        f'<article id="{name}"><h3>{escape(operation["summary"])}</h3>'
        f"<p><code>{method.upper()} {escape(path)}</code> · <code>{name}</code> · {token}</p>"
        f"<p>{escape(operation['description'])}</p>{_parameters(operation)}{_body(operation)}"
        f"<details><summary>Answers</summary>{_answers(operation['responses'])}</details></article>"
    )


def _parameters(operation: Json) -> str:
    rows = [
        (f"<code>{escape(p['name'])}</code>", p["in"], "yes" if p["required"] else "no", _type(p["schema"]))
        for p in operation.get("parameters", ())
    ]
    return _table(("Parameter", "In", "Required", "Type"), rows) if rows else ""


def _body(operation: Json) -> str:
    if "requestBody" not in operation:
        return ""
    content = operation["requestBody"]["content"]["application/json"]
    return f"<details><summary>Body: {_type(content['schema'])}</summary>{_example(content['example'])}</details>"


def _answers(responses: Json) -> str:
    return _table(("Status", "Meaning", "Body"), (_answer(status, answer) for status, answer in responses.items()))


def _answer(status: str, answer: Json) -> Iterator[str]:
    yield f"<code>{status}</code>"
    yield escape(answer["description"])
    yield "<br>".join(
        f"{escape(media)}: {_type(content['schema'])}{_example(content['example']) if 'example' in content else ''}"
        for media, content in answer.get("content", {}).items()
    )


def _example(value: Any) -> str:
    return f'<pre tabindex="0">{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>'


def _problems() -> str:
    rows = (
        (f"<code>{k.status}</code>", f"<code>urn:pacer:problem:{k.name}</code>", escape(k.title))
        for k in problem_kinds()
    )
    return _table(("Status", "Type", "Meaning"), rows)


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = [
        (
            f"<code>{escape(field)}</code>",
            "yes" if field in required else "no",
            _type(value),
            escape(value.get("description", "")),
        )
        for field, value in schema.get("properties", {}).items()
    ]
    table = _table(("Field", "Required", "Type", "Meaning"), rows) if rows else f"<p>{_type(schema)}</p>"
    text = escape(schema.get("description", ""))
    return f'<article id="{escape(name)}"><h3>{escape(name)}</h3><p>{text}</p>{table}</article>'


def _type(schema: Json) -> str:
    """A type in a few words, with links to the schemas it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].removeprefix(SCHEMAS))
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if isinstance(schema.get("items"), dict) else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    limits = [
        f"{key} {schema[key]}"
        for key in ("minimum", "maximum", "minLength", "maxLength", "pattern", "format")
        if key in schema
    ]
    return escape(" ".join([str(schema.get("type", "anything")), *(f"({limit})" for limit in limits)]))
