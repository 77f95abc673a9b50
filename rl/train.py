"""Training: imitate a privileged teacher, then improve by MaskablePPO; a checkpoint resumes to the same run."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from sb3_contrib import MaskablePPO
from stable_baselines3.common.logger import configure
from stable_baselines3.common.utils import FloatSchedule, set_random_seed

from envs.core import Settings
from envs.tutoring_vector import TutoringVectorEnv
from rl.belief import BeliefParameters
from rl.episodes import PolicyTeacher, teach
from rl.features import Floats
from rl.imitation import imitate
from rl.network import PassThrough, Scorer, ScorerPolicy
from rl.observer import Look
from rl.policy import PolicyCard, expected_features
from rl.seeds import VALIDATION_SEED
from rl.teachers.privileged import privileged_observer
from rl.vecenv import BeliefVecEnv, PrivilegedVecEnv

Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True)
class TrainingSettings:
    """Everything a run depends on. One seed and these give the same policy on the same machine.

    Attributes:
        imitation_steps, steps: choices of the two stages.
        n_learners, n_steps: rollout of PPO, learners side by side and choices of each.
        segment: rollouts between checkpoints; episodes are drawn anew from (seed, segment) after each.
        reward_scale: on the change of the score, so that returns are of the order of 1.
        n_validation: learners of each family that a checkpoint is judged on; the best is kept.
        privileged: whether the policy sees the hidden state, as a reference.
    """

    family: str = "mixed"
    seed: int = 0
    skills: tuple[int, int] = (8, 40)
    imitation_steps: int = 160_000
    steps: int = 320_000
    n_learners: int = 256
    n_steps: int = 50
    segment: int = 5
    max_candidates: int = 48
    batch_size: int = 2048
    n_epochs: int = 3
    rate: float = 3e-4
    gamma: float = 0.995
    gae_lambda: float = 0.95
    entropy: float = 0.0
    target_kl: float = 0.02
    reward_scale: float = 20.0
    hidden: int = 64
    n_validation: int = 300
    privileged: bool = False

    @property
    def segment_steps(self) -> int:
        """Choices between two checkpoints."""
        return self.segment * self.n_learners * self.n_steps


class Run:
    """A training run in a folder: `settings.json`, `checkpoint.zip`, `state.json`, `best.pt`, TensorBoard's events."""

    def __init__(self, folder: Path, settings: TrainingSettings, progress: Progress) -> None:
        self.folder, self.settings, self.progress = folder, settings, progress
        folder.mkdir(parents=True, exist_ok=True)
        self.parameters = BeliefParameters()
        set_random_seed(settings.seed)
        self.env = self._make_env()
        self.model = self._make_model()
        self.history: list[dict[str, float]] = []
        self.best = -np.inf
        self.seconds = 0.0

    def train(self, resume: bool) -> Scorer:
        """Run to the end and return the best checkpoint's scorer."""
        started = time.perf_counter()
        segment = self._resume() if resume and (self.folder / "state.json").exists() else 0
        started -= self.seconds
        if segment == 0:
            self.begin()
        for number in range(segment, self.n_segments):
            self.advance(number, started)
        self.seconds = time.perf_counter() - started
        return self.best_scorer()

    @property
    def n_segments(self) -> int:
        """Segments of the second stage."""
        return -(-self.settings.steps // self.settings.segment_steps)

    def begin(self) -> None:
        """The first stage."""
        self._write("settings.json", asdict(self.settings))
        self._imitate()

    def advance(self, segment: int, started: float) -> None:
        """One segment of the second stage, and a checkpoint; `started` is when the run began, without its pauses."""
        self._improve(segment, self.n_segments)
        self.seconds = time.perf_counter() - started
        self._checkpoint(segment + 1)

    def best_scorer(self) -> Scorer:
        """The scorer that did best on the validation learners."""
        scorer = Scorer(self.settings.hidden)
        scorer.load_state_dict(torch.load(self.folder / "best.pt", weights_only=True))
        return scorer

    def _make_env(self) -> BeliefVecEnv:
        settings = self.settings
        env = TutoringVectorEnv(
            settings.n_learners,
            family=settings.family,
            skills=settings.skills,
            autoreset_mode=AutoresetMode.SAME_STEP,
        )
        kind = PrivilegedVecEnv if settings.privileged else BeliefVecEnv
        return kind(env, self.parameters, settings.max_candidates, settings.reward_scale, self._seed(0))

    def _seed(self, segment: int) -> int:
        """Of the environment's first row in a segment, apart from every other run's and segment's."""
        return self.settings.seed * 1_000_000_000 + segment * 1_000_000

    def _make_model(self) -> MaskablePPO:
        settings = self.settings
        model = MaskablePPO(
            ScorerPolicy,
            self.env,
            learning_rate=settings.rate,
            n_steps=settings.n_steps,
            batch_size=settings.batch_size,
            n_epochs=settings.n_epochs,
            gamma=settings.gamma,
            gae_lambda=settings.gae_lambda,
            ent_coef=settings.entropy,
            target_kl=settings.target_kl,
            policy_kwargs={"features_extractor_class": PassThrough, "hidden": settings.hidden},
            seed=settings.seed,
            device="cpu",
        )
        model.set_logger(configure(str(self.folder), ["tensorboard"]))
        return model

    @property
    def _scorer(self) -> Scorer:
        latents: Any = self.model.policy.mlp_extractor
        scorer: Scorer = latents.scorer
        return scorer

    def _imitate(self) -> None:
        total = self.settings.imitation_steps
        rng = np.random.default_rng(self.settings.seed)
        imitate(
            self._scorer, self.env, total, rng, lambda n, loss: self.progress("imitate", n, total, f"loss {loss:.4f}")
        )
        self._judge(0)

    def _improve(self, segment: int, n_segments: int) -> None:
        """One segment of PPO, drawn from (seed, segment) alone."""
        settings, model = self.settings, self.model
        set_random_seed(settings.seed * 10_000 + segment + 1)
        self.env.reseed(self._seed(segment + 1))
        model._last_obs = None
        model.lr_schedule = FloatSchedule(settings.rate * (1.0 - 0.9 * segment / n_segments))
        model.learn(settings.segment_steps, reset_num_timesteps=False)
        gain = self._judge(model.num_timesteps)
        self.progress("improve", segment + 1, n_segments, f"validation gain {gain:.4f}, best {self.best:.4f}")

    def _judge(self, steps: int) -> float:
        """Mean gain on the validation learners; the best scorer so far is kept."""
        score = torch_score(self._scorer)
        families = ("strength", "markov") if self.settings.family == "mixed" else (self.settings.family,)
        gains = {
            family: teach(
                lambda _: PolicyTeacher("policy", score),
                Settings(family, self.settings.skills),
                self.settings.n_validation,
                VALIDATION_SEED,
                self.parameters,
                privileged_observer if self.settings.privileged else None,
            ).gain.mean()
            for family in families
        }
        mean = float(np.mean(list(gains.values())))
        self.history.append({"steps": steps, "gain": mean, **{f"gain_{k}": float(v) for k, v in gains.items()}})
        self.model.logger.record("validation/gain", mean)
        self.model.logger.dump(steps)
        if mean > self.best:
            self.best = mean
            torch.save(self._scorer.state_dict(), self.folder / "best.pt")
        return mean

    def _checkpoint(self, segment: int) -> None:
        """What resuming needs; the state file is written last, so that a torn checkpoint is never resumed from."""
        self.model.save(self.folder / f"checkpoint-{segment % 2}.zip")
        state = {"segment": segment, "best": self.best, "history": self.history, "seconds": self.seconds}
        self._write("state.json", state)

    def _resume(self) -> int:
        state = json.loads((self.folder / "state.json").read_text())
        kept = json.loads((self.folder / "settings.json").read_text())
        wanted = json.loads(json.dumps(asdict(self.settings)))
        if kept != wanted:
            differing = {key: (kept.get(key), wanted[key]) for key in wanted if kept.get(key) != wanted[key]}
            raise ValueError(f"run {self.folder} was begun with other settings: {differing}; name another folder")
        segment = int(state["segment"])
        self.model.set_parameters(str(self.folder / f"checkpoint-{segment % 2}.zip"), device="cpu")
        self.model.num_timesteps = segment * self.settings.segment_steps
        self.best, self.history, self.seconds = state["best"], state["history"], state["seconds"]
        return segment

    def _write(self, name: str, value: object) -> None:
        draft = self.folder / f"{name}.new"
        draft.write_text(json.dumps(value, indent=1))
        draft.replace(self.folder / name)


def card_of(run: Run) -> PolicyCard:
    """What the run's policy says of itself."""
    settings = run.settings
    digest = hashlib.sha256((run.folder / "best.pt").read_bytes()).hexdigest()[:8]
    features, context = expected_features()
    seen = "hidden state" if settings.privileged else "beliefs"
    return PolicyCard(
        version=f"{settings.family}-{settings.seed}-{digest}",
        features=features,
        context=context,
        belief=run.parameters,
        trained_on=f"{settings.family} simulated learners, courses of {settings.skills} skills, {seen}",
    )


def torch_score(scorer: Scorer) -> Callable[[Look], Floats]:
    """Logits (L, N) of a look, by torch."""

    def score(look: Look) -> Floats:
        with torch.no_grad():
            worth, _ = scorer(
                torch.from_numpy(look.features), torch.from_numpy(look.mask), torch.from_numpy(look.context)
            )
            logits: Floats = (worth * scorer.temperature).numpy()
        return logits

    return score
