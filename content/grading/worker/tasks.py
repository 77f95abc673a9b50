"""What workers do, by name. A task is opened once, in the worker, and then answers requests of bytes with bytes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

Handler = Callable[[bytes], bytes]

TASKS = {
    "algebra": "content.grading.algebra.task",
    "calibration": "content.calibration.task",
    "embedding": "content.grading.sentences.task",
    "pictures": "content.linting.pictures",
    "texts": "content.grading.short_answers.task",
}


class TaskError(RuntimeError):
    """A task cannot be opened, or a request cannot be answered. The text goes back to the asker."""


def open_task(name: str) -> Handler:
    """Load what the task needs. Raises TaskError."""
    if name not in TASKS:
        raise TaskError(f"there is no task {name!r}; there are {', '.join(TASKS)}")
    try:
        handler: Handler = import_module(TASKS[name]).open_task()
    except ModuleNotFoundError as error:
        raise TaskError(f"the package {error.name!r} is missing; run: pip install 'pacer[grade]'") from error
    return handler
