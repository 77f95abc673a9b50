"""The track Arithmetic to algebra: complete, free of faults, and its every exercise playable."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.check import check_path
from content.formats.yaml_track import load_track
from content.grading import grade, misconception_answers, model_answer
from content.quality import find_quality_faults
from content.starter import starter_tracks
from content.templates import GENERATORS, instantiate
from content.tracks import Track


@pytest.fixture(scope="module")
def path() -> Path:
    (found,) = [path for path in starter_tracks() if path.name == "arithmetic-to-algebra"]
    return found


@pytest.fixture(scope="module")
def track(path: Path) -> Track:
    return load_track(path)


def test_the_checker_finds_no_fault(path: Path) -> None:
    assert check_path(path) == []


def test_there_are_enough_skills_each_with_a_lesson(track: Track) -> None:
    assert len(track.skills) >= 24
    for skill in track.skills:
        assert len(skill.description) > 150, skill.id
        assert skill.title[0].isupper()


def test_bands_are_easy_medium_and_hard(track: Track) -> None:
    assert [(band.id, band.difficulty) for band in track.bands] == [("easy", -1.2), ("medium", 0.0), ("hard", 1.2)]


def test_every_skill_has_endless_exercises_in_every_band(track: Track) -> None:
    served = {(template.skills[0], template.band) for template in track.templates}
    assert served == {(skill.id, band.id) for skill in track.skills for band in track.bands}


def test_every_skill_has_exercises_written_by_hand(track: Track) -> None:
    assert {item.skills[0] for item in track.items} == {skill.id for skill in track.skills}


def test_prerequisites_come_earlier_in_the_order_of_the_track(track: Track) -> None:
    order = [skill for unit in track.units for skill in unit.skills]
    assert sorted(order) == sorted(skill.id for skill in track.skills)
    late = [
        (skill.id, needed)
        for skill in track.skills
        for needed in skill.prerequisites
        if order.index(needed) > order.index(skill.id)
    ]
    assert late == []


def test_only_the_first_skill_needs_nothing(track: Track) -> None:
    assert [skill.id for skill in track.skills if not skill.prerequisites] == ["add-subtract"]


def test_every_generator_serves_the_track(track: Track) -> None:
    assert {template.generator for template in track.templates} == set(GENERATORS)


def test_the_track_uses_many_kinds_of_exercise(track: Track) -> None:
    kinds = {type(item) for item in track.items} | {type(instantiate(t, 0)) for t in track.templates}
    assert len(kinds) == 8


def test_hand_written_items_grade_their_own_answers(track: Track) -> None:
    for item in track.items:
        assert grade(item, model_answer(item)).correct, item.id
        for misconception, answer in misconception_answers(item):
            assert grade(item, answer).misconception == misconception, item.id


def test_hand_written_notation_is_spoken(track: Track) -> None:
    raised = "²³⁴⁵⁶⁰√"
    silent = [i.id for i in track.items if any(c in i.prompt for c in raised) and not i.accessibility.speech]
    assert silent == []


def test_generated_items_are_fit_to_learn_from(track: Track) -> None:
    for template in track.templates:
        for seed in range(20):
            assert find_quality_faults(instantiate(template, seed)) == [], template.id
