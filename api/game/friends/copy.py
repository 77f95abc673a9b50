"""Words of shared quests, by code."""

from __future__ import annotations

COPY: dict[str, str] = {
    "shared.lessons": "Finish {target:# lesson|# lessons} together this week, each of you some.",
    "shared.items": "Answer {target:# exercise|# exercises} together this week, each of you some.",
    "shared.reviews": "Refresh {target:# thing|# things} together this week, each of you some.",
}
