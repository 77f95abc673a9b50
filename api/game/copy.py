"""All words that the game shows, by code. A client may show its own words for a code; these are the English ones.

`api.plurals` fills them in: a number chooses among the forms beside it.

Nothing here threatens with a loss, counts down, or makes anybody feel guilty; a test reads all of it.
"""

from __future__ import annotations

COPY: dict[str, str] = {
    "level.up": "Level {level}! What you learned added up.",
    "streak.extended": "Today counts: {days:# day|# days} of learning.",
    "streak.kept": "Nothing was due today. Your streak rests with you.",
    "streak.earnBack": (
        "Welcome back. {lessons:# lesson brings|# lessons bring} your earlier streak of {days:# day|# days} along."
    ),
    "gems.welcome": "A gift to begin with.",
    "gems.quest": "For a quest.",
    "gems.levelUp": "For a new level.",
    "gems.purchase": "Spent in the shop.",
    "gems.correction": "Corrected after a check.",
    "offer.freeze": "A freeze: one day off that your streak does not mind.",
    "offer.theme.forest": "Forest colours.",
    "offer.theme.ocean": "Ocean colours.",
    "offer.theme.night": "Night colours.",
    "offer.frame.stars": "A frame of stars for your picture.",
    "offer.frame.laurel": "A laurel frame for your picture.",
}
"""Further rooms keep their own catalogue under the same rules: `COPY` in `api.game.<room>.copy`."""
