"""The texts by which a document can be looked up, or known to be somebody's."""

from __future__ import annotations

import re
from typing import Any

import msgspec

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_TOP_LEVEL: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict[str, msgspec.Raw])


def top_level_texts(body: bytes) -> dict[str, str]:
    """The texts at the top level of a JSON body, by names that can be declared; none if it is JSON but no object.

    Raises:
        msgspec.MsgspecError: it is no JSON.
    """
    try:
        found = _TOP_LEVEL.decode(body)
        texts = ((name, raw) for name, raw in found.items() if bytes(raw).startswith(b'"') and NAME.fullmatch(name))
        return {name: msgspec.json.decode(raw, type=str) for name, raw in texts}
    except msgspec.ValidationError:
        return {}
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error
