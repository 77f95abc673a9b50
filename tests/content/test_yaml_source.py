"""Reading YAML that a stranger wrote: the dialect, the lines, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.formats.yaml_source import MAX_BYTES, parse_source, read_source


def test_words_of_yaml_1_1_stay_text() -> None:
    source = parse_source(b"a: [no, yes, on, off, y, 1:30, 2024-05-01, 0x10, 1_000, .inf]", "f")
    assert source.value == {"a": ["no", "yes", "on", "off", "y", "1:30", "2024-05-01", "0x10", "1_000", ".inf"]}


def test_scalars_of_yaml_1_2_are_read() -> None:
    source = parse_source(b"[true, False, null, ~, 12, -3, 0.5, 1e3, '12', \"true\"]", "f")
    assert source.value == [True, False, None, None, 12, -3, 0.5, 1000.0, "12", "true"]


def test_every_value_knows_its_line() -> None:
    source = parse_source(b"a: 1\nb:\n  - c: |\n      two\n      lines\n    d/e: 2\n", "f")
    assert source.lines() == {"": 1, "/a": 1, "/b": 2, "/b/0": 3, "/b/0/c": 3, "/b/0/d~1e": 6}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (b"a: &x [1]\nb: *x", 2, "alias"),
        (b"a: 1\na: 2", 2, "'a' stands twice"),
        (b"a: !!python/object/apply:os.system [ls]", 1, "tag"),
        (b"a: !!binary aGk=", 1, "tag"),
        (b"a: 1\n---\nb: 2", 2, "second document"),
        (b"? [a]\n: 1", 1, "key is a list"),
        (b"a: [1", 2, "not YAML"),
        (b"a:\n  - b\n c", 3, "not YAML"),
        (b"ok: 1\nbad: \xff", 2, "not UTF-8"),
        (b"a: \x00", 0, "not YAML"),
        (b"[" * 100_000, 1, "nested more than 40"),
        (b"- " * 100_000, 1, "nested more than 40"),
        (b"{a: " * 50, 1, "nested more than 40"),
        (b"a" * (MAX_BYTES + 1), 0, "bytes"),
    ],
)
def test_what_is_not_plain_bounded_data_is_refused(text: bytes, line: int, told: str) -> None:
    faults = parse_source(text, "f").faults
    assert faults[0].line == line
    assert told in faults[0].message


def test_aliases_cannot_multiply() -> None:
    bomb = b"a0: &a0 [x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (k, k, b", ".join([b"*a%d" % (k - 1)] * 9)) for k in range(1, 30)
    )
    source = parse_source(bomb, "f")
    assert len(source.faults) == 200


def test_all_repeated_keys_are_told_at_once() -> None:
    faults = parse_source(b"a: {b: 1, b: 2}\nc: {d: 1, d: 2}", "f").faults
    assert [(fault.pointer, fault.line) for fault in faults] == [("/a/b", 1), ("/c/d", 2)]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert "No such file" in read_source(tmp_path / "no.yaml").faults[0].message


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@` \n\t,?0.\x85"))
def test_any_text_is_read_or_refused(text: str) -> None:
    source = parse_source(text.encode(), "f")
    assert source.faults or source.lines()[""] == 1
