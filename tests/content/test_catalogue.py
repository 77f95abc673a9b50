"""Tracks compiled to arrays and candidates, hashed, and items chosen out of them."""

from __future__ import annotations

from hashlib import sha256
from math import factorial
from typing import Any

import msgspec
import numpy as np
import pytest

from content.catalogue import CourseIndex, Exercise, UnknownItemError, index_course
from content.choice import EXPOSURE_CAP, Exposure, choose_item, information
from content.course import compile_course
from content.graph import Skill
from content.guessing import guess_probability
from content.items import Item, Numeric, Template, TrueFalse
from content.tracks import Band, Track, Unit, content_hash, item_hash, publish


def numeric(name: str, **settings: Any) -> Numeric:
    return Numeric(**{"id": name, "skills": ("add",), "band": "easy", "prompt": "?", "key": "1", **settings})


def track(*items: Item, templates: tuple[Template, ...] = ()) -> Track:
    return Track(
        id="small", title="Small", description="", locale="en", licence="CC0-1.0", source="here",
        bands=(Band(id="easy", title="", difficulty=-1.0), Band(id="hard", title="", difficulty=1.0)),
        units=(Unit(id="u", title="", skills=("add", "take")),),
        skills=(Skill(id="take", title="", prerequisites=("add",)), Skill(id="add", title="")),
        items=items, templates=templates,
    )  # fmt: skip


TEMPLATE = Template(id="endless", skills=("add",), band="easy", generator="add-whole", parameters={}, difficulty=None)


def exercise(name: str, difficulty: float = 0.0) -> Exercise:
    return Exercise(name, numeric(name), difficulty, 0.0)


def index() -> CourseIndex:
    truth = TrueFalse(id="truth", skills=("take", "add"), band="hard", prompt="?", key=True)
    return index_course(track(numeric("a"), numeric("b", difficulty=2.0), truth))


def test_arrays_stand_in_the_authors_order_of_units() -> None:
    course = index().course
    assert course.skill_ids == ("add", "take")
    assert course.prerequisites.tolist() == [[False, False], [True, False]]
    assert course.available.tolist() == [[True, False], [False, True]]
    np.testing.assert_allclose(course.guess, [[0.0, 0.0], [0.0, 0.5]])


def test_difficulty_is_the_mean_and_never_falls_with_the_band() -> None:
    np.testing.assert_allclose(index().course.difficulty, [[0.5, 1.0], [-1.0, 1.0]])  # (-1 + 2) / 2
    hard_first = track(numeric("a", difficulty=3.0))
    np.testing.assert_allclose(compile_course(hard_first).difficulty[0], [3.0, 3.0])


def test_a_candidate_lists_what_it_serves_and_an_item_informs_all_its_skills() -> None:
    found = index()
    assert [one.id for one in found.exercises[0, 0]] == ["a", "b"]
    assert (0, 1) not in found.exercises
    assert found.skills_of(found.item("truth")) == (1, 0)


@pytest.mark.parametrize(
    "name", ["c", "a~1", "", "~", "endless", "endless~", "endless~x", "endless~-1", "endless~" + "9" * 20]
)
def test_an_unknown_item_is_named(name: str) -> None:
    found = index_course(track(numeric("a")))
    with pytest.raises(UnknownItemError, match="no item of track 'small'"):
        found.item(name)


def test_hashes_follow_content_and_nothing_else() -> None:
    one, other = track(numeric("a")), track(numeric("a", key="2"))
    same = track(numeric("a", seconds=20, difficulty=None))
    assert content_hash(one) == content_hash(same) == publish(one).version
    assert content_hash(one) != content_hash(other)
    assert item_hash(numeric("a")) != item_hash(numeric("b"))
    assert len(content_hash(one)) == 64
    read_back = msgspec.json.decode(msgspec.json.encode(one), type=Track)
    assert content_hash(read_back) == content_hash(one)


def test_the_hash_of_a_known_item_does_not_move() -> None:
    """A change here gives every published item a new version: attempts would lose theirs."""
    text = b'{"band":"easy","id":"a","key":"1","kind":"numeric","prompt":"?","skills":["add"]}'
    assert item_hash(numeric("a")) == sha256(text).hexdigest()


def test_a_published_track_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        publish(track()).version = "other"  # type: ignore[misc]


def test_guessing_is_counted_by_kind(items: dict[str, Item]) -> None:
    chances = {name: guess_probability(item) for name, item in items.items()}
    assert chances == {
        "choice": 1 / 3,
        "response": 1 / 32,
        "truth": 0.5,
        "numeric": 0.0,
        "text": 0.0,
        "cloze": 0.0,
        "order": 1 / factorial(4),
        "match": 1 / 24,
        **dict.fromkeys(("expression", "date", "list", "translate", "open", "essay"), 0.0),
    }


def test_what_was_never_shown_comes_first() -> None:
    chosen = choose_item([exercise("a"), exercise("b")], {"a": Exposure(1, 0.0)}, 0.0, 1)
    assert (chosen.item.id, chosen.probability) == ("b", 1.0)


def test_then_what_was_shown_the_longest_ago() -> None:
    shown = {"a": Exposure(1, 9.0), "b": Exposure(1, 3.0), "c": Exposure(1, 5.0)}
    assert choose_item([exercise(name) for name in "abc"], shown, 0.0, 1).item.id == "b"


def test_what_was_shown_too_often_waits_unless_nothing_else_is_left() -> None:
    worn = Exposure(EXPOSURE_CAP, 0.0)
    both = [exercise("a"), exercise("b")]
    assert choose_item(both, {"a": worn, "b": Exposure(1, 9.0)}, 0.0, 1).item.id == "b"
    assert choose_item(both, {"a": worn, "b": Exposure(EXPOSURE_CAP, 9.0)}, 0.0, 1).item.id == "a"


def test_among_unseen_the_nearest_difficulty_tells_most() -> None:
    ladder = [exercise(name, difficulty) for name, difficulty in (("a", -2.0), ("b", 0.1), ("c", 2.0))]
    assert [choose_item(ladder, {}, ability, 1).item.id for ability in (-3.0, 0.0, 3.0)] == ["a", "b", "c"]


def test_equals_are_drawn_with_equal_chances_and_by_seed() -> None:
    equals = [exercise(name) for name in "abcd"]
    drawn = [choose_item(equals, {}, 0.0, seed) for seed in range(400)]
    assert {one.probability for one in drawn} == {0.25}
    counts = [sum(one.item.id == name for one in drawn) for name in "abcd"]
    assert min(counts) > 60
    assert drawn == [choose_item(equals, {}, 0.0, seed) for seed in range(400)]


def test_information_is_as_published() -> None:
    assert information(0.0, 0.0, 0.0) == pytest.approx(0.25)  # p q of the Rasch model
    assert information(1.0, 0.0, 0.0) == pytest.approx(0.19661193)  # e / (1 + e)^2
    assert information(0.0, 0.0, 0.25) == pytest.approx(0.15)  # 0.75 * 0.25 * 0.5 / 0.625
    assert information(-1e6, 1e6, 0.0) == 0.0
    assert information(1e6, -1e6, 0.2) == 0.0


def test_a_template_is_always_unseen_and_its_items_are_found_again() -> None:
    template = Template(id="endless", skills=("add",), band="easy", generator="whole-sum")
    found = index_course(track(numeric("a"), templates=(template,)))
    fresh = found.exercises[0, 0][1:]
    first = choose_item(fresh, {}, 0.0, 5).item
    assert first.id.startswith("endless~")
    assert found.item(first.id) == first


def test_no_seed_of_a_template_comes_twice_to_a_learner() -> None:
    template = Template(id="endless", skills=("add",), band="easy", generator="whole-sum")
    fresh = index_course(track(templates=(template,))).exercises[0, 0]
    met = [
        choose_item(fresh, {"endless": Exposure(times, 0.0)}, 0.0, seed).item.id
        for times in range(20)
        for seed in (1, 2, 3)
    ]
    assert not any(set(met[k : k + 3]) & set(met[k + 3 :]) for k in range(0, len(met), 3))
    assert len(set(met[:3])) > 1


def test_a_candidate_without_exercises_cannot_be_served() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose_item([], {}, 0.0, 1)
