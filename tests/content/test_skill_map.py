from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.skill_map import SkillMap, composed, inverse, mapped, named_part, whole_map

SKILLS = "abcde"
some = st.lists(st.sampled_from(SKILLS), unique=True)
maps = st.dictionaries(st.sampled_from(SKILLS), some.map(tuple))


def pairs(whole: SkillMap) -> set[tuple[str, str]]:
    return {(skill, into) for skill, found in whole.items() for into in found}


def test_what_is_not_named_stays_under_its_id_or_is_retired() -> None:
    whole = whole_map("abcd", {"a", "x", "y"}, {"b": ("x", "y"), "c": ("x", "x")})
    assert whole == {"a": ("a",), "b": ("x", "y"), "c": ("x",), "d": ()}
    assert named_part(whole, {"a", "x", "y"}) == {"b": ("x", "y"), "c": ("x",)}


def test_a_map_is_turned_round_and_a_new_skill_is_then_retired() -> None:
    assert inverse({"a": ("x", "y"), "b": ("y",), "c": ()}, "xyz") == {"x": ("a",), "y": ("a", "b"), "z": ()}


def test_a_goal_follows_a_map() -> None:
    assert mapped("abc", {"a": ("x", "y"), "b": ("y",), "c": ()}) == ("x", "y")


@given(some, some, maps)
def test_what_is_named_says_all(before: list[str], after: list[str], named: SkillMap) -> None:
    whole = whole_map(before, after, named)
    assert whole_map(before, after, named_part(whole, after)) == whole


@given(some, some, some, some, maps, maps, maps)
def test_it_does_not_matter_which_of_three_versions_are_composed_first(
    one: list[str], two: list[str], three: list[str], four: list[str], f: SkillMap, g: SkillMap, h: SkillMap
) -> None:
    first, second, third = whole_map(one, two, f), whole_map(two, three, g), whole_map(three, four, h)
    left, right = composed(composed(first, second), third), composed(first, composed(second, third))
    assert pairs(left) == pairs(right)


@given(some, some, maps)
def test_turned_round_twice_it_is_the_same(before: list[str], after: list[str], named: SkillMap) -> None:
    whole = whole_map(before, after, named)
    assert pairs(inverse(inverse(whole, after), before)) == pairs(whole)
