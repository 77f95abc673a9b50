"""Runs many small programs in one process: JSON jobs on standard input, JSON results on standard output.

A job is ``{"program", "expression", "typed", "files"}``; its result ``{"output", "value", "truth", "error"}``, where
`value` is the `repr` of the expression and `error` the name of the exception's type. A program that runs for too many
lines gets the error ``TooLong``. Each runs in an empty directory of its own.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

MAX_LINES = 5_000
PROGRAM = "<program>"


class TooLong(BaseException):
    """The program ran for more than `MAX_LINES` lines. Not an `Exception`, so that no snippet catches it."""


def limited(n_lines: int) -> Any:
    """A trace function that raises `TooLong` after so many lines."""
    left = n_lines

    def trace(frame: FrameType, event: str, arg: object) -> Any:  # noqa: ARG001
        nonlocal left
        if frame.f_code.co_filename != PROGRAM:
            return None
        left -= 1
        if left < 0:
            raise TooLong
        return trace

    return trace


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job in the present directory: what it printed, what its expression was worth, how it failed if it did."""
    importlib.invalidate_caches()
    for name, text in job["files"].items():
        Path(name).write_text(text, encoding="utf-8")
        sys.modules.pop(Path(name).stem, None)
    names: dict[str, Any] = {"__name__": "__main__"}
    value, error, output = None, "", io.StringIO()
    sys.stdin = io.StringIO(job["typed"])
    try:
        with redirect_stdout(output):
            program = compile(job["program"], PROGRAM, "exec")
            expression = compile(job["expression"], PROGRAM, "eval") if job["expression"] else None
            sys.settrace(limited(MAX_LINES))
            exec(program, names)
            if expression is not None:
                value = eval(expression, names)
    except (Exception, TooLong) as caught:
        error = type(caught).__name__
    finally:
        sys.settrace(None)
    return {"output": output.getvalue(), "value": repr(value), "truth": bool(value), "error": error}


def run_apart(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job in an empty directory of its own."""
    with TemporaryDirectory() as directory, chdir(directory):
        return run(job)


if __name__ == "__main__":
    sys.path.insert(0, "")
    sys.dont_write_bytecode = True
    json.dump([run_apart(job) for job in json.load(sys.stdin)], sys.stdout)
