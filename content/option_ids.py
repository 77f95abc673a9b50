"""The ids under which options and gaps travel to a learner: opaque, so that an author's id cannot give the key away.

Authors write ids such as ``a, b, c`` in the right order, or name a gap after its word. `content.presentation` sends
`public_id` instead. Grading understands both; what learners send goes through `content.grading.presented` first, which
takes the public ones only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=65_536)
def public_id(item_id: str, option_id: str, side: str = "") -> str:
    """Eight hexadecimal digits that stand for an option of an item; `side` tells "left" from "right" of a matching."""
    return blake2b(f"{item_id}\x00{side}\x00{option_id}".encode(), digest_size=4).hexdigest()


def public_ids(item_id: str, option_ids: Iterable[str], side: str = "") -> list[str]:
    """What may be named, to tell whoever named something else; in an order that says nothing of the author's."""
    return sorted(public_id(item_id, option_id, side) for option_id in option_ids)


def own_ids(item_id: str, option_ids: Iterable[str], side: str = "") -> Mapping[str, str]:
    """From every id a learner may send, the author's own or the public one, to the author's own."""
    own = {option_id: option_id for option_id in option_ids}
    for option_id in list(own):
        own.setdefault(public_id(item_id, option_id, side), option_id)
    return own
