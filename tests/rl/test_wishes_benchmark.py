"""The benchmark of wishes: the same learners under each, reported in the agreed form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from api.tutor import SHIPPED
from benchmarks.wishes import WITHOUT, main, taught
from rl.episodes import PolicyTeacher, teach
from rl.policy import Policy
from rl.wishes import KINDS
from simulators.families import FAMILIES


def test_without_a_wish_the_policy_teaches_as_it_does_anywhere() -> None:
    from envs.core import Settings

    policy = Policy.load(SHIPPED)
    _, gain = taught(policy, WITHOUT, "bkt", 4, (2001,))
    teacher = PolicyTeacher("policy", lambda look: policy.logits(look.features, look.mask, look.context.copy()))
    usual = teach(lambda _: teacher, Settings(family="bkt"), 4, 2001, policy.card.belief)
    np.testing.assert_allclose(gain, usual.gain)


def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    options = ["--family", "bkt", "--learners", "4", "--seeds", "1", "--policy", str(SHIPPED), "--json", str(file)]
    ended = CliRunner().invoke(main, options)
    assert ended.exit_code == 0, ended.output
    figures = json.loads(ended.output.splitlines()[-1])
    assert figures == json.loads(file.read_text())
    assert (figures["benchmark"], figures["learners"], set(figures["wishes"])) == ("wishes", 4, set(KINDS))
    for told in figures["wishes"].values():
        assert told["gain"] == pytest.approx(figures["gain"] - told["cost"], abs=2e-4)
        assert told["interval"][0] <= told["cost"] <= told["interval"][1]
        assert 0.0 < told["bent"] <= 1.0


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    ended = CliRunner().invoke(main, ["--family", "astrology"])
    assert ended.exit_code != 0
    assert "astrology" in ended.output
    assert next(iter(FAMILIES)) in ended.output
