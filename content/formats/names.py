"""Ids for what comes without one that Pacer could use: lower-case words joined by hyphens, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_OTHER = re.compile(r"[^a-z0-9]+")
MAX_ID = 60


def slug(text: str, fallback: str = "") -> str:
    """Lower-case words of the text joined by hyphens; `fallback` if none are left."""
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    name = _OTHER.sub("-", plain).strip("-")
    if len(name) > MAX_ID:
        name = name[:MAX_ID].rpartition("-")[0] or name[:MAX_ID]
    return name or fallback


def unique(name: str, taken: Iterable[str]) -> str:
    """The name, with a number if it is taken."""
    used = taken if isinstance(taken, set | dict | frozenset) else set(taken)
    if name not in used:
        return name
    number = 2
    while f"{name}-{number}" in used:
        number += 1
    return f"{name}-{number}"


def letters(n: int) -> list[str]:
    """n ids for options: a, b, ... z, then a1 and so on."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return [alphabet[k % 26] + (str(k // 26) if k >= 26 else "") for k in range(n)]


def own_or_letters(ids: Sequence[str]) -> list[str]:
    """The ids as they are if each is given and once, else letters."""
    return list(ids) if all(ids) and len(set(ids)) == len(ids) else letters(len(ids))
