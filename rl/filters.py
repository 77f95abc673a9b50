"""How outcomes change what is believed: the growth and the mastery filter, and the evidence between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

from rl.arithmetic import ARRAYS, SCALARS, Arithmetic, Array, Number, Rows, sigmoid
from rl.belief import (
    ACCURACY,
    COUNT,
    EVIDENCE,
    EXERCISES,
    FAILURES,
    FIRSTS,
    FIRSTS_KNOWN,
    HAD_GROWTH,
    HAD_MASTERY,
    HAZARD,
    INDEX,
    LAST,
    LAST_SCORE,
    LAST_SKILL,
    LEARNED,
    MASSED,
    MIXTURE,
    NOW,
    PACE,
    POSITION,
    RATE,
    RECENT,
    REPEATS,
    SCALE,
    SCORES,
    SPACED,
    STABILITY,
    STRENGTH,
    SUCCESSES,
    SURPRISE,
    SURPRISES,
    VARIANCE,
    Belief,
    Estimate,
    Faded,
    derive_learner,
    derive_skill,
    expect_had,
    fade,
    since_practice,
)
from rl.course_view import CourseView
from rl.parameters import BeliefParameters
from rl.practice import had_success, learn_chance, narrowness, slip_and_guess, unhindered, zone
from rl.signs import Answer, Signs, likelihood_ratio, read_signs

MASSED_DAYS = 0.1  # practice fades from "just now" with this time constant
SESSION_GAP_DAYS = 0.1  # a longer pause starts a new session
LONG_GAP_DAYS = 3.0  # from here on forgetting shows
LITTLE_PRACTISED = 3.0  # exercises of a skill, below which its repeats still teach most learners
SITUATION_RATE = 0.2  # how fast what is known of a learner in a situation follows the answers
ONE = slice(0, 1)


@dataclass(frozen=True)
class Outcomes:
    """One answer for each of R rows: arrays (R,). `score` in [0, 1]; `hints` counted; `at` in days.

    `seconds` is the time taken; NaN where it is not known.
    """

    rows: Rows
    skill: Rows
    band: Rows
    score: Array
    at: Array
    hints: Array
    seconds: Array


@dataclass(slots=True)
class Exercise(Generic[Number]):
    """What was practised, and what was believed of it at that moment, numbers or (R,).

    Attributes:
        skill: its number; level: difficulty in logits; guess: chance of those who know nothing.
        elapsed, kept, ability, learned, ready: see `rl.belief.Estimate`.
    """

    skill: Any
    level: Number
    guess: Number
    elapsed: Number
    kept: Number
    ability: Number
    learned: Number
    ready: Number


def update(
    belief: Belief, view: CourseView, current: Estimate, outcomes: Outcomes, parameters: BeliefParameters
) -> None:
    """Take in outcomes (in place). `current` is the estimate at their times; rows must be distinct."""
    rows, skill = outcomes.rows, outcomes.skill
    place = (rows, skill)
    exercise = Exercise(
        skill=skill,
        level=view.difficulty[rows, skill, outcomes.band],
        guess=view.guess[rows, skill, outcomes.band],
        elapsed=current.elapsed[place],
        kept=current.kept[place],
        ability=current.ability[place],
        learned=current.learned[place],
        ready=current.ready[place],
    )
    answer = Answer(outcomes.score, outcomes.at, outcomes.hints, outcomes.seconds)
    fields, learners = belief.skills[:, rows, skill], belief.learners[:, rows]
    take_in(fields, learners, exercise, answer, parameters, ARRAYS)
    belief.skills[:, rows, skill] = fields
    belief.learners[:, rows] = learners
    expect_had(belief.skills, belief.learners, view, rows, parameters)


def update_one(
    belief: Belief, view: CourseView, skill: int, band: int, answer: Answer[float], parameters: BeliefParameters
) -> float:
    """`update` for the only learner of a belief (L = 1), by the same formulas on plain numbers (in place).

    Returns by how much `mastered` of the skill rose.
    """
    fields, learners = belief.skills[:, 0, skill].tolist(), belief.learners[:, 0].tolist()
    faded = fade_one(fields, view, skill, answer.at, learners[MIXTURE], parameters)
    ready = 1.0
    for required in view.required(skill):
        other = belief.skills[:, 0, required].tolist()
        mastered = fade_one(other, view, required, answer.at, learners[MIXTURE], parameters).mastered
        ready *= unhindered(mastered, parameters)
    exercise = Exercise(
        skill=float(skill),
        level=view.difficulty.item(0, skill, band),
        guess=view.guess.item(0, skill, band),
        elapsed=faded.elapsed,
        kept=faded.kept,
        ability=faded.ability,
        learned=faded.learned,
        ready=ready,
    )
    take_in(fields, learners, exercise, answer, parameters, SCALARS)
    belief.skills[:, 0, skill] = fields
    belief.learners[:, 0] = learners
    expect_had(belief.skills, belief.learners, view, ONE, parameters)
    return fade_one(fields, view, skill, answer.at, learners[MIXTURE], parameters).mastered - faded.mastered


def fade_one(
    fields: list[float], view: CourseView, skill: int, at: float, mixture: float, parameters: BeliefParameters
) -> Faded[float]:
    """What is believed of one skill at a time, from its fields (of the only learner of a view)."""
    lens = view.lens(parameters)
    elapsed = since_practice(fields, at, SCALARS)
    offset, had_middle = lens.offset.item(0, skill), lens.had_middle.item(0, skill)
    return fade(fields, elapsed, mixture, offset, had_middle, parameters, SCALARS)


def take_in(
    fields: Any,
    learners: Any,
    exercise: Exercise[Number],
    answer: Answer[Number],
    parameters: BeliefParameters,
    m: Arithmetic[Number],
) -> None:
    """Change the fields of the practised skill and of the learner (in place) by an answer."""
    first = 1.0 * (fields[COUNT] == 0.0)
    mixture = learners[MIXTURE]
    signs = read_signs(answer, exercise.level, learners[PACE], parameters, m)
    growth = _update_growth(fields, learners[RATE], exercise, signs, parameters, m)
    mastery = _update_mastery(fields, exercise, signs, parameters, m)
    mixed = growth + mixture * (mastery - growth)
    situations = _situations(first, fields[COUNT], exercise.elapsed)
    _follow(learners, situations, answer.score, mixed)
    fields[SPACED] += first + situations[-2] + situations[-1]
    fields[LAST_SCORE] = answer.score
    fields[SUCCESSES] += answer.score
    fields[MASSED] = 1.0 + fields[MASSED] * m.exp(exercise.elapsed * (-1.0 / MASSED_DAYS))
    fields[ACCURACY] += 0.35 * (answer.score - fields[ACCURACY])
    fields[COUNT] += 1.0
    fields[LAST] = answer.at
    fields[INDEX] = learners[EXERCISES] + 1.0
    derive_skill(fields, parameters, m)
    _update_learner(learners, exercise.skill, answer, first, growth, mastery, fields, parameters, m)
    slowness = signs.timed * signs.earnest * (signs.delay - parameters.time_per_doubt * (1.0 - mixed))
    learners[PACE] += parameters.pace_rate * slowness
    derive_learner(learners, parameters, m)


def _situations(first: Number, count: Number, elapsed: Number) -> tuple[Number, ...]:
    """Weights 0 or 1, in the order of SITUATIONS, of the situation of an answer; `first` is 0 or 1."""
    again, soon, long = 1.0 - first, 1.0 * (elapsed < SESSION_GAP_DAYS), 1.0 * (elapsed >= LONG_GAP_DAYS)
    little, later = 1.0 * (count < LITTLE_PRACTISED), again * (1.0 - soon)
    return first, again * soon * little, again * soon * (1.0 - little), later * (1.0 - long), later * long


def _follow(learners: Any, situations: tuple[Number, ...], score: Number, predicted: Number) -> None:
    """Move what is known of the learner in the present situation (in place)."""
    for weight, surprise, seen in zip(situations, SURPRISES, SCORES, strict=True):
        pace = SITUATION_RATE * weight
        learners[surprise] += pace * (score - predicted - learners[surprise])
        learners[seen] += pace * (score - learners[seen])


def _update_growth(
    new: Any,
    rate: Number,
    exercise: Exercise[Number],
    signs: Signs[Number],
    parameters: BeliefParameters,
    m: Arithmetic[Number],
) -> Number:
    """Weigh "known before" against "learned here", filter the latter, then learn; returns the predicted success."""
    score, kept, guess = signs.score, exercise.kept, exercise.guess
    span = 1.0 - guess - parameters.slip
    margin, variance = exercise.ability - exercise.level, new[VARIANCE]
    predicted = guess + span * sigmoid(margin * new[SCALE], m)
    before = guess + span * had_success(exercise.level, parameters, m)
    had = new[HAD_GROWTH]
    expected: Number = had * before + (1.0 - had) * predicted
    new[HAD_GROWTH] = _posterior(had, likelihood_ratio(signs, before, predicted, parameters, m))

    open_success = sigmoid(margin * parameters.slope, m)
    slope = m.maximum(span * parameters.slope * open_success * (1.0 - open_success), 0.02)
    gain = variance * slope / (variance * slope * slope + m.maximum(predicted * (1.0 - predicted), 0.02))
    surprise = gain * (score * (1.0 - 0.5 * signs.hinted) - predicted)
    shift = m.minimum(m.maximum(surprise, -1.5), 1.5) * signs.earnest
    held = new[STRENGTH] * (kept + (0.7 + 0.3 * score) * (1.0 - kept)) + shift
    helped = _helped(signs, parameters)
    effect = parameters.error_factor + (1.0 - parameters.error_factor) * score
    drive = rate * exercise.ready * zone(margin + shift - parameters.match, narrowness(parameters), m)
    room = m.minimum(m.maximum(1.0 - held / parameters.ceiling, 0.0), 1.3)
    new[STRENGTH] = m.minimum(m.maximum(held + drive * effect * helped * room, -1.5), parameters.ceiling)
    new[VARIANCE] = m.maximum(variance * (1.0 - gain * slope), 0.05) + parameters.process_variance
    firmer = parameters.spacing * (parameters.failed_growth + (1.0 - parameters.failed_growth) * score)
    stability = new[STABILITY] * (1.0 + firmer * helped * (1.0 - kept))
    new[STABILITY] = m.minimum(m.maximum(stability, 0.2), 365.0)
    return expected


def _helped(signs: Signs[Number], parameters: BeliefParameters) -> Number:
    """Share of the lesson that a hint or a rapid guess leaves."""
    return signs.earnest * (1.0 + signs.hinted * (parameters.hint_factor - 1.0))


def _posterior(prior: Number, ratio: Number) -> Number:
    """Bayes' rule by likelihood ratio."""
    return prior * ratio / (prior * ratio + 1.0 - prior)


def _update_mastery(
    new: Any, exercise: Exercise[Number], signs: Signs[Number], parameters: BeliefParameters, m: Arithmetic[Number]
) -> Number:
    """Bayes' rule over known before, learned here and unknown, then learn; returns the predicted success."""
    slip, guess = slip_and_guess(exercise.level, exercise.guess, parameters, m)
    had, learned = new[HAD_MASTERY], exercise.learned
    fresh = learned * (1.0 - slip) + (1.0 - learned) * guess
    expected: Number = had * (1.0 - slip) + (1.0 - had) * fresh
    knows = likelihood_ratio(signs, 1.0 - slip, guess, parameters, m)
    new[HAD_MASTERY] = _posterior(had, knows / (learned * knows + 1.0 - learned))
    still = _posterior(learned, knows)
    risked = 1.0 - m.exp(-new[HAZARD] * exercise.elapsed)
    firmer = new[HAZARD] / (1.0 + parameters.hazard_spacing * risked * signs.score)
    chance = learn_chance(exercise.level, parameters, m) * exercise.ready * _helped(signs, parameters)
    after = still + (1.0 - still) * chance
    new[HAZARD] = (still * firmer + (after - still) * parameters.hazard) / m.maximum(after, 1e-6)
    new[LEARNED] = m.minimum(after, 0.999)
    return expected


def _update_learner(
    learners: Any,
    skill: Any,
    answer: Answer[Number],
    first: Number,
    growth: Number,
    mastery: Number,
    fields: Any,
    parameters: BeliefParameters,
    m: Arithmetic[Number],
) -> None:
    """Counters, surprise and evidence (in place)."""
    score, at = answer.score, answer.at
    had = fields[HAD_GROWTH] + learners[MIXTURE] * (fields[HAD_MASTERY] - fields[HAD_GROWTH])
    learners[FIRSTS] += first
    learners[FIRSTS_KNOWN] += first * had
    surprise = (1.0 - first) * (score - growth)
    learners[SURPRISE] += parameters.surprise_rate * (surprise - 0.1 * learners[SURPRISE])
    begins = (at - learners[NOW] > SESSION_GAP_DAYS) | (learners[EXERCISES] == 0.0)
    learners[POSITION] = m.where(begins, 1.0, learners[POSITION] + 1.0)
    evidence = learners[EVIDENCE] * parameters.evidence_memory + m.log(
        _predicted(mastery, score, m) / _predicted(growth, score, m)
    )
    learners[EVIDENCE] = m.minimum(m.maximum(evidence, -4.0), 4.0)
    learners[RECENT] += 0.15 * (score - learners[RECENT])
    learners[FAILURES] = m.where(score >= 0.5, 0.0, learners[FAILURES] + 1.0)
    learners[REPEATS] = m.where(learners[LAST_SKILL] == skill, learners[REPEATS] + 1.0, 1.0)
    learners[LAST_SKILL] = skill
    learners[EXERCISES] += 1.0
    learners[NOW] = at


def _predicted(chance: Number, score: Number, m: Arithmetic[Number]) -> Number:
    """Likelihood of a score by a filter, kept off 0 so that no single answer decides between the filters."""
    return m.minimum(m.maximum(score * chance + (1.0 - score) * (1.0 - chance), 0.02), 1.0)
