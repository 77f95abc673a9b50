"""Who teaches, as data: rules, references, policy files, and anyone's teacher by the name of its module."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import msgspec
import numpy as np

from envs.core import TutoringCore
from rl.belief import BeliefParameters
from rl.candidates import MAX_CANDIDATES
from rl.episodes import MakeObserver, MakeTeacher, PolicyTeacher, Score
from rl.observer import Look
from rl.policy import Policy, PolicyError
from rl.teachers.greedy import BeliefGreedy
from rl.teachers.privileged import PrivilegedGreedy, PrivilegedObserver
from rl.teachers.rules import RuleTeacher
from rl.teachers.teacher import Teacher

RULE, GREEDY, PRIVILEGED, POLICY, PRIVILEGED_POLICY, PLUG_IN = (
    "rule",
    "greedy",
    "privileged",
    "policy",
    "privileged-policy",
    "plug-in",
)
SEEING = (PRIVILEGED, PRIVILEGED_POLICY)  # the hidden state
# What each kind runs beyond the code that all do.
SOURCES = {
    RULE: ("rl.teachers.rules",),
    GREEDY: ("rl.teachers.greedy",),
    PRIVILEGED: ("rl.teachers.privileged",),
    POLICY: ("rl.features", "rl.policy"),
    PRIVILEGED_POLICY: ("rl.features", "rl.policy", "rl.teachers.privileged"),
    PLUG_IN: ("rl.features", "rl.policy"),
}
LOOKING = "rl.features"  # what only policies look at


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """A teacher as data, so that it can be sent to another process and told apart from others.

    Attributes:
        kind: "rule", "greedy", "privileged", "policy", "privileged-policy" (a policy file that is fed the truth), or
            "plug-in".
        name: in tables.
        settings: of a rule.
        file: of a policy; of a plug-in, see `plug_in`.
        sampled: whether a policy samples, rather than taking the likeliest.
    """

    kind: str
    name: str
    settings: tuple[tuple[str, float], ...] = ()
    file: str = ""
    sampled: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Modules of the numeric rooms that it runs."""
        return SOURCES[self.kind]

    @property
    def unused(self) -> tuple[str, ...]:
        """Modules that all import and it never runs."""
        return () if LOOKING in self.sources else (LOOKING,)

    def digest(self) -> bytes:
        """Digest of the files it is made from, other than the modules in `sources`."""
        if self.kind == PLUG_IN:
            module, _, argument = _parts(self.file)
            files = [Path(import_module(module).__file__ or ""), Path(argument)]
        else:
            files = [Path(self.file)]
        found = hashlib.sha256()
        for path in files:
            if path.is_file():
                found.update(path.read_bytes())
        return found.digest()


def plug_in(name: str, where: str) -> Contestant:
    """A teacher made by ``module:attribute`` or ``module:attribute@argument``.

    The attribute is called with nothing, or with the argument as text, and gives a `rl.teachers.teacher.Teacher`.

    Raises:
        PolicyError: it cannot be imported, or is not a teacher.
    """
    found = Contestant(kind=PLUG_IN, name=name, file=where)
    _plugged(where)
    return found


def seat(who: Contestant, belief: BeliefParameters) -> tuple[MakeTeacher, BeliefParameters, MakeObserver | None]:
    """How to make the teacher, the belief it looks through, and its observer if it is not the usual one."""
    if who.kind == RULE:
        return (lambda _: RuleTeacher(who.name, dict(who.settings))), belief, None
    if who.kind == GREEDY:
        return (lambda _: BeliefGreedy()), belief, None
    if who.kind == PRIVILEGED:
        return PrivilegedGreedy, belief, None
    if who.kind == PLUG_IN:
        return (lambda _: _plugged(who.file)), belief, None
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


def _parts(where: str) -> tuple[str, str, str]:
    """Module, attribute, argument ("" if there is none)."""
    place, _, argument = where.partition("@")
    module, _, attribute = place.partition(":")
    if not module or not attribute:
        raise PolicyError(f"teacher {where!r} must be named module:attribute or module:attribute@argument")
    return module, attribute, argument


def _plugged(where: str) -> Teacher:
    module, attribute, argument = _parts(where)
    try:
        make: Callable[..., Teacher] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise PolicyError(f"teacher {where!r}: there is no module {error.name!r} on Python's path") from error
    except AttributeError as error:
        raise PolicyError(f"teacher {where!r}: the module {module} has no {attribute!r}") from error
    if not callable(make):
        raise PolicyError(f"teacher {where!r} cannot be called; name a class or a function that makes a teacher")
    try:
        teacher = make(argument) if argument else make()
    except OSError as error:
        raise PolicyError(f"teacher {where!r} cannot be made: {error}") from error
    missing = [name for name in ("name", "begin", "keep", "choose") if not hasattr(teacher, name)]
    if missing:
        raise PolicyError(f"teacher {where!r} lacks {', '.join(missing)}; see rl.teachers.teacher.Teacher")
    return teacher
