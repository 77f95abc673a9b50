"""Every text that a learner is sent, by code. None says what would be lost, blames, counts down, or plays on others.

A push carries a title and a body without figures or names: it stands on locked screens, and passes other companies'
servers. Only letters have places for figures.
"""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "reminder.ready.title": "Your next lesson is ready",
    "reminder.ready.body": "A few minutes are enough. Begin when it suits you.",
    "reminder.small.title": "Five minutes for what you are learning?",
    "reminder.small.body": "A short round of exercises is waiting whenever you like.",
    "reminder.curious.title": "Something new to try",
    "reminder.curious.body": "The next exercises build on what you did last time.",
    "reviewDue.recall.title": "Good moment for a review",
    "reviewDue.recall.body": "Looking again now is what makes it stay.",
    "reviewDue.short.title": "A short review is ready",
    "reviewDue.short.body": "A few exercises refresh what you have learnt.",
    "leagueClosing.plain.title": "Your league this week",
    "leagueClosing.plain.body": "Have a look at how your week went.",
    "friendQuest.plain.title": "News of your shared quest",
    "friendQuest.plain.body": "See what you have done together.",
    "weeklySummary.plain.title": "Your week of learning",
    "weeklySummary.plain.body": "Your summary of the week is ready.",
    "weeklySummary.plain.letter": (
        "Last week you finished {lessons:# lesson|# lessons} and answered {answers:# exercise|# exercises}."
    ),
    "letter.open": "Open Pacer: {link}",
    "letter.why": "You receive this because you switched it on in Pacer.",
    "letter.stop": "To receive no more of these: {link}",
    "unsubscribe.ask.title": "Receive no more of these?",
    "unsubscribe.ask.body": "One press, and this kind of letter is switched off.",
    "unsubscribe.ask.button": "Switch it off",
    "unsubscribe.done.title": "It is switched off",
    "unsubscribe.done.body": "You can switch it on again in the app at any time.",
}

VARIANTS: dict[str, tuple[str, ...]] = {
    "reminder": ("ready", "small", "curious"),
    "reviewDue": ("recall", "short"),
    "leagueClosing": ("plain",),
    "friendQuest": ("plain",),
    "weeklySummary": ("plain",),
}
"""The variants of each kind; the first is the one of the fixed rule."""


def title_of(code: str) -> str:
    """The title of a message's code, such as ``reminder.ready``. Raises KeyError."""
    return TEXTS[f"{code}.title"]


def body_of(code: str) -> str:
    """The body of a message's code. Raises KeyError."""
    return TEXTS[f"{code}.body"]
