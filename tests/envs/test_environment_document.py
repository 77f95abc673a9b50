"""What docs/environment.md says runs and is complete."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from pathlib import Path

from envs.tutoring_vector import TutoringVectorEnv

DOCUMENT = (Path(__file__).parents[2] / "docs" / "environment.md").read_text(encoding="utf-8")


def test_its_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/environment.md", "exec"), {})
    assert re.fullmatch(r"\d\d+ episodes, mean gain 0\.\d+\n", printed.getvalue())


def test_it_names_every_argument() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, flags=re.MULTILINE))
    assert named == set(inspect.signature(TutoringVectorEnv).parameters) - {"num_envs", "render_mode"}
