"""E-mail addresses: one form for all spellings of an address, which is also the one that mail is sent to.

Mail goes to the normalised form and never to what was typed, so that a look-alike that normalises to a known address
(full-width letters, a Kelvin sign) cannot have that address's mail sent elsewhere.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""

LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def normalised(text: str) -> str:
    """NFKC, lower case, the domain in its ASCII form (IDNA).

    Raises:
        ValueError: it is not an address; the text names what is allowed.
    """
    local, _, domain = (
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).strip().rpartition("@")
    )
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if dotted or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(host) or len(local) + len(host) >= MAX_LENGTH:
        raise ValueError("not an e-mail address; one looks like ana@example.org")
    return f"{local}@{host}"
