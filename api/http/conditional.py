"""Conditional requests: strong entity tags, If-None-Match and If-Match as in RFC 9110, sections 8.8.3 and 13.1.

A tag is made from what is sent as JSON. Other representations of the same have the tag with a suffix that names format
and coding, as strong tags must differ where bytes do. If-None-Match is compared with the tag of the representation that
would be sent; If-Match is about the resource, whatever it was read as, and so leaves suffixes out.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from api.http.errors import PreconditionError

TAG_BYTES = 16
SEPARATOR = "."


def core_of(body: bytes) -> str:
    """What is the same in the tags of all representations, from the JSON body."""
    return urlsafe_b64encode(hashlib.sha256(body).digest()[:TAG_BYTES]).decode().rstrip("=")


def entity_tag(core: str, *forms: str) -> str:
    """The tag of a representation; `forms` are the names of what is not plain JSON, "" for what is."""
    return '"' + SEPARATOR.join((core, *(form for form in forms if form))) + '"'


def listed(header: str) -> list[str]:
    """The entity tags of a header, and "*" as itself."""
    return [tag.strip() for tag in header.split(",")]


def is_known(header: str, tag: str) -> bool:
    """Whether If-None-Match names the tag, compared weakly as RFC 9110 has it."""
    return any(known in ("*", tag) for known in (name.removeprefix("W/") for name in listed(header)))


def check_match(header: str | None, body: bytes) -> None:
    """Let a change pass if If-Match is absent, "*", or names the state that this JSON body shows.

    Raises:
        PreconditionError: it names only other states; weak tags match nothing.
    """
    if header is None:
        return
    core = core_of(body)
    for tag in listed(header):
        if tag == "*" or (tag[:1] == '"' and tag.strip('"').partition(SEPARATOR)[0] == core):
            return
    raise PreconditionError("it was changed since it was read; read it again, and repeat the change with the new ETag")
