"""What the tutor assumes about learners before it meets them."""

from __future__ import annotations

import msgspec


class BeliefParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Population means the filters assume. A policy carries the values it was trained with.

    Abilities and difficulties are in logits, times in days, probabilities in [0, 1].

    Attributes:
        slope: of success in ability minus difficulty.
        base, base_variance: ability without any practice.
        had_share, had_weight: share of skills known before the course, and after how many first answers a learner's own
            share counts as much as it.
        had_ability: ability in a skill known before.
        learn_rate: logits learned from one well-matched exercise; error_factor, hint_factor: share of it kept.
        match, width: margin over difficulty that teaches best, and the width of the zone around it.
        ceiling: logits that practice can add.
        stability, spacing, decay: power law of forgetting; stability grows by 1 + spacing x what was forgotten.
        failed_growth: share of that growth that survives an error.
        known_learn, known_slope: chance to learn in the mastery filter, and its fall per logit of difficulty.
        known_slip, slip_slope, known_guess: its slips at difficulty 0, their rise per logit, least guess.
        hazard, hazard_spacing: its forgetting per day, and how spaced success lessens it.
        unready: share of a lesson learned with a prerequisite missing.
        evidence_memory: forgetting of the evidence between the filters, per answer.
        surprise_rate, surprise_weight: how fast and how strongly a learner's rate of learning is corrected.
        pace_seconds, pace_rate: usual time for an answer, and how fast a learner's own is found.
        time_per_logit, time_per_doubt, time_spread: log time rises with difficulty and with the chance to fail.
        rapid_seconds, rapid_spread, rapid_share: rapid guesses, which tell nothing and teach nothing.
        hint_share, hint_lift: hints asked per chance to fail, and the share of failures that a hint repairs.
    """

    version: int = 2
    slope: float = 1.2
    slip: float = 0.05
    base: float = -2.2
    base_variance: float = 0.4
    had_share: float = 0.3
    had_weight: float = 4.0
    had_ability: float = 1.0
    learn_rate: float = 0.8
    error_factor: float = 0.6
    hint_factor: float = 0.6
    match: float = 0.4
    width: float = 1.0
    ceiling: float = 5.0
    process_variance: float = 0.06
    stability: float = 1.5
    spacing: float = 4.0
    decay: float = 0.35
    failed_growth: float = 0.3
    known_learn: float = 0.15
    known_slope: float = 0.25
    known_slip: float = 0.07
    slip_slope: float = 0.4
    known_guess: float = 0.06
    hazard: float = 0.07
    hazard_spacing: float = 4.0
    unready: float = 0.1
    evidence_memory: float = 0.98
    surprise_rate: float = 0.1
    surprise_weight: float = 1.0
    pace_seconds: float = 12.0
    pace_rate: float = 0.15
    time_per_logit: float = 0.15
    time_per_doubt: float = 0.4
    time_spread: float = 0.45
    rapid_seconds: float = 2.0
    rapid_spread: float = 0.35
    rapid_share: float = 0.04
    hint_share: float = 0.25
    hint_lift: float = 0.3
