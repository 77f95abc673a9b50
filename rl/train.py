"""Training: imitate a privileged teacher, then improve by MaskablePPO; a checkpoint resumes to the same run."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from sb3_contrib import MaskablePPO
from stable_baselines3.common.logger import configure
from stable_baselines3.common.utils import FloatSchedule, set_random_seed

from envs.tutoring_vector import TutoringVectorEnv
from rl.belief import BeliefParameters
from rl.episodes import MakeObserver, PolicyTeacher, teach
from rl.features import Floats
from rl.fingerprint import code_digest
from rl.imitation import Imitator
from rl.network import PassThrough, Scorer, ScorerPolicy
from rl.observer import Look
from rl.policy import BELIEFS, HIDDEN_STATE, PolicyCard, expected_features
from rl.scales import family_scales
from rl.seeds import VALIDATION_SEED
from rl.teachers.privileged import privileged_observer
from rl.teachers.rules import RuleTeacher
from rl.teachers.teacher import Teacher
from rl.teachers.tuning import best_rule
from rl.training_settings import TrainingSettings
from rl.vecenv import BeliefVecEnv, PrivilegedVecEnv
from simulators.families import FAMILIES, families_of

Progress = Callable[[str, int, int, str], None]
URGENCY = 16.0  # how fast the weight of a family grows with what it lacks of the best rule, see `weight_of`
WEIGHTS = (0.6, 5.0)  # between which it is kept
REMEMBERED = 3  # judgings whose mean says what a family lacks
LEAST_GAIN = 1e-3  # of a rival, so that few unlucky learners don't turn a ratio around


class Run:
    """A training run in a folder: settings, two checkpoints in turn, `state.json`, `best.pt`, TensorBoard's events."""

    def __init__(self, folder: Path, settings: TrainingSettings, progress: Progress) -> None:
        self.folder, self.settings, self.progress = folder, settings, progress
        folder.mkdir(parents=True, exist_ok=True)
        self.parameters = BeliefParameters()
        set_random_seed(settings.seed)
        self.families = families_of(settings.family)
        self.scales = family_scales(settings.episodes, self.families)
        self.env = self._make_env()
        self.model = self._make_model()
        self.imitator = Imitator(self._scorer)
        self.history: list[dict[str, float]] = []
        self.best = -np.inf
        self.seconds = 0.0
        self._rivals: dict[str, float] = {}

    def train(self, resume: bool, stop_after: int | None = None) -> Scorer:
        """Run to the end, or until so many segments are done, and return the best checkpoint's scorer."""
        started = time.perf_counter()
        segment = self._resume() if resume and (self.folder / "state.json").exists() else 0
        started -= self.seconds
        if segment == 0:
            for name in ("state.json", "best.pt"):  # of another run that was here
                (self.folder / name).unlink(missing_ok=True)
            self._write("settings.json", self._terms())
        end = self.settings.n_segments if stop_after is None else min(stop_after, self.settings.n_segments)
        for number in range(segment, end):
            self._advance(number)
            self.seconds = time.perf_counter() - started
            self._checkpoint(number + 1)
        if not (self.folder / "best.pt").exists():
            self._judge()
        return self.best_scorer()

    def _advance(self, segment: int) -> None:
        """One segment of either stage, which depends on nothing but the seed, its number and the weights so far."""
        before = self.settings.imitation_segments
        set_random_seed(self.settings.seed * 10_000 + segment + 1)
        self.env.reseed(self._seed(segment + 1))
        if segment < before:
            self._imitate(segment)
        else:
            self._improve(segment - before, self.settings.n_segments - before)

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
            plan=settings.plan,
            groups=settings.groups,
            autoreset_mode=AutoresetMode.SAME_STEP,
        )
        kind = PrivilegedVecEnv if settings.privileged else BeliefVecEnv
        return kind(env, self.parameters, settings.max_candidates, settings.reward_scale, self._seed(0), self.scales)

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

    def _imitate(self, segment: int) -> None:
        """One segment of the first stage; judged after its first third, as before it is still far off."""
        settings, last = self.settings, segment + 1 == self.settings.imitation_segments
        rng = np.random.default_rng([settings.seed, segment])
        n_steps = min(settings.imitation_segment, settings.imitation_steps)
        loss = self.imitator.advance(self.env, n_steps, segment / settings.imitation_segments, rng)
        note = f"loss {loss:.4f}"
        if last or 3 * segment >= settings.imitation_segments:
            note += f", validation {self._judge():.4f}, best {self.best:.4f}"
        self.progress("imitate", segment + 1, settings.imitation_segments, note)

    def _improve(self, segment: int, n_segments: int) -> None:
        """One segment of PPO."""
        settings, model = self.settings, self.model
        model._last_obs = None
        model.lr_schedule = FloatSchedule(settings.rate * (1.0 - 0.9 * segment / n_segments))
        model.learn(settings.segment_steps, reset_num_timesteps=False)
        judged = self._judge()
        self.progress("improve", segment + 1, n_segments, f"validation {judged:.4f}, best {self.best:.4f}")

    def _judge(self) -> float:
        """How the scorer does on the validation learners; the best so far is kept.

        That is its gain over that of the rule tuned best to a family, the mean over families and the worst of them
        in equal parts: a policy for everybody is as good as its worst family, and the worst alone is chance.
        """
        score = torch_score(self._scorer)
        seat = privileged_observer if self.settings.privileged else None
        ratios = {
            name: self._gain(name, PolicyTeacher("policy", score), seat) / self.rivals[name] for name in self.families
        }
        judged = (float(np.mean(list(ratios.values()))) + min(ratios.values())) / 2.0
        steps = self.imitator.steps + self.model.num_timesteps
        self.history.append({"steps": steps, "judged": judged, **{f"ratio_{k}": v for k, v in ratios.items()}})
        self.model.logger.record("validation/judged", judged)
        self.model.logger.dump(steps)
        for name in self.families:
            lately = [entry[f"ratio_{name}"] for entry in self.history[-REMEMBERED:]]
            self.imitator.weights[list(FAMILIES).index(name)] = weight_of(float(np.mean(lately)))
        if judged > self.best:
            self.best = judged
            torch.save(self._scorer.state_dict(), self.folder / "best.pt")
        return judged

    @property
    def rivals(self) -> dict[str, float]:
        """By family, what the validation learners gain under the rule tuned best to it; taught once for all judging."""
        if not self._rivals:
            for name in self.families:
                rule, knobs = best_rule(name)
                self._rivals[name] = max(self._gain(name, RuleTeacher(rule, knobs), None), LEAST_GAIN)
        return self._rivals

    def _gain(self, family: str, teacher: Teacher, seat: MakeObserver | None) -> float:
        """Mean gain of a family's validation learners, who are the same for every teacher."""
        settings = replace(self.settings.validation, family=family)
        taught = teach(lambda _: teacher, settings, self.settings.n_validation, VALIDATION_SEED, self.parameters, seat)
        return float(taught.gain.mean())

    def _checkpoint(self, segment: int) -> None:
        """What resuming needs; the state file is written last, so that a torn checkpoint is never resumed from."""
        self.model.save(self.folder / f"checkpoint-{segment % 2}.zip")
        torch.save(self.imitator.state(), self.folder / f"imitator-{segment % 2}.pt")
        state = {
            "segment": segment,
            "best": self.best if self.history else None,
            "history": self.history,
            "seconds": self.seconds,
        }
        self._write("state.json", state)

    def _resume(self) -> int:
        state = json.loads((self.folder / "state.json").read_text())
        kept = json.loads((self.folder / "settings.json").read_text())
        wanted = json.loads(json.dumps(self._terms()))
        if kept != wanted:
            differing = {key: (kept.get(key), wanted[key]) for key in wanted if kept.get(key) != wanted[key]}
            raise ValueError(
                f"run {self.folder} was begun on other terms: {differing}; name another folder, or remove this one"
            )
        segment = int(state["segment"])
        self.model.set_parameters(str(self.folder / f"checkpoint-{segment % 2}.zip"), device="cpu")
        self.imitator.restore(torch.load(self.folder / f"imitator-{segment % 2}.pt", weights_only=True))
        improved = max(segment - self.settings.imitation_segments, 0)
        self.model.num_timesteps = improved * self.settings.segment_steps
        self.history, self.seconds = state["history"], state["seconds"]
        self.best = state["best"] if self.history else -np.inf
        return segment

    def _terms(self) -> dict[str, Any]:
        """What a run cannot be resumed without: its settings, and what the code means that trains."""
        return asdict(self.settings) | {"code": code_digest(("rl.train",), self.settings.family).hex()[:16]}

    def _write(self, name: str, value: object) -> None:
        draft = self.folder / f"{name}.new"
        draft.write_text(json.dumps(value, indent=1))
        draft.replace(self.folder / name)


def weight_of(ratio: float) -> float:
    """How much a family counts from now on, of which a policy reaches `ratio` of the best rule's gain; 1 at 1."""
    return float(np.clip(math.exp(URGENCY * (1.0 - ratio)), *WEIGHTS))


def card_of(run: Run) -> PolicyCard:
    """What the run's policy says of itself."""
    settings = run.settings
    digest = hashlib.sha256((run.folder / "best.pt").read_bytes()).hexdigest()[:8]
    features, context = expected_features()
    family = settings.family.replace(" ", "")
    seen = HIDDEN_STATE if settings.privileged else BELIEFS
    return PolicyCard(
        version=f"{family}-{settings.seed}-{digest}",
        features=features,
        context=context,
        belief=run.parameters,
        trained_on=f"{family} simulated learners, courses of {settings.skills} skills, {seen}",
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
