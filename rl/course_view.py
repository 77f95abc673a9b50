"""Courses as the tutor sees them: padded arrays, and a lens through which one set of parameters sees them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.course import Course
from rl.arithmetic import ARRAYS, Array, Rows
from rl.links import SharedLinks, depth_of, descent_of
from rl.parameters import BeliefParameters
from rl.practice import had_success, learn_chance, narrowness, slip_and_guess

MANY = 128  # skills from which on links are summed one by one, rather than by a whole matrix


class Numbers(NamedTuple):
    """Numbers as bare arrays (), which combine with arrays faster than Python's numbers.

    Attributes:
        match, ceiling, hazard: see `rl.parameters`; narrowness: see `rl.practice`.
        error_factor, by_success: share of a lesson kept after an error, and what success adds to it.
        fading: exponent of forgetting in the growth filter.
        spaced, risked: how much a middling answer slows forgetting, by what was forgotten, in the growth and in the
            mastery filter; unspaced and unrisked are 1 more.
        held, released: share of the strength that practice finds whatever was forgotten, and what memory adds to it.
        unslipped: success of the mastery filter in an open question of middling difficulty, if known.
    """

    match: Array
    ceiling: Array
    hazard: Array
    narrowness: Array
    error_factor: Array
    by_success: Array
    fading: Array
    spaced: Array
    unspaced: Array
    risked: Array
    unrisked: Array
    held: Array
    released: Array
    unslipped: Array

    @classmethod
    def of(cls, parameters: BeliefParameters) -> Numbers:
        """Those of these parameters."""
        spaced, risked = 0.8 * parameters.spacing, parameters.hazard_spacing
        return cls(
            match=np.array(parameters.match),
            ceiling=np.array(parameters.ceiling),
            narrowness=np.array(narrowness(parameters)),
            error_factor=np.array(parameters.error_factor),
            by_success=np.array(1.0 - parameters.error_factor),
            spaced=np.array(spaced),
            unspaced=np.array(1.0 + spaced),
            risked=np.array(risked),
            unrisked=np.array(1.0 + risked),
            unslipped=np.array(1.0 - parameters.known_slip),
            fading=np.array(-parameters.decay),
            hazard=np.array(parameters.hazard),
            held=np.array(0.9),
            released=np.array(0.1),
        )


@dataclass(frozen=True)
class Lens:
    """What parameters make of the courses, whatever is believed of a learner; computed once for each course.

    Arrays stand with the bands first, (B, L, K), so that what is believed of skills, (L, K), broadcasts along them.

    Attributes:
        parameters: these; numbers: what is needed of them, as bare arrays.
        difficulty, guess: (B, L, K).
        span: (B, L, K) rise of success from knowing nothing to knowing all, in the growth filter.
        had_success: (B, L, K) open success in a skill known before; had_middle: (L, K) the same at middling difficulty.
        top: (B, L, K) margin of someone to whom practice can add nothing less the margin that teaches best, logits.
        offset: (L, K) margin without any practice over middling difficulty.
        known_guess, known_span: (B, L, K) of the mastery filter: success if unknown, and its rise if known.
        learn_chance: (B, L, K) of the mastery filter.
    """

    parameters: BeliefParameters
    numbers: Numbers
    difficulty: Array
    guess: Array
    span: Array
    had_success: Array
    had_middle: Array
    top: Array
    offset: Array
    known_guess: Array
    known_span: Array
    learn_chance: Array

    @classmethod
    def of(cls, view: CourseView, parameters: BeliefParameters) -> Lens:
        """The lens on a view."""
        difficulty = np.ascontiguousarray(view.difficulty.transpose(2, 0, 1))
        guess = np.ascontiguousarray(view.guess.transpose(2, 0, 1))
        slip, known_guess = slip_and_guess(difficulty, guess, parameters, ARRAYS)
        return cls(
            parameters=parameters,
            numbers=Numbers.of(parameters),
            difficulty=difficulty,
            guess=guess,
            span=1.0 - guess - parameters.slip,
            had_success=had_success(difficulty, parameters, ARRAYS),
            had_middle=had_success(view.middle, parameters, ARRAYS),
            top=parameters.base + parameters.ceiling - parameters.match - difficulty,
            offset=parameters.base - view.middle,
            known_guess=known_guess,
            known_span=1.0 - slip - known_guess,
            learn_chance=learn_chance(difficulty, parameters, ARRAYS),
        )

    def put(self, rows: Rows, fresh: Lens) -> None:
        """Replace these rows (in place)."""
        for field in fields(Lens)[2:]:
            getattr(self, field.name)[..., rows, :] = getattr(fresh, field.name)


@dataclass(frozen=True)
class CourseView:
    """The static arrays of L courses, padded to K skills and B bands, with what follows from them.

    Attributes:
        prerequisites: (L, K, K) 1.0 where the second skill should be known before the first; None if no course has any;
            `SharedLinks` in their place, and that of `descent`, where one course has many skills or many learners.
        difficulty, guess: (L, K, B), logits and chance in [0, 1).
        available: (L, K, B) bool.
        goal: (L, K) weights that sum to 1 in each row.
        depth: (L, K) length of the longest chain of prerequisites, over its maximum, in [0, 1].
        descent: (L, K, K) 1 / distance where the second skill is reached from the first by unlocking; None likewise.
        middle: (L, K) mean difficulty of a skill's available bands, logits.
        had_factor: (L, K) how much likelier than usual a skill was known before the course.
        n_skills: (L,)
    """

    prerequisites: Array | None
    difficulty: Array
    guess: Array
    available: NDArray[np.bool_]
    goal: Array
    depth: Array
    descent: Array | None
    middle: Array
    had_factor: Array
    n_skills: Array

    @classmethod
    def of(cls, course: Course, goal: NDArray[np.floating] | None = None) -> CourseView:
        """The view of one course (L = 1); `goal` (K,) weighs skills, all alike by default."""
        served = course.available.any(axis=1)
        weights = served.astype(np.float64) if goal is None else np.asarray(goal, dtype=np.float64)
        total = weights.sum()
        if weights.shape != (course.n_skills,) or not np.all(weights >= 0) or not total > 0:
            needed = f"goal must hold {course.n_skills} non-negative weights with a positive sum"
            raise ValueError(f"{needed}, not shape {weights.shape} with sum {total}")
        return cls.stack(
            course.prerequisites[None],
            course.difficulty[None],
            course.guess[None],
            course.available[None],
            (weights / total)[None],
            np.array([course.n_skills]),
        ).with_links()

    @classmethod
    def stack(
        cls,
        prerequisites: NDArray[np.bool_],
        difficulty: NDArray[np.floating],
        guess: NDArray[np.floating],
        available: NDArray[np.bool_],
        goal: NDArray[np.floating],
        n_skills: NDArray[np.integer],
        linked: bool | None = None,
    ) -> CourseView:
        """A view of padded batches, shapes as in the class; depth and descent are computed here.

        `linked` False leaves out the prerequisites, which is faster; None finds out whether there are any.
        """
        linked = bool(prerequisites.any()) if linked is None else linked
        return cls(
            prerequisites=prerequisites.astype(np.float64) if linked else None,
            difficulty=difficulty.astype(np.float64),
            guess=guess.astype(np.float64),
            available=available,
            goal=goal.astype(np.float64),
            depth=depth_of(prerequisites),
            descent=descent_of(prerequisites) if linked else None,
            middle=(difficulty * available).sum(axis=2, dtype=np.float64) / np.maximum(available.sum(axis=2), 1),
            had_factor=_had_factor(prerequisites, n_skills),
            n_skills=n_skills.astype(np.float64),
        )

    @classmethod
    def shared(cls, one: CourseView, goal: Array) -> CourseView:
        """A course (`one`, L = 1) for many learners with goals (L, K), held once; its rows are as those of any view.

        `SharedLinks` stand in for `prerequisites` and `descent`; the other arrays but the goals are not to be written.
        """
        arrays: dict[str, Any] = {}
        for field in fields(cls):
            values = getattr(one, field.name)
            if field.name in ("prerequisites", "descent"):
                arrays[field.name] = None if values is None else SharedLinks(values[0])
            else:
                arrays[field.name] = np.broadcast_to(values, (len(goal), *values.shape[1:]))
        view = cls(**arrays | {"goal": np.array(goal)})
        object.__setattr__(view, "_one", one)
        return view

    def with_links(self) -> CourseView:
        """One course (L = 1), in which `SharedLinks` stand in for the links of many skills, as most have few."""
        if self.prerequisites is None or self.goal.shape[1] < MANY:
            return self
        links: dict[str, Any] = {
            "prerequisites": SharedLinks(self.prerequisites[0]),
            "descent": None if self.descent is None else SharedLinks(self.descent[0]),
        }
        return replace(self, **links)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lenses", [])
        object.__setattr__(self, "_one", None)

    def rows(self, rows: Rows | slice) -> CourseView:
        """Some of the courses, each at most once."""
        one, goal = self.__dict__["_one"], self.goal[rows]
        chosen = rows if one is None else slice(len(goal))
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        some: dict[str, Any] = {name: None if values is None else values[chosen] for name, values in arrays.items()}
        view = CourseView(**some | {"goal": goal})
        object.__setattr__(view, "_one", one)
        return view

    def lens(self, parameters: BeliefParameters) -> Lens:
        """What these parameters make of the courses; computed once."""
        one: CourseView | None = self.__dict__["_one"]
        if one is not None:
            return one.lens(parameters)
        lenses: list[Lens] = self.__dict__["_lenses"]
        if not lenses or lenses[0].parameters is not parameters:
            lenses[:] = [Lens.of(self, parameters)]
        return lenses[0]

    def aimed(self, goal: Array) -> CourseView:
        """The same courses with other goals (L, K); what does not depend on these is shared.

        One course may be given many goals: its other arrays then keep their single row, and broadcast.
        """
        other = replace(self, goal=goal, n_skills=np.broadcast_to(self.n_skills, goal.shape[0]))
        object.__setattr__(other, "_lenses", self.__dict__["_lenses"])
        return other

    def put(self, rows: Rows, fresh: CourseView) -> None:
        """Replace the courses of these rows (in place)."""
        for field in fields(CourseView):
            getattr(self, field.name)[rows] = getattr(fresh, field.name)
        for lens in self.__dict__["_lenses"]:
            lens.put(rows, fresh.lens(lens.parameters))
        for name in ("worth", "_required"):
            self.__dict__.pop(name, None)

    def aim(self, rows: Rows, goal: Array) -> None:
        """Replace the goals of these rows (in place) by `goal` (R, K)."""
        self.goal[rows] = goal
        self.__dict__.pop("worth", None)

    @cached_property
    def worth(self) -> Array:
        """(L, K) goal weights as multiples of an even share."""
        y: Array = self.goal * self.n_skills[:, None]
        return y

    def required(self, skill: int) -> list[int]:
        """The prerequisites of a skill of the first course."""
        if self.prerequisites is None:
            return []
        found: list[int] = self._required[skill]
        return found

    @cached_property
    def _required(self) -> list[list[int]]:
        return (
            []
            if self.prerequisites is None
            else [np.flatnonzero(self.prerequisites[0, skill]).tolist() for skill in range(self.goal.shape[1])]
        )

    @cached_property
    def every_skill(self) -> Rows:
        """(L, K) the numbers of all skills."""
        return np.broadcast_to(np.arange(self.goal.shape[1]), self.goal.shape)


def _had_factor(prerequisites: NDArray[np.bool_], n_skills: NDArray[np.integer]) -> Array:
    """1.6 for the first skill of a course down to .4 for the last, lessened by each prerequisite it has, (L, K)."""
    position = np.arange(prerequisites.shape[1]) / np.maximum(n_skills[:, None], 1)
    y: Array = np.clip(1.6 - 1.2 * position, 0.3, None) * 0.75 ** np.minimum(prerequisites.sum(axis=2), 4)
    return y
