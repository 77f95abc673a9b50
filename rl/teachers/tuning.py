"""Tuning the rules, so that the policy meets each rival at its best: 200 trials each, on seeds used for nothing else.

Every trial teaches the same simulated learners (mixed families, courses of 8 to 40 skills), and counts their mean gain.
Trials run side by side in batches. The best of them are then compared on many more learners of another seed, so that
what is kept is not the luckiest. One file for each rule makes it resumable; `tuned.json` beside this module is what
everybody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from envs.core import Settings as EpisodeSettings
from rl.belief import BeliefParameters
from rl.episodes import Panel, teach
from rl.seeds import TUNING_SEEDS
from rl.teachers.rules import RULES, SHARED, RuleTeacher, Settings

TUNED_FILE = Path(__file__).with_name("tuned.json")
SWITCHES = ("goal_only", "guarded")
COUNTS = ("repeats",)
# Where the search begins; every rule picks the knobs it has.
USUAL: Settings = {
    "target": 0.7,
    "goal_only": 1.0,
    "guarded": 1.0,
    "repeats": 3.0,
    "threshold": 0.9,
    "readiness": 0.4,
    "first_interval": 0.1,
    "retention": 0.9,
    "spread": 0.1,
    "pull": 0.1,
    "need": 0.5,
    "forgetting": 1.0,
    "closeness": 2.0,
}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is tried.

    Attributes:
        n_trials: of each rule, `batch` at a time.
        n_learners: taught in each trial.
        n_finalists, n_final_learners: the best trials, compared again on more learners of the second seed.
        seeds: of the trials' learners and of the finalists'.
        family, skills: what episodes are drawn, see `envs.core.Settings`.
    """

    n_trials: int = 200
    batch: int = 8
    n_learners: int = 128
    n_finalists: int = 10
    n_final_learners: int = 256
    seeds: tuple[int, int] = TUNING_SEEDS
    family: str = "mixed"
    skills: tuple[int, int] = (8, 40)


class Tuned(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's best settings, and the mean gains that made them the best: in their trial and among the finalists."""

    settings: dict[str, float]
    trial_gain: float
    gain: float


class TunedRules(msgspec.Struct, frozen=True, kw_only=True):
    """What `tuned.json` holds."""

    plan: Plan
    belief: BeliefParameters
    rules: dict[str, Tuned]


class _Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's own file holds: the result, and what it is the result of."""

    plan: Plan
    belief: BeliefParameters
    tuned: Tuned


def tuned_settings(path: Path = TUNED_FILE) -> dict[str, Settings]:
    """The tuned settings of every rule.

    Raises:
        ValueError: the file lacks a rule, or holds a rule or knobs that are unknown.
    """
    found = msgspec.json.decode(path.read_bytes(), type=TunedRules).rules
    if set(found) != set(RULES):
        raise ValueError(f"{path.name} holds the rules {sorted(found)}, not {sorted(RULES)}; tune again")
    return {name: RuleTeacher(name, found[name].settings).settings for name in RULES}


def mean_gains(
    name: str, chosen: Sequence[Settings], plan: Plan, n_learners: int, seed: int, belief: BeliefParameters
) -> list[float]:
    """Mean gain of `n_learners` under a rule with each of the `chosen` settings, the same learners for all."""
    teachers = [RuleTeacher(name, settings) for settings in chosen]
    episodes = EpisodeSettings(family=plan.family, skills=plan.skills)
    result = teach(lambda _: Panel(teachers, n_learners), episodes, n_learners, seed, belief, copies=len(teachers))
    means: list[float] = result.gain.reshape(len(teachers), n_learners).mean(axis=1).tolist()
    return means


def tune_rule(name: str, plan: Plan, belief: BeliefParameters, advance: Callable[[int], None]) -> Tuned:
    """Search a rule's settings with Optuna's TPE (Bergstra et al. 2011), seeded; `advance` hears of finished trials."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(
        seed=plan.seeds[0], n_startup_trials=3 * plan.batch, multivariate=True, constant_liar=True
    )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    knobs = [*SHARED, *RULES[name].knobs]
    study.enqueue_trial({knob: _as_trial(knob, USUAL[knob]) for knob in knobs})
    for done in range(0, plan.n_trials, plan.batch):
        trials = [study.ask() for _ in range(min(plan.batch, plan.n_trials - done))]
        chosen = [{knob: _suggest(trial, name, knob) for knob in knobs} for trial in trials]
        gains = mean_gains(name, chosen, plan, plan.n_learners, plan.seeds[0], belief)
        for trial, gain in zip(trials, gains, strict=True):
            study.tell(trial, gain)
        advance(len(trials))
    ranked = sorted(study.trials, key=lambda trial: -float(trial.value or 0.0))
    finalists = list({tuple(sorted(trial.params.items())): trial for trial in reversed(ranked)}.values())[::-1]
    finalists = finalists[: plan.n_finalists]
    settings = [{knob: float(trial.params[knob]) for knob in knobs} for trial in finalists]
    gains = mean_gains(name, settings, plan, plan.n_final_learners, plan.seeds[1], belief)
    best = int(np.argmax(gains))
    return Tuned(settings=settings[best], trial_gain=float(finalists[best].value or 0.0), gain=gains[best])


def _as_trial(knob: str, value: float) -> float | int:
    return int(value) if knob in SWITCHES + COUNTS else value


def _suggest(trial: object, name: str, knob: str) -> float:
    low, high = (SHARED | RULES[name].knobs)[knob]
    if knob in SWITCHES:
        return float(trial.suggest_categorical(knob, (0, 1)))  # type: ignore[attr-defined]
    if knob in COUNTS:
        return float(trial.suggest_int(knob, int(low), int(high)))  # type: ignore[attr-defined]
    return float(trial.suggest_float(knob, low, high, log=knob == "first_interval"))  # type: ignore[attr-defined]


def tune(
    names: Iterable[str],
    plan: Plan,
    belief: BeliefParameters,
    folder: Path,
    advance: Callable[[str, int], None],
) -> TunedRules:
    """Tune rules, or take over what `folder` already holds for the same plan and belief."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in names:
        path = folder / f"{name}.json"
        done = msgspec.json.decode(path.read_bytes(), type=_Progress) if path.exists() else None
        if done is None or (done.plan, done.belief) != (plan, belief):
            tuned = tune_rule(name, plan, belief, lambda n, name=name: advance(name, n))  # type: ignore[misc]
            done = _Progress(plan=plan, belief=belief, tuned=tuned)
            path.write_bytes(msgspec.json.encode(done))
        else:
            advance(name, plan.n_trials)
        found[name] = done.tuned
    return TunedRules(plan=plan, belief=belief, rules=found)
