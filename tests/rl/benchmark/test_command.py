"""The command from end to end: tables, pictures, one line of JSON, and nothing taught twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rl.benchmark.benchmark import RELEASED_FILE
from rl.benchmark.command import benchmark
from rl.benchmark.measures import Measures
from rl.commands import rounded
from rl.export import export_policy
from rl.network import Scorer
from rl.parameters import BeliefParameters
from rl.policy import HIDDEN_STATE, PolicyCard, expected_features
from rl.runtime import PolicyError, Tutor

TINY = ["--matrix", "smoke", "--family", "markov", "--plan", "short", "--learners", "4", "--relived", "2"]
DOCUMENT = (Path(__file__).parents[3] / "docs/benchmark.md").read_text()


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy that says it was trained without families of mastery."""
    return policy_file(tmp_path_factory.mktemp("policy") / "strangers.onnx", "mixed,-mastery simulated learners")


@pytest.fixture(scope="module")
def all_seeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy that says it was shown the truth."""
    return policy_file(
        tmp_path_factory.mktemp("policy") / "all-seeing.onnx", f"mixed,-mastery simulated learners, {HIDDEN_STATE}"
    )


def policy_file(path: Path, trained_on: str) -> Path:
    """A policy that has learned nothing."""
    import torch

    torch.manual_seed(1)
    features, context = expected_features()
    card = PolicyCard(version="t", features=features, context=context, belief=BeliefParameters(), trained_on=trained_on)
    export_policy(Scorer(), card, path)
    return path


def command(*arguments: str) -> Result:
    return CliRunner().invoke(benchmark, [*TINY, "--seeds", "2", *arguments])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("benchmark")
    return out, command("--out", str(out), "--json", str(out / "again.json"))


def test_it_ends_with_a_line_of_json(first: tuple[Path, Result]) -> None:
    out, result = first
    assert result.exit_code == 0, result.output
    line = result.output.splitlines()[-1]
    for name in ("benchmark.json", "again.json"):
        assert (out / name).read_text() == line + "\n"
    found = json.loads(line)
    assert list(found["standings"]) == ["released"]
    assert [(cell["cell"]["plan"], cell["cell"]["size"]) for cell in found["cells"]] == [
        ("short", "usual"),
        ("short", "small"),
    ]
    teachers = found["cells"][0]["teachers"]
    assert len(teachers) == 13
    assert teachers["released"]["everybody"]["nLearners"] == 8
    assert teachers["released"]["everybody"]["betterOff"] is not None
    assert set(teachers["released"]["groups"]) >= {"typical"}
    demands = [bar["demand"] for bar in found["bars"]["released"]]
    assert demands[0] == "mean over families of gain / best rule at least 1.3"
    assert found["leftOut"] == found["leftOutBars"] == []
    assert "released: bars" in result.output


def test_it_writes_tables_and_pictures(first: tuple[Path, Result]) -> None:
    out, _ = first
    text = (out / "benchmark.md").read_text()
    assert "## released: gain over that of the best rule, calendars/courses" in text
    assert "## markov, short/small: 8 learners, best rule" in text
    for picture in ("matrix", "horizons", "curves", "better-off"):
        assert (out / f"{picture}-released.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_is_taught_twice(first: tuple[Path, Result]) -> None:
    out, result = first
    episodes = {path: path.stat().st_mtime_ns for path in (out / "episodes").glob("*.npz")}
    # Ten rules, the greedy belief, privileged greedy and the policy; then the best rule and the policy, live again.
    assert len(episodes) == 2 * (13 + 2)
    stopped = min(episodes)
    stopped.unlink()
    again = command("--out", str(out))
    assert again.output.splitlines()[-1] == result.output.splitlines()[-1]
    after = {path: path.stat().st_mtime_ns for path in (out / "episodes").glob("*.npz")}
    assert set(after) == set(episodes)
    assert [path for path in after if after[path] != episodes[path]] == [stopped]


@pytest.mark.slow
def test_processes_give_the_same_table(first: tuple[Path, Result], tmp_path: Path) -> None:
    result = command("--out", str(tmp_path), "--jobs", "2")
    assert result.output.splitlines()[-1] == first[1].output.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("ray") is None and os.environ.get("CI") != "true", reason="ray is not installed: pip install pacer[ray]"
)
def test_a_ray_cluster_of_two_workers_gives_the_same_table(first: tuple[Path, Result], tmp_path: Path) -> None:
    out, _ = first
    program = "from rl.benchmark.command import benchmark; benchmark()"
    options = [*TINY, "--seeds", "2", "--backend", "ray", "--jobs", "2", "--out", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    environment |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program, *options], check=True, env=environment, capture_output=True)
    for name in ("benchmark.json", "benchmark.md"):
        assert (tmp_path / name).read_text() == (out / name).read_text()


def test_the_rivals_can_be_compared_among_themselves(tmp_path: Path) -> None:
    result = command("--rivals", "--size", "small", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert list(json.loads(result.output.splitlines()[-1])["standings"]) == ["belief-greedy"]


ONE = ["--learners", "2", "--relived", "1", "--seeds", "1"]
USUAL = ["--matrix", "smoke", "--family", "markov", "--plan", "usual", *ONE]


def test_a_policy_without_a_kind_is_judged_by_what_it_never_met(tmp_path: Path, strangers: Path) -> None:
    result = CliRunner().invoke(benchmark, [*USUAL, "--without", f"mastery={strangers}", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output.splitlines()[-1])
    assert (found["standings"], found["entrants"]) == ({}, {"without-mastery": [str(strangers)]})
    (family,) = found["leftOut"]
    assert (family["kind"], family["family"]) == ("mastery", "markov")
    assert family["gain"] == found["cells"][0]["teachers"]["without-mastery"]["everybody"]["gain"]
    assert [bar["of"] for bar in found["leftOutBars"]] == [1, 1]
    assert "A kind of learner left out: bars" in result.output
    assert "trained without" in (tmp_path / "benchmark.md").read_text()


def test_a_policy_that_is_fed_the_truth_is_a_reference(tmp_path: Path) -> None:
    arguments = ["--rivals", "--size", "small", "--reference", f"by-truth={RELEASED_FILE}"]
    result = command(*arguments, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    found = json.loads(result.output.splitlines()[-1])
    assert found["references"] == {"by-truth": str(RELEASED_FILE)}
    teachers = found["cells"][0]["teachers"]
    assert teachers["by-truth"]["kind"] == "privileged-policy"
    gains = {name: teachers[name]["everybody"]["gain"][0] for name in ("by-truth", "privileged-greedy")}
    assert found["cells"][0]["reference"] == max(gains, key=gains.__getitem__)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--without", "parrots=a.onnx"), "unknown kind 'parrots'"),
        (("--without", f"mastery={RELEASED_FILE}"), "was trained on .*markov.*; train it with --family mixed,-mastery"),
        (("--plan", "short", "--without", "mastery=STRANGERS"), "nothing to judge --without mastery by"),
        (("--without", "mastery=STRANGERS", "--without", "mastery=STRANGERS"), "a kind is named --without twice"),
        (("--without", "mastery=ALL-SEEING"), "was trained on the hidden state"),
        (("ALL-SEEING",), "was trained on the hidden state; it can only be a --reference"),
        (("--reference", f"released={RELEASED_FILE}", "released"), "'released' is the name of"),
        (("--family", "parrots"), "unknown family 'parrots'"),
        (("--plan", "weekly"), "has no cell of these plans and sizes"),
        (("nowhere.onnx",), "nowhere.onnx cannot be read"),
    ],
)
def test_mistakes_are_told(
    arguments: tuple[str, ...], told: str, tmp_path: Path, strangers: Path, all_seeing: Path
) -> None:
    options = [option for option in TINY if option not in ("--plan", "short")]
    given = [text.replace("STRANGERS", str(strangers)).replace("ALL-SEEING", str(all_seeing)) for text in arguments]
    result = CliRunner().invoke(benchmark, [*options, *given, "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert re.search(told, result.output)


def test_the_document_explains_every_figure() -> None:
    for name in Measures.__struct_encode_fields__:
        assert name == "nLearners" or f"`{name}`" in DOCUMENT, name


def test_figures_are_rounded_for_reading() -> None:
    assert rounded({"a": [0.123456789, (1, "x")], "b": True}) == {"a": [0.12346, [1, "x"]], "b": True}


def test_a_policy_that_was_shown_the_truth_teaches_nobody(all_seeing: Path) -> None:
    with pytest.raises(PolicyError, match="hidden state of simulated learners"):
        Tutor.load(all_seeing)
