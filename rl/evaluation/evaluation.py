"""An evaluation from end to end: every contestant under every condition, and the figures of all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from rl.belief import BeliefParameters
from rl.episodes import Episodes
from rl.evaluation.bars import Bar, Transfer, main_bars, size_bars, transfer_bars
from rl.evaluation.contest import Condition, Job, run_all
from rl.evaluation.contestants import GREEDY, POLICY, PRIVILEGED, PRIVILEGED_POLICY, RULE, Contestant
from rl.evaluation.report import N_REPLICATES, ConditionFigures, Taught, by_name, figures
from rl.policy import Policy
from rl.seeds import EVALUATION_SEEDS
from rl.teachers.tuning import tuned_settings

TRAINED_SIZES = (8, 40)
FAMILIES = ("strength", "markov", "mixed")


@dataclass(frozen=True)
class Question:
    """What is to be evaluated.

    Attributes:
        policies: files, one for each training seed; none compares the rivals alone.
        privileged: files of policies trained on the true state.
        families: for courses of the sizes trained on.
        sizes: of courses with learners of both families.
        transfer: (family trained on, file) pairs, each tested on the other family.
        seeds: of the learners.
        n_learners, n_size_learners: for each seed, with the sizes trained on and others.
        sampled: whether policies sample rather than take the likeliest.
        n_processes: side by side.
        n_replicates: of the bootstrap.
        folder: where episodes are kept.
    """

    policies: tuple[Path, ...] = ()
    privileged: tuple[Path, ...] = ()
    families: tuple[str, ...] = FAMILIES
    sizes: tuple[int, ...] = ()
    transfer: tuple[tuple[str, Path], ...] = ()
    seeds: tuple[int, ...] = EVALUATION_SEEDS
    n_learners: int = 512
    n_size_learners: int = 128
    sampled: bool = False
    n_processes: int = 1
    n_replicates: int = N_REPLICATES
    folder: Path = field(default=Path("runs/evaluation/episodes"))


class Figures(msgspec.Struct, frozen=True, rename="camel"):
    """The answer, as it is written to JSON. `bars` is empty where there is no policy."""

    policies: list[str]
    seeds: list[int]
    sampled: bool
    families: list[ConditionFigures]
    sizes: list[ConditionFigures]
    transfer: list[Transfer]
    bars: list[Bar]


@dataclass(frozen=True)
class Answer:
    """The figures, and the episodes of the `families` section they came from."""

    figures: Figures
    taught: list[dict[str, Taught]]


def rivals(privileged: Sequence[Path] = ()) -> list[Contestant]:
    """Every tuned rule, the belief's own greedy choice, and the references that see the hidden state."""
    tuned = tuned_settings()
    found = [
        Contestant(kind=RULE, name=name, settings=tuple(sorted(settings.items()))) for name, settings in tuned.items()
    ]
    found.append(Contestant(kind=GREEDY, name="belief-greedy"))
    found.append(Contestant(kind=PRIVILEGED, name="privileged-greedy"))
    for i, path in enumerate(privileged, 1):
        name = "privileged-policy" if len(privileged) == 1 else f"privileged-policy-{i}"
        found.append(Contestant(kind=PRIVILEGED_POLICY, name=name, file=str(path)))
    return found


def evaluate(question: Question, advance: Callable[[int, int, str], None]) -> Answer:
    """Teach everything that was not taught before, then count. `advance(done, total, what)` is told of every job.

    Raises:
        PolicyError: a policy file cannot be used.
        ValueError: a family or size that there is not.
    """
    for path in (*question.policies, *question.privileged, *(path for _, path in question.transfer)):
        Policy.load(path)  # better now than after an hour
    always = rivals(question.privileged)
    plans = [(condition, [*always, *group]) for condition, group in _plans(question)]
    episodes = _teach(question, plans, advance)
    taught = [
        by_name(group, {(who, seed): episodes[condition, who, seed] for who in group for seed in question.seeds})
        for condition, group in plans
    ]
    told = [figures(plan[0], teachers, question.n_replicates) for plan, teachers in zip(plans, taught, strict=True)]
    return Answer(_sections(question, told), taught[: len(question.families)])


def _plans(question: Question) -> list[tuple[Condition, list[Contestant]]]:
    """Conditions with the policies that are tested on them: families, then sizes, then transfers."""
    policies = [_policy(path, question.sampled) for path in question.policies]
    plans = [(Condition(family, TRAINED_SIZES, question.n_learners), policies) for family in question.families]
    plans += [(Condition("mixed", (size, size), question.n_size_learners), policies) for size in question.sizes]
    for trained_on in dict.fromkeys(family for family, _ in question.transfer):
        moved = [_policy(path, question.sampled) for family, path in question.transfer if family == trained_on]
        plans.append((Condition(_other(trained_on), TRAINED_SIZES, question.n_learners), moved))
    return plans


def _sections(question: Question, told: list[ConditionFigures]) -> Figures:
    """Figures in the order of `_plans`, and the bars they are held to."""
    first, second = len(question.families), len(question.families) + len(question.sizes)
    families, sizes = told[:first], told[first:second]
    trained_on = dict.fromkeys(family for family, _ in question.transfer)
    transfers = [Transfer(name, found) for name, found in zip(trained_on, told[second:], strict=True)]
    bars: list[Bar] = []
    if question.policies:
        bars += [bar for found in families if found.family == "mixed" for bar in main_bars(found)]
        bars += size_bars(sizes)
    bars += transfer_bars(transfers)
    names = [path.name for path in question.policies]
    return Figures(names, list(question.seeds), question.sampled, families, sizes, transfers, bars)


def _policy(path: Path, sampled: bool) -> Contestant:
    return Contestant(kind=POLICY, name=path.stem, file=str(path), sampled=sampled)


def _other(family: str) -> str:
    others = {"strength": "markov", "markov": "strength"}
    if family not in others:
        raise ValueError(f"a policy is trained on one of {sorted(others)} to be tested on the other, not on {family!r}")
    return others[family]


def _teach(
    question: Question,
    plans: Sequence[tuple[Condition, Sequence[Contestant]]],
    advance: Callable[[int, int, str], None],
) -> dict[tuple[Condition, Contestant, int], Episodes]:
    belief = BeliefParameters()
    jobs = list(
        dict.fromkeys(
            Job(contestant=who, condition=condition, seeds=(seed,), belief=belief)
            for condition, group in plans
            for who in group
            for seed in question.seeds
        )
    )
    found = {}
    for job, episodes in run_all(jobs, question.folder, question.n_processes):
        found[job.condition, job.contestant, job.seeds[0]] = episodes
        advance(len(found), len(jobs), f"{job.contestant.name}: {job.condition.title}")
    return found
