"""Tuning the rules to a family of learners, so that a policy meets rivals at their best, on seeds used for this alone.

A family gets 200 trials, shared by successive halving (Jamieson and Talwalkar 2016) over the rules: all of them share
the first 80, the better half the next 60, the best three the last 60. Within a rule Optuna's TPE (Bergstra et al. 2011)
searches, beginning with the usual settings and with those that suit all families together. Every trial teaches the same
simulated learners, and counts their mean gain; trials run side by side. The best trials of each rule are then compared
on more learners of another seed, so that what is kept is not the luckiest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from envs.calendar import PLANS
from envs.core import Settings as EpisodeSettings
from rl.belief import BeliefParameters
from rl.episodes import Panel, teach
from rl.seeds import TUNING_SEEDS
from rl.teachers.rules import RULES, SHARED, RuleTeacher, Settings
from simulators.families import MIXED
from simulators.groups import DIVERSE

TUNED = Path(__file__).with_name("tuned")
SWITCHES = ("goal_only", "guarded")
COUNTS = ("repeats",)
RUNGS = ((1.0, 0.4), (0.5, 0.3), (0.3, 0.3))  # share of the rules that are still tried, share of the trials they get
AT_ONCE = 4  # trials of a rule between two looks at the results
N_STARTUP = 6  # random trials of a rule, before TPE has something to go by
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
        family, groups, skills: what episodes are drawn, see `envs.core.Settings`.
        calendars: a name from `envs.calendar.PLANS`.
        n_trials: of all rules together.
        n_learners: taught in each trial.
        batch: trials that run side by side.
        n_finalists, n_last_finalists: best trials of a rule that are compared again, and of a rule of the last rung.
        n_final_learners: of the second seed, for that.
        seeds: of the trials' learners and of the finalists'.
    """

    family: str = MIXED
    groups: str = DIVERSE
    skills: tuple[int, int] = (8, 40)
    calendars: str = "usual"
    n_trials: int = 200
    n_learners: int = 96
    batch: int = 8
    n_finalists: int = 2
    n_last_finalists: int = 5
    n_final_learners: int = 256
    seeds: tuple[int, int] = TUNING_SEEDS


class Tuned(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's best settings, and the mean gains that made them the best: in their trial and among the finalists."""

    settings: dict[str, float]
    trial_gain: float
    gain: float
    n_trials: int


class TunedRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of tuned settings holds."""

    plan: Plan
    belief: BeliefParameters
    rules: dict[str, Tuned]


class Choice(msgspec.Struct, frozen=True):
    """A rule with settings."""

    rule: str
    settings: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, rule: str, settings: Mapping[str, float]) -> Choice:
        """In one order, so that equal settings are equal."""
        return cls(rule, tuple(sorted((knob, float(value)) for knob, value in settings.items())))


def tuned_rules(family: str, folder: Path = TUNED) -> tuple[str, dict[str, Settings]]:
    """What the rules were tuned on, and the settings of every rule: the family, or the mixture if it was not tuned.

    Raises:
        ValueError: the file lacks a rule, or holds a rule or knobs that are unknown.
    """
    tuned_on, found = _read(family, folder)
    return tuned_on, {name: tuned.settings for name, tuned in found.items()}


def _read(family: str, folder: Path) -> tuple[str, dict[str, Tuned]]:
    tuned_on = family if (folder / f"{family}.json").exists() else MIXED
    path = folder / f"{tuned_on}.json"
    found = msgspec.json.decode(path.read_bytes(), type=TunedRules).rules
    if set(found) != set(RULES):
        raise ValueError(f"{path.name} holds the rules {sorted(found)}, not {sorted(RULES)}; tune again")
    for name in RULES:
        RuleTeacher(name, found[name].settings)
    return tuned_on, {name: found[name] for name in RULES}


def tuned_settings(family: str = MIXED, folder: Path = TUNED) -> dict[str, Settings]:
    """The settings alone, see `tuned_rules`."""
    return tuned_rules(family, folder)[1]


def best_rule(family: str, folder: Path = TUNED) -> tuple[str, Settings]:
    """The rule whose tuned settings gained most among the finalists of a family, and these settings.

    Raises:
        ValueError: as `tuned_rules`.
    """
    _, kept = _read(family, folder)
    name = max(kept, key=lambda rule: kept[rule].gain)
    return name, kept[name].settings


def mean_gains(
    choices: Sequence[Choice], plan: Plan, n_learners: int, seed: int, belief: BeliefParameters
) -> list[float]:
    """Mean gain of `n_learners` under each of the choices, the same learners for all."""
    teachers = [RuleTeacher(choice.rule, dict(choice.settings)) for choice in choices]
    calendars = PLANS[plan.calendars]
    episodes = EpisodeSettings(family=plan.family, skills=plan.skills, groups=plan.groups, plan=calendars)
    result = teach(lambda _: Panel(teachers, n_learners), episodes, n_learners, seed, belief, copies=len(teachers))
    means: list[float] = result.gain.reshape(len(teachers), n_learners).mean(axis=1).tolist()
    return means


class _Ledger:
    """What was measured so far, on disk, so that a search that was stopped goes on: it asks the same again."""

    def __init__(self, plan: Plan, belief: BeliefParameters, path: Path, advance: Callable[[int], None]) -> None:
        self._plan, self._belief, self._path, self._advance = plan, belief, path, advance
        self._head = msgspec.json.encode((plan, belief)).decode()
        self._known: dict[str, float] = {}
        if path.exists():
            head, known = msgspec.json.decode(path.read_bytes(), type=tuple[str, dict[str, float]])
            self._known = known if head == self._head else {}

    def gains(self, choices: Sequence[Choice], n_learners: int, seed: int) -> list[float]:
        """Mean gains of the choices, measured if they were not before."""
        keys = [msgspec.json.encode((choice, n_learners, seed)).decode() for choice in choices]
        for start in range(0, len(choices), self._plan.batch):
            part = slice(start, start + self._plan.batch)
            todo = {
                key: choice for key, choice in zip(keys[part], choices[part], strict=True) if key not in self._known
            }
            if todo:
                gains = mean_gains(list(todo.values()), self._plan, n_learners, seed, self._belief)
                self._known.update(zip(todo, gains, strict=True))
                self._path.write_bytes(msgspec.json.encode((self._head, self._known)))
            self._advance(len(keys[part]))
        return [self._known[key] for key in keys]


class _Search:
    """The search for a rule's settings."""

    def __init__(self, rule: str, seed: int, starts: Sequence[Settings]) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=N_STARTUP, multivariate=True, constant_liar=True
        )
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self.rule, self._knobs = rule, [*SHARED, *RULES[rule].knobs]
        for start in starts:
            self._study.enqueue_trial({knob: _as_trial(knob, start[knob]) for knob in self._knobs})
        self.found: dict[Choice, float] = {}
        self.n_trials = 0

    def ask(self, n: int) -> list[tuple[Any, Choice]]:
        """Trials to make."""
        trials = [self._study.ask() for _ in range(n)]
        return [
            (trial, Choice.of(self.rule, {knob: _suggest(trial, self.rule, knob) for knob in self._knobs}))
            for trial in trials
        ]

    def tell(self, trial: Any, choice: Choice, gain: float) -> None:
        """What came of one."""
        self._study.tell(trial, gain)
        self.found[choice] = gain
        self.n_trials += 1

    def best(self, n: int) -> list[Choice]:
        """The best choices so far."""
        return sorted(self.found, key=lambda choice: -self.found[choice])[:n]

    @property
    def best_gain(self) -> float:
        """Of the best choice."""
        return max(self.found.values())


def tune(
    plan: Plan,
    belief: BeliefParameters,
    folder: Path,
    advance: Callable[[int], None],
    start: Mapping[str, Settings] | None = None,
) -> TunedRules:
    """Tune all rules to the plan's family, or take up what `folder` holds of a search with the same plan and belief.

    `start` gives settings of rules to try beside the usual ones; `advance` hears of trials and finalists that are done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ledger = _Ledger(plan, belief, folder / f"{plan.family}.json", advance)
    searches = [_Search(rule, plan.seeds[0], [USUAL, *([start[rule]] if start else [])]) for rule in RULES]
    trying = searches
    for share, trials in RUNGS:
        trying = sorted(trying, key=lambda search: -search.best_gain if search.found else 0.0)
        trying = trying[: max(1, round(share * len(RULES)))]
        _climb(trying, max(1, round(trials * plan.n_trials / len(trying))), plan, ledger)
    finalists = {
        search.rule: search.best(plan.n_last_finalists if search in trying else plan.n_finalists) for search in searches
    }
    together = [choice for choices in finalists.values() for choice in choices]
    gains = dict(zip(together, ledger.gains(together, plan.n_final_learners, plan.seeds[1]), strict=True))
    rules = {}
    for search in searches:
        best = max(finalists[search.rule], key=lambda choice: gains[choice])
        rules[search.rule] = Tuned(
            settings=dict(best.settings), trial_gain=search.found[best], gain=gains[best], n_trials=search.n_trials
        )
    return TunedRules(plan=plan, belief=belief, rules=rules)


def _climb(searches: Sequence[_Search], n_trials: int, plan: Plan, ledger: _Ledger) -> None:
    """So many trials of each search."""
    for done in range(0, n_trials, AT_ONCE):
        asked = [(search, *trial) for search in searches for trial in search.ask(min(AT_ONCE, n_trials - done))]
        gains = ledger.gains([choice for _, _, choice in asked], plan.n_learners, plan.seeds[0])
        for (search, trial, choice), gain in zip(asked, gains, strict=True):
            search.tell(trial, choice, gain)


def _as_trial(knob: str, value: float) -> float | int:
    return int(value) if knob in SWITCHES + COUNTS else value


def _suggest(trial: Any, rule: str, knob: str) -> float:
    low, high = (SHARED | RULES[rule].knobs)[knob]
    if knob in SWITCHES:
        return float(trial.suggest_categorical(knob, (0, 1)))
    if knob in COUNTS:
        return float(trial.suggest_int(knob, int(low), int(high)))
    return float(trial.suggest_float(knob, low, high, log=knob == "first_interval"))
