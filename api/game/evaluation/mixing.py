"""Cheats mixed in among honest learners, and all of them as the detectors' arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from api.game.evaluation.honest import Honest
from api.game.fairplay.attempts import Attempts
from api.game.xp import BASE_XP, MAX_INFORMATION
from simulators.cheats import CHEATS
from simulators.noise import Flags, Ints, Reals
from simulators.traces import Traces, joined

STRENGTHS = (0.3, 0.6, 1.0)
SHOWN_BY = {
    "rapid": "rapid",
    "rates": "rates",
    "copying": "copying",
    "following": "copying",
    "replays": "replays",
    "clocks": "clocks",
    "squeezing": "clocks",
}
"""Which detector each kind of cheat is for."""

INFORMATION = 0.8  # factor for what an answer tells, near its mean over first lessons; see api.game.xp


@dataclass(frozen=True)
class Mixed:
    """Attempts of L learners; which kind of cheat each is, "" for honest ones, how strong, and the sub-populations,
    masks (L,), that each belongs to, or would, were it honest."""

    attempts: Attempts
    kind: tuple[str, ...]
    strength: Reals
    parts: dict[str, Flags]

    @property
    def honest(self) -> Flags:
        """(L,) who is."""
        return np.asarray([not kind for kind in self.kind], dtype=np.bool_)


def mixed(honest: Honest, victims: Honest | None, n_each: int, seed: int) -> Mixed:
    """Honest learners and `n_each` cheats of every kind and strength, made of the traces of `victims`."""
    rng = np.random.default_rng((seed, 11))
    parts, kinds, strengths, owners = [honest.traces], [""] * honest.n_learners, [0.0] * honest.n_learners, []
    if victims is not None:
        n, whose = victims.n_learners, 0
        for kind, cheat in CHEATS.items():
            for strength in STRENGTHS:
                for _ in range(n_each):
                    own = victims.traces.of(whose % n)
                    other = honest.traces.of(int(rng.integers(honest.n_learners)))
                    parts.append(_alone(cheat(own, other, strength, rng)))
                    kinds.append(kind)
                    strengths.append(strength)
                    owners.append(whose % n)
                    whose += 1
    shares = dict(honest.parts)
    if victims is not None:
        shares = {name: np.r_[mask, victims.parts[name][owners]] for name, mask in shares.items()}
    return Mixed(attempts_of(joined(parts)), tuple(kinds), np.asarray(strengths), shares)


def attempts_of(traces: Traces) -> Attempts:
    """The traces with XP as if every answer told the tutor the usual."""
    order = np.lexsort((traces.at, traces.learner))
    sorted_ = traces.some(order)
    given = {f.name: getattr(sorted_, f.name) for f in fields(Traces) if f.name not in ("difficulty", "hints")}
    return Attempts(**given, xp=usual_xp(sorted_.score, sorted_.difficulty, sorted_.hints))


def usual_xp(score: Reals, difficulty: Reals, hints: Reals) -> Reals:
    """(n,) `api.game.xp.grant` for many, at the usual information, without repeats."""
    level = 1.0 + np.clip(difficulty, -2.0, 2.0) / 4.0
    raw = BASE_XP * score * level * min(INFORMATION, MAX_INFORMATION) * np.maximum(0.25, 1.0 - hints / 4.0)
    return np.asarray(np.floor(raw + 0.5))


def _alone(traces: Traces) -> Traces:
    """The traces of one learner, as learner 0."""
    zero: Ints = np.zeros(len(traces), dtype=np.int64)
    return replace(traces, learner=zero)
