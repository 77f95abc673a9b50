"""Algebra: what is read, what is refused, what counts as equal, and attacks on the worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec
import pytest

from content.grading.algebra.forms import canonical, is_expanded
from content.grading.algebra.size import check_size
from content.grading.algebra.syntax import ExpressionError, Node, read_expression
from content.grading.algebra.task import Compared, Comparison
from content.grading.worker.process import Limits, Worker, WorkerError

VARIABLES = ("x", "y")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker("algebra", Limits(memory_mb=700, seconds=10))
    yield worker
    worker.close()


def read(text: str) -> Node:
    node = read_expression(text, VARIABLES)
    check_size(node)
    return node


def compared(worker: Worker, given: str, other: str, form: str = "") -> Compared:
    request = Comparison(given=read(given), others=(read(other),), form=form)
    return msgspec.json.decode(worker.ask(msgspec.json.encode(request)), type=Compared)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("2(x+1)", "2x + 2"),
        ("x² − 1", "(x-1)(x+1)"),
        ("sin(x)^2 + cos(x)^2", "1"),
        ("√8", "2 sqrt 2"),
        ("1/2 + 1/3", "5/6"),
        ("y = 2x + 1", "2y = 4x + 2"),
        ("x < 3", "-x > -3"),
        ("(x^2-1)/(x-1)", "x+1"),
        ("sqrt(x^2)", "abs(x)"),
        ("e^(x+y)", "exp(x) e^y"),
        ("log(100)", "2"),
        ("0.5", "1/2"),
    ],
)
def test_expressions_that_are_worth_the_same_are_equal(worker: Worker, given: str, key: str) -> None:
    assert compared(worker, given, key).verdicts == ("equal",)


@pytest.mark.parametrize(
    ("given", "key"),
    [("x+1", "x+2"), ("x < 3", "x > 3"), ("x <= 3", "x < 3"), ("y = 2x", "y = 3x"), ("x", "x = 1")],
)
def test_expressions_that_differ_somewhere_are_different(worker: Worker, given: str, key: str) -> None:
    assert compared(worker, given, key).verdicts == ("different",)


@pytest.mark.parametrize(
    ("given", "form", "in_form"),
    [
        ("2x + 2", "expanded", True),
        ("2(x+1)", "expanded", False),
        ("(x+1)^2", "expanded", False),
        ("(x+1)(x-1)", "factored", True),
        ("(x^2-1)(x+3)", "factored", False),
        ("3(x+1)^2", "factored", True),
        ("2x + 2", "factored", False),
    ],
)
def test_the_form_asked_for_is_told_apart(worker: Worker, given: str, form: str, in_form: bool) -> None:
    assert compared(worker, given, "1", form).in_form is in_form


def test_what_has_no_value_is_left_to_a_person(worker: Worker) -> None:
    assert compared(worker, "1/0", "x").verdicts == ("undecided",)


def test_order_and_brackets_do_not_matter_to_the_canonical_form() -> None:
    assert canonical(read("y + 2 x + 3 - 1")) == canonical(read("2 + (x*2 + y)"))
    assert canonical(read("x > 1")) == canonical(read("1 < x"))
    assert is_expanded(read("x^2 + 2x + 1"))


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('id')", "x.__class__", "lambda: 1", "eval(x)", "ｅｖａｌ(x)", "exec", "open(x)",
        "9**9**9", "9^9^9", "9^(9^9)", "𝟗^𝟗^𝟗", "10^1000", "9999!", "3!!", "exp(exp(exp(9)))", "2^2^2^2^2^2",
        "(x+1)^9999", "((x+1)^60)^60", "(x+y+1)^60 (x+y)^60", "x^100000", "(" * 150 + "x" + ")" * 150,
        "-" * 301, "x" + "^2" * 60, "x" * 1_000_000, "1" * 200, "९+1", "\u202ex", "x\u200d", "x;y", "${x}",
        "x\0", "[].a", "sin", "x=", "2**", "x==y==x", "x<y<1", "", "()", "2 = 2 = 2", "!", "x,y", "sin(x,y)", "∫x",
    ],
)  # fmt: skip
def test_attacks_and_nonsense_are_refused_before_any_worker_sees_them(attack: str) -> None:
    with pytest.raises(ExpressionError):
        read(attack)


def unchecked(text: str) -> bytes:
    """A request that a grader would never send, since the sizes in it were not checked."""
    return msgspec.json.encode(Comparison(given=read_expression(text, VARIABLES), others=(read("x"),)))


def serves(worker: Worker) -> bool:
    return compared(worker, "x", "x").verdicts == ("equal",)


def test_a_request_that_takes_too_long_ends_the_worker_and_the_next_is_served() -> None:
    hasty = Worker("algebra", Limits(memory_mb=4000, seconds=1))
    try:
        with pytest.raises(WorkerError):
            hasty.ask(unchecked("9^9^9"))
        assert serves(hasty)
    finally:
        hasty.close()


def test_more_memory_than_the_limit_is_refused_and_the_next_is_served() -> None:
    small = Worker("algebra", Limits(memory_mb=150, seconds=60))
    try:
        with pytest.raises(WorkerError, match="out of memory"):
            small.ask(unchecked("2^(9^10)"))
        assert serves(small)
    finally:
        small.close()


def test_a_worker_that_is_asked_nonsense_says_so_and_serves_the_next() -> None:
    worker = Worker("algebra", Limits(memory_mb=700, seconds=10))
    try:
        with pytest.raises(WorkerError, match="DecodeError"):
            worker.ask(b"{")
        assert serves(worker)
    finally:
        worker.close()


def test_a_worker_knows_nothing_of_the_services_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACER_SECRET", "not for workers")
    fresh = Worker("algebra", Limits(memory_mb=700, seconds=10))
    try:
        fresh.warm()
        with open(f"/proc/{fresh.pid}/environ", "rb") as file:
            surroundings = file.read()
        assert b"not for workers" not in surroundings
        assert os.environ["PACER_SECRET"]
    finally:
        fresh.close()


def test_an_unknown_task_is_refused_with_those_there_are() -> None:
    with pytest.raises(WorkerError, match="algebra"):
        Worker("nonsense", Limits(memory_mb=100, seconds=1)).warm()
