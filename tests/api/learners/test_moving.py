"""Enrolments that move between versions of a track, in whatever order what happened arrives."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from api.learners.entries import Happening, commit_of
from api.learners.events import ExerciseAnswered, SessionOpened, TrackEnrolled
from api.learners.facts import AnswerGraded, EnrolmentMoved, EnrolmentStarted, ExerciseChosen, Fact
from api.learners.fold import fold, pupil_of
from api.learners.learner import Learner, LearnerState
from api.learners.rebuild import rebuild
from api.learners.states import fold_version, load, snapshot_of
from api.tracks.goals import Feasibility
from api.tracks.registry import Registry, compile_track
from content.answers import NumericAnswer
from content.graph import Skill
from content.items import Numeric
from content.skill_map import inverse, named_part, whole_map
from content.tracks import Band, Track, Unit
from rl.belief import COUNT
from rl.runtime import Tutor
from tests.api.learners.test_fold import LEARNER

MARCH = 1_772_323_200_000
HOUR = 3_600_000
UNSAID = Feasibility(feasible=None, minutes_needed=1, minutes_available=None, minutes_per_day_needed=None, advice="")


def track(skills: str, items: str, bands: tuple[str, ...] = ("easy", "hard")) -> Track:
    """A track of skills of one letter, and items of one letter that are all of the first skill."""
    return Track(
        id="t",
        title="T",
        description="T.",
        locale="en",
        licence="CC0-1.0",
        source="Made for a test.",
        bands=tuple(Band(id=band, title=band, difficulty=float(place)) for place, band in enumerate(bands)),
        units=(Unit(id="all", title="All", skills=tuple(skills)),),
        skills=tuple(Skill(id=skill, title=skill) for skill in skills),
        items=tuple(
            Numeric(id=name, skills=(skills[0],), band=bands[0], prompt="?", key=1.0, hints=("!",), explanation=".")
            for name in items
        ),
    )


TRACKS = [compile_track(one) for one in (track("abcd", "xyz"), track("abce", "xyw"), track("eab", "xw", ("only",)))]
FIRST, SECOND, THIRD = (one.version for one in TRACKS)


@pytest.fixture
async def registry(store: Any) -> Registry:
    found = Registry(store.documents, Tutor.rule())
    await found.publish(TRACKS)
    return found


class Diary:
    """What happened to a learner, each thing an hour after the one before."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []

    def add(self, event: type[Any], *facts: Fact, **fields: Any) -> None:
        number = len(self.happenings)
        at = MARCH + number * HOUR
        made = event(client_time=at, zone="UTC", device_id="phone", sequence=number, **fields)
        self.happenings.append(Happening(id=f"{number:04}", effective_at=at, accepted_at=at, event=made, facts=facts))

    def enrol(self, name: str = "e", version: str = FIRST, skills: tuple[str, ...] = ()) -> None:
        started = EnrolmentStarted(
            enrolment_id=name, track_id="t", track_version=version, feasibility=UNSAID, skills=skills
        )
        self.add(TrackEnrolled, started, track_id="t")

    def move(self, before: str, after: str, name: str = "e", **skills: tuple[str, ...]) -> None:
        moved = EnrolmentMoved(enrolment_id=name, from_version=before, to_version=after, skills=skills)
        self.add(SessionOpened, moved, enrolment_id=name, length=5)

    def answer(self, skill: str, version: str = "", name: str = "e", item: str = "x", score: float = 1.0) -> None:
        common = {
            "decision_id": "d",
            "session_id": "s",
            "enrolment_id": name,
            "item_id": item,
            "track_version": version,
        }
        chosen = ExerciseChosen(
            **common,
            item_version="",
            skill=skill,
            band="easy",
            seed=0,
            chosen_by="rule",
            probability=1.0,
            candidate_probability=1.0,
            policy_version="",
        )
        graded = AnswerGraded(
            **common,
            skills=(skill,),
            band="only" if version == THIRD else "easy",
            score=score,
            correct=score > 0.5,
            feedback="",
            expected="",
            seconds=10.0,
            usual_seconds=20.0,
            day_starts_at=4,
        )
        said = NumericAnswer(text="1")
        self.add(ExerciseAnswered, chosen, graded, session_id="s", decision_id="d", answer=said, seconds_taken=10.0)

    def folded(self, registry: Registry) -> Learner:
        learner = Learner(LearnerState(learner_id=LEARNER))
        fold(learner, self.happenings, registry)
        return learner


def practised(learner: Learner, version: str, registry: Registry) -> dict[str, float]:
    """Counts of answers in the belief, by skill."""
    pupil = pupil_of(learner, version, registry)
    counts = pupil.belief.skills[COUNT, 0].tolist()
    return {skill: count for skill, count in zip(pupil.course.skill_ids, counts, strict=True) if count}


def test_belief_counts_and_goal_follow_the_map(registry: Registry) -> None:
    diary = Diary()
    diary.enrol(skills=("a", "d"))
    for skill, item in ("ax", "ay", "bx", "cz", "dz", "dz", "dz", "dz"):
        diary.answer(skill, item=item)
    diary.move(FIRST, SECOND, a=("b",), c=(), d=("a", "e"))
    learner = diary.folded(registry)
    enrolment, studies = learner.state.enrolments["e"], learner.state.studies[SECOND]
    assert (enrolment.track_version, enrolment.skills) == (SECOND, ("b", "a", "e"))
    assert enrolment.skills_in(FIRST) == ("a", "d")
    assert practised(learner, SECOND, registry) == {"b": 3.0, "a": 2.0, "e": 2.0}
    assert studies.practised == {"b": 3, "a": 2, "e": 2}
    assert {name: shown.times for name, shown in studies.seen.items()} == {"x": 2, "y": 1}


def test_without_a_map_ids_stay_what_is_gone_is_retired_and_a_goal_of_which_nothing_is_left_is_all(
    registry: Registry,
) -> None:
    diary = Diary()
    diary.enrol(skills=("d",))
    diary.answer("a")
    diary.answer("d")
    diary.move(FIRST, SECOND)
    learner = diary.folded(registry)
    assert practised(learner, SECOND, registry) == {"a": 1.0}
    assert learner.state.enrolments["e"].skills == ()


def test_a_lesson_that_is_open_on_the_old_version_counts_in_all_that_follow(registry: Registry) -> None:
    diary = Diary()
    diary.enrol()
    diary.answer("a")
    diary.move(FIRST, SECOND, a=("b",))
    diary.move(SECOND, THIRD, b=("e",))
    diary.answer("a", item="x")
    diary.answer("d", item="z")
    learner = diary.folded(registry)
    assert practised(learner, FIRST, registry) == {"a": 2.0, "d": 1.0}
    assert practised(learner, SECOND, registry) == {"b": 2.0}
    assert practised(learner, THIRD, registry) == {"e": 2.0}
    assert learner.state.studies[THIRD].seen["x"].times == 2
    assert learner.state.studies[THIRD].practised == {"e": 2}


def test_a_second_enrolment_that_follows_carries_nothing_twice(registry: Registry) -> None:
    diary = Diary()
    diary.enrol()
    diary.enrol("f")
    diary.answer("a")
    diary.answer("a", name="f")
    diary.move(FIRST, SECOND)
    diary.answer("a", SECOND)
    diary.move(FIRST, SECOND, "f")
    learner = diary.folded(registry)
    assert practised(learner, SECOND, registry) == {"a": 3.0}
    assert learner.state.enrolments["f"].track_version == SECOND


def test_an_enrolment_that_comes_to_where_another_began_joins_it(registry: Registry) -> None:
    diary = Diary()
    diary.enrol()
    diary.answer("a")
    diary.enrol("f", SECOND)
    diary.answer("a", name="f")
    diary.answer("e", name="f", item="w")
    diary.move(FIRST, SECOND)
    learner = diary.folded(registry)
    assert practised(learner, SECOND, registry) == {"a": 2.0, "e": 1.0}
    assert learner.state.studies[SECOND].practised == {"a": 2, "e": 1}
    assert learner.state.studies[SECOND].seen["x"].times == 2


def test_rolled_back_the_goal_and_what_has_no_way_back_are_as_before(registry: Registry) -> None:
    diary = Diary()
    diary.enrol(skills=("d", "b"))
    for skill in "abd":
        diary.answer(skill)
    diary.move(FIRST, SECOND, b=("a",), d=())
    diary.answer("a", SECOND)
    diary.answer("c", SECOND)
    diary.move(SECOND, FIRST, a=("a", "b"), b=())
    learner = diary.folded(registry)
    assert practised(learner, FIRST, registry) == {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    assert learner.state.enrolments["e"].skills == ("d", "b")
    assert learner.state.studies[FIRST].passed_on is None


def life(random: Random) -> Diary:
    """Two enrolments, answers in all versions they were in, and moves by random maps and back."""
    diary = Diary()
    diary.enrol(skills=tuple(random.sample("abcd", random.randint(0, 3))))
    diary.enrol("f")
    skills = {FIRST: "abcd", SECOND: "abce", THIRD: "eab"}
    maps: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for old, new in ((FIRST, SECOND), (SECOND, THIRD), (FIRST, THIRD)):
        named = {
            skill: tuple(random.sample(skills[new], random.randint(0, 2))) for skill in random.sample(skills[old], 2)
        }
        whole = whole_map(skills[old], skills[new], named)
        maps[old, new] = named_part(whole, skills[new])
        maps[new, old] = named_part(inverse(whole, skills[new]), skills[old])
    been = {"e": [FIRST], "f": [FIRST]}
    for _ in range(random.randint(5, 25)):
        name = random.choice("ef")
        version = random.choice(been[name])
        if random.random() < 0.25:
            after = random.choice([one for one in skills if one != been[name][-1]])
            diary.move(been[name][-1], after, name, **maps[been[name][-1], after])
            been[name].append(after)
        else:
            mark = "" if version == FIRST else version
            diary.answer(random.choice(skills[version]), mark, name, random.choice("xyzw"), random.random())
    return diary


def late(happenings: list[Happening], random: Random) -> list[Happening]:
    """In the order of arrival, if answers may be queued on devices for long."""
    queued = [
        number + isinstance(one.event, ExerciseAnswered) * random.random() * 15 for number, one in enumerate(happenings)
    ]
    return [happenings[number] for number in sorted(range(len(happenings)), key=queued.__getitem__)]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_order_moves_and_answers_arrive_in_the_state_is_the_same(
    store: Any, registry: Registry, seed: int
) -> None:
    random = Random(seed)
    diary = life(random)
    reference = diary.folded(registry)
    order = late(diary.happenings, random)
    seq = 0
    while order:
        size = random.randint(2, 6)
        batch, order = order[:size], order[size:]
        seq += 1
        await store.journal.append(commit_of(LEARNER, seq, batch))
        if random.random() < 0.4 and any(isinstance(f, EnrolmentMoved) for h in batch for f in h.facts):
            halfway = await load(store.journal, registry, LEARNER)
            await store.journal.save_snapshot(snapshot_of(halfway, fold_version(registry.belief_version)))
    verdict = await rebuild(store.journal, registry, LEARNER)
    assert (verdict.n_events, verdict.mismatches) == (len(diary.happenings), ())
    fresh = await load(store.journal, registry, LEARNER, snapshots=False)
    assert fresh.state.enrolments == reference.state.enrolments
    assert [*fresh.state.studies] == [*reference.state.studies]
    for version in reference.state.studies:
        one, other = (pupil_of(learner, version, registry) for learner in (fresh, reference))
        assert one.state() == other.state()
