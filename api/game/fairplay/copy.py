"""What was seen of work that is looked at, by detector, as the learner is told it. Numbers, and no blame."""

from __future__ import annotations

COPY: dict[str, str] = {
    "rapid": (
        "Of your last {answers:# answer|# answers} about {rapid} came faster than the exercise can be read, and {right}"
        " of those were right: not many more than by guessing."
    ),
    "rates": (
        "Within {time} there were {answers:# answer|# answers} and {xp} XP: exercises that take about"
        " {minutes:# minute|# minutes}. That is more than a person can do in the time."
    ),
    "copying.same": (
        "of {common:# exercise|# exercises} that another account answered too, {agreed:# answer is|# answers are} the"
        " same, wrong ones included, where about {expected} would be by chance"
    ),
    "copying.quick": (
        "{quick} of {followed:# answer|# answers} that came within ten minutes of another account's were right in a"
        " third of the usual time"
    ),
    "replays": (
        "{answers:# answer is|# answers in a row are} the same as others sent before, with the same response time to"
        " the millisecond. Work that is done anew never agrees like this."
    ),
    "clocks.turned": "a device's clock was turned {turns:once|# times} by two hours or more",
    "clocks.ahead": "work was dated to {days:# more day|# more days} than had passed",
    "clocks.squeezed": "{answers:# answer claims|# answers claim} more time than there was since the answer before",
    "clocks.unclear": "The times of answers contradict each other.",
}
"""See `api.game.copy` for the rules that hold here too."""


def sentence(parts: list[str]) -> str:
    """Parts as one sentence."""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
