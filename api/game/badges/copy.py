"""Words of badges: a name and what they are for, by code. `{threshold}` is what the tier asks for."""

from __future__ import annotations

COPY: dict[str, str] = {
    "badge.firstStep": "First step: answer your first exercise.",
    "badge.practised": "Practised: answer {threshold:# exercise|# exercises}.",
    "badge.onTarget": "On target: get {threshold:# answer|# answers} right.",
    "badge.inARow": "In a row: {threshold:# right answer|# right answers one after another}.",
    "badge.nextTry": "Next try: get it right straight after a mistake, {threshold:once|# times}.",
    "badge.keeper": "Keeper: review {threshold:# thing that was|# things that were} due.",
    "badge.wellKept": "Well kept: {threshold:# review|# reviews} still right.",
    "badge.gardener": "Gardener: {threshold:# review|# reviews} in a day.",
    "badge.explorer": "Explorer: begin {threshold:# skill|# skills}.",
    "badge.manyPaths": "Many paths: {threshold:# skill|# skills} in a day.",
    "badge.climber": "Climber: try {threshold:# exercise that is|# exercises that are} hard for you.",
    "badge.summit": "Summit: get {threshold:# hard one|# hard ones} right.",
    "badge.ownFeet": "On your own feet: {threshold:# hard one|# hard ones} without a hint.",
    "badge.unaided": "Unaided: {threshold:# answer|# answers} right without a hint.",
    "badge.goodQuestion": "Good question: {threshold:# answer|# answers} right after asking for a hint.",
    "badge.thoughtful": (
        "Thoughtful: take your time for {threshold:# hard one and get it|# hard ones and get them} right."
    ),
    "badge.firstLesson": "First lesson: finish one.",
    "badge.lessons": "Lessons: finish {threshold:# lesson|# lessons}.",
    "badge.flawless": "Flawless: finish {threshold:# lesson|# lessons} with every answer right.",
    "badge.oneMore": "Good rhythm: {threshold:# lesson|# lessons} in a day.",
    "badge.learningDays": "Learning days: learn on {threshold:# day|# days, in a row or not}.",
    "badge.learningWeeks": "Learning weeks: learn in {threshold:# week|# different weeks}.",
    "badge.streak": "Streak: {threshold:# day|# days}.",
    "badge.welcomeBack": "Welcome back: return after a week or more, {threshold:once|# times}.",
    "badge.level": "Level {threshold}.",
    "badge.firstQuest": "First quest: complete one.",
    "badge.quests": "Quests: complete {threshold:# quest|# quests}.",
    "badge.fullDay": "Full day: complete all quests of a day, {threshold:once|# times}.",
    "badge.longRoad": "Long road: complete {threshold:# quest|# quests} of a week.",
    "badge.stronger": "Stronger: {threshold:# quest|# quests} about a skill that was weak.",
    "badge.newGround": "New ground: {threshold:# quest|# quests} about a new skill.",
    "badge.memoryWork": "Memory work: {threshold:# quest|# quests} about reviews.",
    "badge.ownGoal": "Own goal: reach the goal you set on {threshold:# day|# days}.",
    "badge.together": "Together: complete {threshold:# quest|# quests} with a friend.",
}
