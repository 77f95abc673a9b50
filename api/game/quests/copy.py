"""Words of quests, by code; `{target}` and `{title}` are filled in."""

from __future__ import annotations

COPY: dict[str, str] = {
    "quest.reviewDue": "Refresh {target:# thing that is|# things that are} worth another look.",
    "quest.strengthenSkill": "Get {target:# answer|# answers} right in {title}.",
    "quest.startSkill": "Try something new: {target:# exercise|# exercises} of {title}.",
    "quest.hardAlone": "Solve {target:# hard one|# hard ones} without a hint.",
    "quest.perfectLesson": "Finish a lesson with every answer right.",
    "quest.finishLesson": "Finish {target:# lesson|# lessons}.",
    "quest.answerRight": "Get {target:# answer|# answers} right.",
    "quest.visitSkills": "Practise {target:# thing|# different things}.",
    "quest.comeBack": "Good to see you. Finish one lesson, as short as you like.",
    "quest.learnOnDays": "Learn on {target:# day|# days} of this week, whichever you like.",
}
