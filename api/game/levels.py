"""Levels by a published curve: level n begins at 10 n (n - 1) XP: 0, 20, 60, 120, 200, 300, ..."""

from __future__ import annotations

from math import isqrt

import msgspec

STEP_XP = 10


class Level(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a learner stands: the level, XP collected in it, and XP still missing to the next."""

    level: int
    xp_in_level: int
    xp_to_next: int


def starts_at(level: int) -> int:
    """XP at which a level (1, 2, ...) begins."""
    return STEP_XP * level * (level - 1)


def level_number(xp: int) -> int:
    """The level that a total of XP reaches. A total below zero is level 1."""
    return (1 + isqrt(1 + 4 * (max(0, xp) // STEP_XP))) // 2


def level_of(xp: int) -> Level:
    """The level with the way to the next one."""
    level = level_number(xp)
    return Level(level=level, xp_in_level=max(0, xp) - starts_at(level), xp_to_next=starts_at(level + 1) - max(0, xp))
