"""Checking of track files: every fault, where it is and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.check import check_path
from content.faults import ContentError, Fault
from content.formats.yaml_track import load_track

HEADER = """\
id: small
title: Small
description: A track to break.
locale: en
licence: CC0-1.0
source: Written here.
bands:
  - {id: easy, title: Easy, difficulty: -1}
  - {id: hard, title: Hard, difficulty: 1}
units:
  - {id: one, title: One, skills: [add, take]}
skills:
  - {id: add, title: Adding}
  - {id: take, title: Taking away, prerequisites: [add]}
"""

ITEMS = """\
items:
  - kind: numeric
    id: add-1
    skills: [add]
    band: easy
    prompt: What is 20 + 22?
    hints: [Add the tens first.]
    explanation: Forty and two.
    key: "42"
  - kind: multipleChoice
    id: take-1
    skills: [take]
    band: hard
    prompt: Which is 9 - 4?
    hints: [Count down from nine.]
    explanation: Four below nine.
    options:
      - {id: a, text: five}
      - {id: b, text: six}
    key: a
    misconceptions:
      - {id: off-by-one, answer: b, feedback: Count again.}
"""


def check(tmp_path: Path, text: str) -> list[Fault]:
    path = tmp_path / "track.yaml"
    path.write_text(text, encoding="utf-8")
    return check_path(path)


def test_a_sound_track_has_no_faults_and_loads(tmp_path: Path) -> None:
    assert check(tmp_path, HEADER + ITEMS) == []
    track = load_track(tmp_path / "track.yaml")
    assert (track.id, len(track.items), track.units[0].skills) == ("small", 2, ("add", "take"))


@pytest.mark.parametrize("unit", ["km/h", "m", "m^2", "degC", "%", "kg*m/s^2", "°C"])
def test_an_item_with_a_unit_is_sound(tmp_path: Path, unit: str) -> None:
    wrong = "misconceptions:\n      - {id: halved, answer: '21', feedback: You halved it.}"
    text = (HEADER + ITEMS).replace('key: "42"', f'key: "42"\n    unit: {unit!r}\n    unit_required: true\n    {wrong}')
    assert check(tmp_path, text) == []


def test_a_directory_is_read_as_one_track(tmp_path: Path) -> None:
    (tmp_path / "track.yaml").write_text(HEADER, encoding="utf-8")
    (tmp_path / "a-items.yaml").write_text(ITEMS, encoding="utf-8")
    assert check_path(tmp_path) == []
    assert len(load_track(tmp_path).items) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "pointer", "message"),
    [
        ("key: a", "key: c", 34, "/items/1/key", "'c' is not among the options a, b"),
        ("answer: b", "answer: a", 36, "/items/1/misconceptions/0/answer", "right by the key"),
        ("answer: b", "answer: x", 36, "/items/1/misconceptions/0/answer", "'x' is not among"),
        ("skills: [take]", "skills: [taek]", 26, "/items/1/skills/0", "'taek' is no skill"),
        ("band: hard", "band: harder", 27, "/items/1/band", "'harder' is no band"),
        ("id: take-1", "id: add-1", 25, "/items/1/id", "'add-1' is used twice"),
        ("id: add-1", "id: Add_1", 17, "/items/0/id", "'Add_1' is no item id"),
        ("title: Adding", "title: Adding, prerequisites: [take]", 13, "/skills/0", "add -> take -> add"),
        ("prerequisites: [add]", "prerequisites: [ad]", 14, "/skills/1", "'ad', which is no skill"),
        ("skills: [add, take]", "skills: [add]", 14, "/skills/1/id", "'take' is in no unit"),
        ("skills: [add, take]", "skills: [add, take, add]", 11, "/units/0/skills/2", "in unit 'one' already"),
        ("skills: [add, take]", "skills: [add, take, sub]", 11, "/units/0/skills/2", "'sub' is no skill"),
        ("difficulty: 1}", "difficulty: -2}", 9, "/bands/1/difficulty", "does not rise"),
        ("licence: CC0-1.0\n", "", 1, "", "licence is missing"),
        ("title: Small", "title: ''", 2, "/title", "title is empty"),
        ('key: "42"', "key: 42", 23, "/items/0/key", "42 stands where text is expected"),
        ('key: "42"', "key: many", 23, "/items/0/key", "'many' is not a number"),
        ('key: "42"', 'key: "42"\n    unit: flurbs', 24, "/items/0/unit", "'flurbs"),
        (
            'key: "42"',
            'key: "42"\n    misconceptions:\n      - {id: m, answer: "42.0", feedback: No.}',
            25,
            "/items/0/misconceptions/0/answer",
            "graded as right",
        ),
        ("band: easy", "band: easy\n    hintz: []", 20, "/items/0/hintz", "'hintz' is no field"),
        ("kind: numeric", "kind: number", 16, "/items/0/kind", "'number' is no kind"),
        ("    explanation: Forty and two.\n", "", 16, "/items/0/explanation", "no explanation"),
        ("    hints: [Add the tens first.]\n", "", 16, "/items/0/hints", "no hints"),
        ("Add the tens first.", "It is 42.", 21, "/items/0/hints/0", "gives the key away: it says '42'"),
        ("Count down from nine.", "It is Five!", 29, "/items/1/hints/0", "gives the key away: it says 'five'"),
        ("skills: [take]", "skills: [add]", 14, "/skills/1/id", "'take' has no exercises"),
        ("Four below nine.", "See [cuatro]{lang=}.", 30, "/items/1/explanation", "language mark"),
        ("text: six", "text: five", 33, "/items/1/options/1/text", "two options read 'five'"),
        ("feedback: Count again.", "feedback: ''", 36, "/items/1/misconceptions/0/feedback", "feedback is empty"),
        ("items:", "itmes: []\nitems:", 15, "/itmes", "'itmes' is no field"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_its_fix(
    tmp_path: Path, old: str, new: str, line: int, pointer: str, message: str
) -> None:
    text = HEADER + ITEMS
    assert old in text
    faults = check(tmp_path, text.replace(old, new, 1))
    found = [fault for fault in faults if message in fault.message]
    assert len(found) == 1, faults
    assert found[0].pointer == pointer
    assert found[0].fix.endswith((".", "?", "`"))
    assert found[0].line == line


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    broken = (
        (HEADER + ITEMS)
        .replace("key: a", "key: c")
        .replace('key: "42"', "key: 42")
        .replace("prerequisites: [add]", "prerequisites: [ad, take]")
        .replace("band: hard", "band: harder")
        .replace("locale: en", "locale: 7")
        .replace("    explanation: Four below nine.\n", "")
    )
    messages = " ".join(fault.message for fault in check(tmp_path, broken))
    for part in ("'c' is not", "42 stands", "'ad'", "take -> take", "'harder'", "7 stands", "no explanation"):
        assert part in messages


def test_a_reference_to_what_could_not_be_read_is_no_second_fault(tmp_path: Path) -> None:
    faults = check(tmp_path, (HEADER + ITEMS).replace("title: Adding", "titel: Adding"))
    assert {fault.pointer for fault in faults} == {"/skills/0", "/skills/0/titel"}


def test_loading_refuses_with_the_same_faults(tmp_path: Path) -> None:
    path = tmp_path / "track.yaml"
    path.write_text((HEADER + ITEMS).replace("key: a", "key: c"), encoding="utf-8")
    with pytest.raises(ContentError, match=r"track\.yaml:34: /items/1/key 'c' is not among") as caught:
        load_track(path)
    assert caught.value.faults[0].line == 34


def test_faults_of_templates_are_told_at_the_template(tmp_path: Path) -> None:
    template = """\
templates:
  - {id: add-many, skills: [add], band: easy, generator: no-such-generator}
"""
    (fault,) = check(tmp_path, HEADER + ITEMS + template)
    assert (fault.pointer, "no-such-generator" in fault.message) == ("/templates/0", True)


def test_a_header_field_in_two_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "track.yaml").write_text(HEADER + ITEMS, encoding="utf-8")
    (tmp_path / "more.yaml").write_text("title: Other\n", encoding="utf-8")
    (fault,) = check_path(tmp_path)
    assert (fault.file, fault.line) == (str(tmp_path / "more.yaml"), 1)


def test_a_path_without_files_is_told(tmp_path: Path) -> None:
    assert "holds no .yaml file" in check_path(tmp_path)[0].message
    assert "cannot be read" in check_path(tmp_path / "none.yaml")[0].message


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "3", "id: small", "items: 3", "items: [3, null, {}]", "skills: {a: b}"]
)
def test_other_shapes_are_faults_and_never_crash(tmp_path: Path, text: str) -> None:
    faults = check(tmp_path, text)
    assert faults
    assert all(fault.message and fault.fix for fault in faults)
