"""A decision seen again as it was made: the learner of that moment, from the journal, and the reasons that held.

Reasons are tried out when somebody asks for them, not while a learner waits for the next exercise. What the tutor knew
stands in the journal; that the very same choice is seen again shows in its probability.
"""

from __future__ import annotations

import msgspec

from api.learners.entries import Happening, happenings_of
from api.learners.facts import ExerciseChosen, Reason
from api.learners.fold import fold
from api.learners.learner import Learner, LearnerState, decode_state
from api.learners.states import Courses, States, fold_version
from api.sessions.choosing import Chooser
from api.store.ports import Commit, Journal

UNTRIED = Reason(
    code="untried",
    text="What chose this is no longer here to be asked, so its reasons cannot be tried out.",
    value=0.0,
)


async def reasons_of(states: States, chooser: Chooser, learner_id: str, chosen: ExerciseChosen) -> tuple[Reason, ...]:
    """Why an exercise was chosen: as it was logged, or as it is found now.

    Takes time in proportion to what the learner did between the snapshot before and the decision.
    """
    if chosen.reasons:
        return chosen.reasons
    commit = await states.journal.find_event(learner_id, chosen.decision_id)
    decided = (
        None if commit is None else next((one for one in happenings_of([commit]) if one.id == chosen.decision_id), None)
    )
    if commit is None or decided is None:
        return (UNTRIED,)
    learner = await _learner_before(states.journal, states.courses, commit, decided)
    return chooser.reasons(learner, chosen, decided) or (UNTRIED,)


async def _learner_before(journal: Journal, courses: Courses, commit: Commit, decided: Happening) -> Learner:
    """The learner when the exercise was chosen: after all that is earlier, and after the other facts of the event.

    The learner's versions of tracks must be at hand, as they are once the live state was looked at.
    """
    learner_id, version = commit.learner_id, fold_version(courses.belief_version)
    before = decided.effective_at
    while True:
        snapshot = await journal.latest_snapshot(learner_id, version, before)
        after = 0 if snapshot is None else snapshot.seq
        tail = []
        if after < commit.seq:
            commits = await journal.read(learner_id, after, commit.seq - after)
            tail = [one for one in happenings_of(commits) if one.key <= decided.key]
        if snapshot is None or (tail and tail[0].effective_at > snapshot.at):
            break
        before = snapshot.at
    learner = Learner(decode_state(snapshot.body) if snapshot else LearnerState(learner_id=learner_id), after)
    facts = tuple(fact for fact in decided.facts if not isinstance(fact, ExerciseChosen))
    tail = [msgspec.structs.replace(one, facts=facts) if one.id == decided.id else one for one in tail]
    fold(learner, tail, courses)
    return learner
