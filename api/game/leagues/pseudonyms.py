"""Names for those who show none: two friendly words and a number, from a member's handle of the week."""

from __future__ import annotations

import hashlib

FIRST = (
    *("Amber", "Bright", "Calm", "Cheerful", "Clear", "Copper", "Curious", "Early"),
    *("Gentle", "Golden", "Green", "Hidden", "Honest", "Jolly", "Keen", "Lively"),
    *("Lucky", "Merry", "Mild", "Nimble", "Patient", "Polite", "Quick", "Quiet"),
    *("Rapid", "Silver", "Steady", "Sunny", "Swift", "Violet", "Warm", "Wise"),
)
SECOND = (
    *("Acorn", "Badger", "Beacon", "Birch", "Brook", "Cedar", "Clover", "Comet"),
    *("Crane", "Dolphin", "Ember", "Falcon", "Fern", "Finch", "Harbour", "Heron"),
    *("Island", "Lantern", "Maple", "Meadow", "Otter", "Pebble", "Pine", "Planet"),
    *("Puffin", "River", "Robin", "Sparrow", "Thistle", "Tiger", "Walnut", "Willow"),
)
NUMBERS = 90


def pseudonym(handle: str) -> str:
    """A name that says nothing of the learner; the same for the same handle."""
    found = int.from_bytes(hashlib.sha256(handle.encode()).digest()[:8])
    first, found = FIRST[found % len(FIRST)], found // len(FIRST)
    second, found = SECOND[found % len(SECOND)], found // len(SECOND)
    return f"{first} {second} {10 + found % NUMBERS}"
