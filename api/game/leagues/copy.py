"""All words of the leagues, by code. A client may show its own words for a code; these are the English ones."""

from __future__ import annotations

from api.game.leagues.rules import TIERS

COPY: dict[str, str] = {
    **{f"league.tier.{code}": f"{code.capitalize()} league" for code in TIERS},
    "league.closing": "Last week is over. Practice from offline hours still counts for it until it closes.",
    "league.ranked": "You are in the {tier} league this week, with learners who go at about your pace.",
    "league.waiting": "Your points count already. Your group is made as soon as last week has closed.",
    "league.notYet": "Earn your first XP of the week to join a group.",
    "league.promoted": "You move up to the {tier} league.",
    "league.stays": "You stay in the {tier} league.",
    "league.demoted": "This week you are in the {tier} league.",
    "league.past": "You and your own past weeks: nobody else is in this league.",
    "league.off": "Leagues are off. Your XP counts as ever.",
    "league.underReview": "Some of your work is being checked. You see your place; others see it once that is done.",
}
"""See `api.game.copy` for the rules that hold here too."""
