"""Recovery codes: what a guest writes down against the loss of the phone.

25 letters and digits of Crockford's base 32, which has no I, L, O or U: 125 random bits, so that a fast hash is enough
to store it under. It is read as people write it: in any case, with any spaces and dashes, O for 0, I and L for 1.

Source: D. Crockford, Base 32 (2002).
"""

from __future__ import annotations

import secrets

from api.accounts.tokens import digest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_LENGTH = 5, 5
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """A fresh code, in groups."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def code_digest(code: str) -> str:
    """What is stored in place of a code; the same for all spellings of it."""
    return digest("recovery " + code.upper().translate(ALIKE))
