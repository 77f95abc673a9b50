"""Who teaches whom: contestants, conditions, and the episodes of each pair, kept on disk lest they be taught twice."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np

from envs.core import Settings, TutoringCore
from rl.belief import BeliefParameters
from rl.candidates import MAX_CANDIDATES
from rl.episodes import Episodes, PolicyTeacher, Score, teach
from rl.observer import Look, Observer
from rl.policy import Policy
from rl.teachers.greedy import BeliefGreedy
from rl.teachers.privileged import PrivilegedGreedy, PrivilegedObserver
from rl.teachers.rules import RuleTeacher
from rl.teachers.teacher import Teacher

ROOT = Path(__file__).parents[2]
# The code that episodes depend on; when its meaning changes, kept episodes are taught again.
SOURCES = (
    "simulators/**/*.py",
    "envs/c*.py",
    "rl/arithmetic.py",
    "rl/belief.py",
    "rl/candidates.py",
    "rl/course_view.py",
    "rl/filters.py",
    "rl/gains.py",
    "rl/guards.py",
    "rl/observer.py",
    "rl/parameters.py",
    "rl/practice.py",
    "rl/signs.py",
    "rl/episodes.py",
)
RULE, GREEDY, PRIVILEGED, POLICY, PRIVILEGED_POLICY = "rule", "greedy", "privileged", "policy", "privileged-policy"
OWN_SOURCES = {
    RULE: ("rl/teachers/rules.py", "rl/teachers/boxes.py", "rl/teachers/composite.py"),
    GREEDY: ("rl/teachers/greedy.py",),
    PRIVILEGED: ("rl/teachers/privileged.py",),
    POLICY: ("rl/features.py",),
    PRIVILEGED_POLICY: ("rl/features.py", "rl/teachers/privileged.py"),
}


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """A teacher as data, so that it can be sent to another process and told apart from others.

    Attributes:
        kind: "rule", "greedy", "privileged", "policy", or "privileged-policy" (a policy file that is fed the truth).
        name: in tables.
        settings: of a rule.
        file: of a policy.
        sampled: whether a policy samples, rather than taking the likeliest.
    """

    kind: str
    name: str
    settings: tuple[tuple[str, float], ...] = ()
    file: str = ""
    sampled: bool = False

    @property
    def privileged(self) -> bool:
        """Whether it sees the hidden state."""
        return self.kind in (PRIVILEGED, PRIVILEGED_POLICY)


class Condition(msgspec.Struct, frozen=True):
    """What kind of learners and courses; see `envs.core.Settings`.

    Attributes:
        family: "strength", "markov" or "mixed".
        skills: (low, high) sizes of the courses.
        n_learners: for each seed.
    """

    family: str
    skills: tuple[int, int]
    n_learners: int

    @property
    def title(self) -> str:
        """For tables and plots."""
        low, high = self.skills
        return f"{self.family}, {low} skills" if low == high else f"{self.family}, {low} to {high} skills"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One contestant, one condition, one seed."""

    contestant: Contestant
    condition: Condition
    seed: int
    belief: BeliefParameters

    def key(self) -> str:
        """A digest of everything the episodes depend on."""
        digest = hashlib.sha256(msgspec.json.encode(self))
        if self.contestant.file:
            digest.update(Path(self.contestant.file).read_bytes())
        digest.update(_digest_of(SOURCES + OWN_SOURCES[self.contestant.kind]))
        return digest.hexdigest()[:32]


def run(job: Job) -> Episodes:
    """Let the contestant teach the condition's learners of the job's seed."""
    condition, who = job.condition, job.contestant
    settings = Settings(family=condition.family, skills=condition.skills)
    make, belief, make_observer = _seat(who, job.belief)
    return teach(make, settings, condition.n_learners, job.seed, belief, make_observer)


def run_all(jobs: Iterable[Job], folder: Path, n_processes: int = 1) -> Iterator[tuple[Job, Episodes]]:
    """Every job with its episodes, as they are done; what `folder` already holds comes first, at once."""
    folder.mkdir(parents=True, exist_ok=True)
    open_jobs = []
    for job in jobs:
        path = folder / f"{job.key()}.npz"
        if path.exists():
            yield job, _read(path)
        else:
            open_jobs.append((job, path))
    if n_processes == 1:
        for job, path in open_jobs:
            _run_and_keep(job, path)
            yield job, _read(path)
        return
    with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_run_and_keep, job, path): (job, path) for job, path in open_jobs}
        for done in as_completed(waiting):
            done.result()
            job, path = waiting[done]
            yield job, _read(path)


def _run_and_keep(job: Job, path: Path) -> None:
    episodes = run(job)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **asdict(episodes))
    unfinished.replace(path)


def _read(path: Path) -> Episodes:
    with np.load(path) as arrays:
        return Episodes(**{name: arrays[name] for name in arrays.files})


def _seat(
    who: Contestant, belief: BeliefParameters
) -> tuple[Callable[[TutoringCore], Teacher], BeliefParameters, Callable[[TutoringCore], Observer] | None]:
    """How to make the teacher, the belief it looks through, and its observer if it is not the usual one."""
    if who.kind == RULE:
        return (lambda _: RuleTeacher(who.name, dict(who.settings))), belief, None
    if who.kind == GREEDY:
        return (lambda _: BeliefGreedy()), belief, None
    if who.kind == PRIVILEGED:
        return PrivilegedGreedy, belief, None
    policy = Policy.load(Path(who.file))
    own = policy.card.belief
    make = partial(_policy_teacher, who, _score_by(policy))
    if who.kind == POLICY:
        return make, own, None
    return make, own, lambda core: PrivilegedObserver(core.courses, own, MAX_CANDIDATES, core.hidden)


def _policy_teacher(who: Contestant, score: Score, core: TutoringCore) -> PolicyTeacher:  # noqa: ARG001 - sees nothing
    return PolicyTeacher(who.name, score, who.sampled)


def _score_by(policy: Policy) -> Score:
    def score(look: Look) -> np.ndarray:
        return policy.logits(look.features, look.mask, np.ascontiguousarray(look.context))

    return score


@lru_cache
def _digest_of(patterns: tuple[str, ...]) -> bytes:
    """Digest of what the code of these files means: comments, docstrings and layout don't count."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                _drop_docstring(node)
            digest.update(f"{path.name}\n{ast.dump(tree)}".encode())
    return digest.digest()


def _drop_docstring(node: ast.AST) -> None:
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body:
        return
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body[0] = ast.Pass()
