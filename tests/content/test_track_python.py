"""The track *Python from zero*: counts and coverage, and every key that says what code does against the code itself.

The end of an item's id says how its key can be checked. Code stands in blocks labelled ``python`` (the program),
``input`` (what is typed), ``output`` (what is to be shown) or by a file name (a file beside the program); *the
expression* is the last inline code of the prompt.

===============  ====================================================================================================
``-prints``      the key is what the program prints; ``-last-line`` its last line only
``-evaluates``   the key is the value of the expression after the program; in a matching, of each expression on the left
``-raises``      the key is the type of the error that the program raises, or each expression on the left of a matching
``-holds``       the key is the truth of the expression after the program
``-truths``      the key is the set of options that count as true; ``-fails``: that raise an error; ``-compiles``: that
                 are valid Python; ``-outputs``: that print what the block shows
``-expression``  every accepted answer has, after the program, the value that the last inline code shows
``-program``     the gaps filled, or the lines in order, print what the block shows, and no other choice or order does
===============  ====================================================================================================
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path

import msgspec
import pytest

from content.check import check_path
from content.formats.yaml_track import load_track
from content.items import (
    Cloze,
    Item,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Option,
    Ordering,
    ShortText,
    TrueFalse,
)
from content.text import parse, plain_text
from content.tracks import Track

DIRECTORY = Path(__file__).parents[2] / "content" / "starter" / "python-from-zero"
RUNNER = Path(__file__).with_name("snippet_runner.py")
TIME_LIMIT_SECONDS = 120
_BLOCK = re.compile(r"^```(?P<label>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


class Result(msgspec.Struct, frozen=True):
    """What became of a program, as `snippet_runner` reports it."""

    output: str
    value: str
    truth: bool
    error: str


@dataclass(frozen=True)
class Claim:
    """A program and what a track says about it."""

    item_id: str
    job: dict[str, object]
    judge: Callable[[Result], bool]


def blocks(markup: str, label: str) -> str:
    """All blocks of that label, joined."""
    return "".join(match["body"] for match in _BLOCK.finditer(markup) if match["label"] == label)


def files(markup: str) -> dict[str, str]:
    return {match["label"]: match["body"] for match in _BLOCK.finditer(markup) if "." in match["label"]}


def inline_code(markup: str) -> list[str]:
    return [span.text for span in parse(markup) if span.code and not span.text.endswith("\n")]


def job(item: Item, *, program: str | None = None, expression: str = "") -> dict[str, object]:
    return {
        "program": blocks(item.prompt, "python") if program is None else program,
        "expression": expression,
        "typed": blocks(item.prompt, "input"),
        "files": files(item.prompt),
    }


def says(item: Item, shown: str) -> bool:
    """Whether the item's key, and no other option, is what was shown."""
    match item:
        case Numeric():
            return float(item.key) == float(shown)
        case ShortText():
            return all(accepted == shown for accepted in item.accepted)
        case MultipleChoice():
            return [option.id for option in item.options if plain_text(option.text) == shown] == [item.key]
    raise TypeError(f"{item.id}: a {type(item).__name__} cannot say what is shown")


def says_value(item: Item, value: str) -> bool:
    """Like `says`, for a value in either kind of quotes."""
    if isinstance(item, ShortText):
        return item.accepted[0] == value and all(repr(ast.literal_eval(text)) == value for text in item.accepted)
    return says(item, value)


def matched(item: Matching, seen: Callable[[Result], str]) -> Iterator[Claim]:
    """Each expression on the left comes out as its partner on the right, and as no other."""
    for left in item.left:

        def judge(result: Result, left: Option = left) -> bool:
            partners = [right.id for right in item.right if plain_text(right.text) == seen(result)]
            return partners == [item.key[left.id]]

        yield Claim(item.id, job(item, expression=plain_text(left.text)), judge)


def chosen(item: Item, make: Callable[[str], dict[str, object]], test: Callable[[Result], bool]) -> Iterator[Claim]:
    """Exactly the options of the key pass the test."""
    assert isinstance(item, MultipleResponse), item.id
    for option in item.options:
        right = option.id in item.key
        yield Claim(item.id, make(plain_text(option.text)), lambda result, right=right: test(result) == right)


def prints(item: Item) -> Iterator[Claim]:
    yield Claim(item.id, job(item), lambda r: not r.error and says(item, r.output.strip()))


def last_line(item: Item) -> Iterator[Claim]:
    yield Claim(item.id, job(item), lambda r: not r.error and says(item, r.output.splitlines()[-1]))


def evaluates(item: Item) -> Iterator[Claim]:
    if isinstance(item, Matching):
        yield from matched(item, lambda r: r.value if not r.error else r.error)
        return
    code = inline_code(item.prompt)
    expression = code[-1]
    yield Claim(item.id, job(item, expression=expression), lambda r: not r.error and says_value(item, r.value))


def raises(item: Item) -> Iterator[Claim]:
    if isinstance(item, Matching):
        yield from matched(item, lambda r: r.error)
    elif isinstance(item, MultipleChoice):
        named = {option.id: inline_code(option.text) for option in item.options}
        yield Claim(item.id, job(item), lambda r: [one for one in named if r.error in named[one]] == [item.key])
    else:
        yield Claim(item.id, job(item), lambda r: says(item, r.error))


def holds(item: Item) -> Iterator[Claim]:
    assert isinstance(item, TrueFalse), item.id
    expression = inline_code(item.prompt)[-1]
    yield Claim(item.id, job(item, expression=expression), lambda r: not r.error and r.truth == item.key)


def truths(item: Item) -> Iterator[Claim]:
    yield from chosen(item, lambda text: job(item, expression=text), lambda r: not r.error and r.truth)


def fails(item: Item) -> Iterator[Claim]:
    yield from chosen(item, lambda text: job(item, expression=text), lambda r: bool(r.error))


def compiles(item: Item) -> Iterator[Claim]:
    yield from chosen(item, lambda text: job(item, program=text), lambda r: r.error != "SyntaxError")


def outputs(item: Item) -> Iterator[Claim]:
    program, shown = blocks(item.prompt, "python"), blocks(item.prompt, "output")
    yield from chosen(
        item,
        lambda text: job(item, program=program + text),
        lambda r: not r.error and r.output.rstrip() == shown.rstrip(),
    )


def expression(item: Item) -> Iterator[Claim]:
    assert isinstance(item, ShortText), item.id
    value = inline_code(item.prompt)[-1]
    for accepted in item.accepted:
        yield Claim(item.id, job(item, expression=accepted), lambda r: not r.error and r.value == value)


def assembled(item: Item) -> Iterator[tuple[str, bool]]:
    """Every program that the item's options can make, and whether the key says that it is right."""
    if isinstance(item, Ordering):
        texts = {option.id: plain_text(option.text) for option in item.options}
        for order in permutations(item.key):
            yield "\n".join(texts[name] for name in order) + "\n", order == item.key
        return
    assert isinstance(item, Cloze), item.id
    for filling in product(*(gap.options or gap.accepted for gap in item.gaps)):
        text = item.text
        for gap, filled in zip(item.gaps, filling, strict=True):
            text = text.replace("{{" + gap.id + "}}", filled)
        right = all(filled in gap.accepted for gap, filled in zip(item.gaps, filling, strict=True))
        yield blocks(text, "python"), right


def program(item: Item) -> Iterator[Claim]:
    shown = blocks(item.prompt, "output").rstrip()
    for text, right in assembled(item):
        yield Claim(
            item.id,
            job(item, program=text),
            lambda r, right=right: (not r.error and r.output.rstrip() == shown) == right,
        )


CHECKS: dict[str, Callable[[Item], Iterator[Claim]]] = {
    "-prints": prints,
    "-last-line": last_line,
    "-evaluates": evaluates,
    "-raises": raises,
    "-holds": holds,
    "-truths": truths,
    "-fails": fails,
    "-compiles": compiles,
    "-outputs": outputs,
    "-expression": expression,
    "-program": program,
}


def claims(item: Item) -> list[Claim]:
    check = next((check for suffix, check in CHECKS.items() if item.id.endswith(suffix)), None)
    return list(check(item)) if check else []


def refuted(all_claims: list[Claim]) -> list[str]:
    """Run the programs of the claims in one process, and describe those that do not hold."""
    ran = subprocess.run(
        [sys.executable, str(RUNNER)],
        input=json.dumps([claim.job for claim in all_claims]),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        check=True,
    )
    results = msgspec.json.decode(ran.stdout, type=list[Result])
    return [
        f"{claim.item_id}: {result} from {claim.job}"
        for claim, result in zip(all_claims, results, strict=True)
        if not claim.judge(result)
    ]


@pytest.fixture(scope="module")
def track() -> Track:
    return load_track(DIRECTORY)


def test_the_track_has_no_fault() -> None:
    assert check_path(DIRECTORY) == []


def test_every_key_agrees_with_what_python_does(track: Track) -> None:
    all_claims = [claim for item in track.items for claim in claims(item)]

    assert refuted(all_claims) == []


def test_most_items_are_checked_by_running_them(track: Track) -> None:
    n_checked = sum(bool(claims(item)) for item in track.items)

    assert n_checked >= 0.8 * len(track.items)


def test_an_item_with_a_program_is_checked_unless_it_asks_about_reading_code(track: Track) -> None:
    unchecked = {item.id for item in track.items if blocks(item.prompt, "python") and not claims(item)}

    assert unchecked == {"while-never-ends", "scope-which-are-local", "tracebacks-cause"}


def test_a_wrong_key_would_be_found(track: Track) -> None:
    by_id = {item.id: item for item in track.items}
    wrong = [
        msgspec.structs.replace(by_id["values-precedence-evaluates"], key="20"),
        msgspec.structs.replace(by_id["strings-quote-kinds-holds"], key=False),
        msgspec.structs.replace(by_id["if-order-program"], key=("age", "test", "half", "other", "free")),
        msgspec.structs.replace(by_id["while-countdown-prints"], accepted=("3210",)),
        msgspec.structs.replace(by_id["names-case-raises"], key="one"),
    ]

    found = refuted([claim for item in wrong for claim in claims(item)])

    assert {text.split(":")[0] for text in found} == {item.id for item in wrong}


def test_a_program_that_never_ends_is_stopped(track: Track) -> None:
    item = track.items[0]
    endless = Claim(item.id, job(item, program="while True:\n    pass\n"), lambda r: r.error == "TooLong")

    assert refuted([endless]) == []


def test_the_track_has_27_skills_and_more_than_200_items_of_every_kind(track: Track) -> None:
    kinds = Counter(type(item).__name__ for item in track.items)

    assert len(track.skills) == 27
    assert len(track.items) >= 200
    assert len(kinds) == 8
    assert min(kinds.values()) >= 10


def test_every_skill_has_two_items_or_more_in_each_band(track: Track) -> None:
    counted = Counter((item.skills[0], item.band) for item in track.items)
    wanted = {(skill.id, band.id) for skill in track.skills for band in track.bands}

    assert {pair: counted[pair] for pair in wanted if counted[pair] < 2} == {}


def test_prerequisites_come_earlier_in_the_author_order(track: Track) -> None:
    place = {name: k for k, name in enumerate(name for unit in track.units for name in unit.skills)}

    assert set(place) == {skill.id for skill in track.skills}
    assert all(place[needed] < place[skill.id] for skill in track.skills for needed in skill.prerequisites)
    assert [skill.id for skill in track.skills if not skill.prerequisites] == ["values-and-expressions"]


def test_every_item_teaches(track: Track) -> None:
    """Two hints or three, an explanation, and feedback for at least one wrong answer."""
    lacking = [
        item.id
        for item in track.items
        if not (2 <= len(item.hints) <= 3 and len(item.explanation) > 30 and item.misconceptions)
    ]

    assert lacking == []


def test_every_skill_has_a_lesson(track: Track) -> None:
    assert [skill.id for skill in track.skills if len(skill.description) < 250] == []


def test_what_reads_badly_has_words_for_the_ear(track: Track) -> None:
    """A prompt with a program to read says it in words as well."""
    silent = [item.id for item in track.items if blocks(item.prompt, "python") and not item.accessibility.speech]

    assert silent == []
