"""Words of goals, of coming back, and of enough for today, by code."""

from __future__ import annotations

COPY: dict[str, str] = {
    "goal.met": "Your goal for today is reached.",
    "goal.minutes": "{target:# minute|# minutes} a day.",
    "goal.items": "{target:# exercise|# exercises} a day.",
    "goal.xp": "{target} XP a day.",
    "load.fits": "This fits: about {minutesPerDay:# minute|# minutes} a day until {date}.",
    "load.doesNotFit": (
        "This does not fit by {date}. It would with {minutesPerDay:# minute|# minutes} a day, or a later date, or"
        " fewer skills; until then you are expected to reach {expected} % (between {low} % and {high} %)."
    ),
    "load.tooSoon": (
        "This does not fit by {date}. It would with a later date, or fewer skills; until then you are expected to reach"
        " {expected} % (between {low} % and {high} %)."
    ),
    "return.begin": (
        "Welcome back. There is no pile waiting: at most {cap:# review|# reviews} a day, the rest is up to you."
    ),
    "return.forecast": "At that pace everything is fresh again in about {soonest} to {latest:# day|# days}.",
    "return.exact": "At that pace everything is fresh again in about {soonest:# day|# days}.",
    "return.atLeast": "At that pace everything is fresh again in about {soonest:# day|# days} at the soonest.",
    "return.long": "At that pace it takes more than two months until everything is fresh again, and that is fine.",
    "rest.goodLesson": "That was a good lesson. This is a good moment to stop.",
    "rest.goalMet": "Your goal for today is reached, and it went well. This is a good moment to stop.",
    "rest.budget": "That is the time you wanted to spend today. Well done; go on only if you like.",
    "rest.longDay": "You have learned for a good while today. Rest helps memory.",
}
