"""Words of quests, by code; `{target}` and `{title}` are filled in."""

from __future__ import annotations

COPY: dict[str, str] = {
    "quest.reviewDue": "Refresh {target} things that are worth another look.",
    "quest.strengthenSkill": "Get {target} right in {title}.",
    "quest.startSkill": "Try something new: {target} exercises of {title}.",
    "quest.hardAlone": "Solve {target} hard ones without a hint.",
    "quest.perfectLesson": "Finish a lesson with every answer right.",
    "quest.finishLesson": "Finish lessons: {target}.",
    "quest.answerRight": "Get {target} answers right.",
    "quest.visitSkills": "Practise {target} different things.",
    "quest.comeBack": "Good to see you. Finish one lesson, as short as you like.",
    "quest.learnOnDays": "Learn on {target} days of this week, whichever suit you.",
}
