"""Everything a training run depends on."""

from __future__ import annotations

from dataclasses import dataclass

from envs.calendar import USUAL, VARIED, plan_of
from envs.core import Settings
from simulators.families import MIXED
from simulators.groups import DIVERSE


@dataclass(frozen=True)
class TrainingSettings:
    """Everything a run depends on. One seed and these give the same policy on the same machine.

    Attributes:
        family, plan, groups, skills: who is taught what, see `envs.core.Settings`.
        imitation_steps, steps: labelled choices of the first stage, choices of the second.
        n_learners, n_steps: rollout of PPO, learners side by side and choices of each.
        segment: rollouts of PPO between checkpoints; episodes are drawn anew from (seed, segment) after each.
        imitation_segment: choices between checkpoints of the first stage, drawn anew alike.
        reward_scale: on rewards in units of a family's good exercise, so that returns are of the order of 1.
        n_validation: learners of each family that a checkpoint is judged on; the best is kept.
        validation_plan, validation_skills: their calendars and courses, those that rules are tuned on.
        privileged: whether the policy sees the hidden state, as a reference.
    """

    family: str = MIXED
    plan: str = VARIED
    groups: str = DIVERSE
    seed: int = 0
    skills: tuple[int, int] = (3, 40)
    imitation_steps: int = 442_368
    imitation_segment: int = 49_152
    steps: int = 64_000
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
    reward_scale: float = 0.1
    hidden: int = 64
    n_validation: int = 96
    validation_plan: str = USUAL
    validation_skills: tuple[int, int] = (8, 40)
    privileged: bool = False

    @property
    def episodes(self) -> Settings:
        """What is taught."""
        return Settings(self.family, self.skills, plan=plan_of(self.plan), groups=self.groups)

    @property
    def validation(self) -> Settings:
        """What a checkpoint is judged on."""
        return Settings(self.family, self.validation_skills, plan=plan_of(self.validation_plan), groups=self.groups)

    @property
    def segment_steps(self) -> int:
        """Choices between two checkpoints."""
        return self.segment * self.n_learners * self.n_steps

    @property
    def imitation_segments(self) -> int:
        """Segments of the first stage."""
        return -(-self.imitation_steps // self.imitation_segment)

    @property
    def n_segments(self) -> int:
        """Segments of both stages."""
        return self.imitation_segments + -(-self.steps // self.segment_steps)
