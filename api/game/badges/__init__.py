"""Badges: rules over counters of what was done, with tiers and rarity; all of them can be seen from the start."""
