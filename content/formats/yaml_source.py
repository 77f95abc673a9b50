"""Reading of YAML that a stranger may have written: plain data only, bounded, and every value knows its line.

The dialect is YAML with the scalars of its 1.2 core schema: ``no``, ``on``, ``1:30`` and ``2024-05-01`` are text, only
``true``, ``false``, ``null`` and numbers are not. Tags, aliases, several documents and repeated keys are refused.
The parser's events are read one by one, so neither depth nor aliases can make it recurse or grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from content.faults import Fault, join_pointer

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_FAULTS = 200

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_NUMBER_STARTS = frozenset("-+.0123456789")
_SYNTAX_FIX = (
    "Mind the indentation, and quote text that holds ': ' or ' #', or starts with one of [ ] { } * & ! | > % @ `."
)


@dataclass(frozen=True)
class Source:
    """A parsed file.

    Attributes:
        file: name to show in faults.
        value: its content as lists, mappings with text keys, and scalars; None where it could not be read.
        faults: what is wrong with it as YAML.
    """

    file: str
    value: Any
    faults: tuple[Fault, ...]
    _data: bytes = field(default=b"", repr=False)

    def lines(self) -> dict[str, int]:
        """1-based line by JSON Pointer; a mapping's value is at its key. Reads the file again: for faults only."""
        reader = _Reader(self.file, keep_lines=True)
        try:
            reader.read(self._data.decode("utf-8-sig"))
        except (_TooMuchError, yaml.YAMLError, UnicodeDecodeError):
            return reader.lines
        return reader.lines


def read_source(path: Path) -> Source:
    """Read one file; never raises, faults say what is wrong."""
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        return _unreadable(file, 0, f"cannot be read: {error.strerror}.", "Check the path and its permissions.")
    return parse_source(data, file)


def parse_source(data: bytes, file: str) -> Source:
    """Parse the bytes of a file; never raises, faults say what is wrong."""
    if len(data) > MAX_BYTES:
        return _unreadable(file, 0, f"has {len(data)} bytes; {MAX_BYTES} are allowed.", "Split it into several files.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return _unreadable(file, line, f"byte {error.start} is not UTF-8.", "Save the file as UTF-8.")
    reader = _Reader(file)
    try:
        value = reader.read(text)
    except _TooMuchError:
        return Source(file, None, tuple(reader.faults))
    except yaml.YAMLError as error:
        return _broken(file, error)
    return Source(file, value, tuple(reader.faults), data)


def _broken(file: str, error: yaml.YAMLError) -> Source:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return _unreadable(file, mark.line + 1 if mark else 0, f"is not YAML: {problem}.", _SYNTAX_FIX)


def _unreadable(file: str, line: int, message: str, fix: str) -> Source:
    return Source(file, None, (Fault(file=file, line=line, pointer="", message=message, fix=fix),))


class _TooMuchError(Exception):
    """Reading has no sense any more; the reader's last fault says why."""


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("awaits_key", "key", "key_line", "pointer", "value")

    def __init__(self, value: list[Any] | dict[str, Any], pointer: str) -> None:
        self.value = value
        self.pointer = pointer
        self.key = ""
        self.key_line = 0
        self.awaits_key = isinstance(value, dict)


class _Reader:
    """Builds plain data from the parser's events and notes what is not allowed."""

    def __init__(self, file: str, keep_lines: bool = False) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {"": 1}
        self._keep_lines = keep_lines
        self._stack: list[_Open] = []
        self._root: Any = None

    def read(self, text: str) -> Any:
        """The data of the only document; an empty one is an empty mapping."""
        n_documents = 0
        for event in _events(text):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open({}, event)
            elif kind is yaml.SequenceStartEvent:
                self._open([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._stack.pop()
            elif kind is yaml.AliasEvent:
                self._note(event, "an alias (*name) repeats another value.", "Write the value out at each place.")
                self._put(None, event)
            elif kind is yaml.DocumentStartEvent:
                n_documents += 1
                if n_documents > 1:
                    self._note(event, "a second document starts with ---.", "Keep one document in a file.", stop=True)
        return {} if self._root is None else self._root

    def _open(self, value: list[Any] | dict[str, Any], event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._note(event, f"values are nested more than {MAX_DEPTH} deep.", "Write it flatter.", stop=True)
        if self._stack and self._stack[-1].awaits_key:
            self._note(event, "a key is a list or a mapping.", "Use text as key, or quote it.", stop=True)
        self._refuse_tag(event)
        pointer = self._put(value, event)
        self._stack.append(_Open(value, pointer))

    def _scalar(self, event: Any) -> None:
        text = event.value
        if self._stack and self._stack[-1].awaits_key:
            self._key(text, event)
            return
        self._refuse_tag(event)
        if event.implicit[0] and not event.style:
            text = _plain_scalar(text)
        self._put(text, event)

    def _key(self, text: str, event: Any) -> None:
        top = self._stack[-1]
        top.key, top.key_line, top.awaits_key = text, event.start_mark.line + 1, False
        if text in top.value:
            self._note(event, f"the key {text!r} stands twice.", "Keep one of them.")

    def _put(self, value: Any, event: Any) -> str:
        """Store a value where it belongs; returns its pointer if lines are kept."""
        if not self._stack:
            self._root = value
            return ""
        top = self._stack[-1]
        if isinstance(top.value, list):
            token: str | int = len(top.value)
            line = 0 if not self._keep_lines else event.start_mark.line + 1
            top.value.append(value)
        else:
            if top.awaits_key:
                self._note(event, "a key is an alias.", "Write the key out.", stop=True)
            token, line = top.key, top.key_line
            top.value[top.key] = value
            top.awaits_key = True
        if not self._keep_lines:
            return ""
        pointer = join_pointer(top.pointer, token)
        self.lines[pointer] = line
        return pointer

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._note(event, f"the tag {event.tag[:60]!r} is not allowed.", "Remove the tag: plain values only.")

    def _note(self, event: Any, message: str, fix: str, *, stop: bool = False) -> None:
        line = event.start_mark.line + 1
        tokens = [len(top.value) if isinstance(top.value, list) else top.key for top in self._stack]
        pointer = join_pointer("", *tokens)
        self.faults.append(Fault(file=self.file, line=line, pointer=pointer, message=message, fix=fix))
        if stop or len(self.faults) >= MAX_FAULTS:
            raise _TooMuchError


def _events(text: str) -> Iterator[Any]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _plain_scalar(text: str) -> str | int | float | bool | None:
    """The core schema of YAML 1.2; numbers too long to be exact stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_STARTS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if len(text) <= 40 and _FLOAT.fullmatch(text):
            return float(text)
    return text
