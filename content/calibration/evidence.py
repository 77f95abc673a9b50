"""All statistics of a set of answers at once, computed together: what findings on items rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.abilities import estimate_abilities, placed, rest_abilities, rest_scores, standings
from content.calibration.calibration import Calibration
from content.calibration.classical import Classical, OptionUse, classical, option_use
from content.calibration.dif import GroupDif, find_dif
from content.calibration.keys import KeyDoubt, doubtful_keys
from content.calibration.responses import Flags, Reals, Responses
from content.calibration.significance import discoveries
from content.calibration.times import Times, describe_times


@dataclass(frozen=True)
class Unfairness:
    """Two groups compared, and which of J items to believe it of, (J,) each: at all abilities, at some."""

    dif: GroupDif
    uniform: Flags
    non_uniform: Flags


@dataclass(frozen=True)
class Evidence:
    """Of J items.

    Attributes:
        classical, use, times: see there; times are None where unknown.
        option_rows: (J + 1,) where each item's rows of `use` begin.
        doubts: answers that may be right, by item id.
        unfairness: for each group of each facet.
        place: (J,) in the calibration, -1 where it is not there.
    """

    responses: Responses
    calibration: Calibration | None
    classical: Classical
    use: OptionUse
    option_rows: NDArray[np.intp]
    doubts: dict[str, KeyDoubt]
    unfairness: tuple[Unfairness, ...]
    times: Times | None
    place: NDArray[np.intp]


def gather(
    responses: Responses, calibration: Calibration | None, facets: Iterable[str], false_discoveries: float
) -> Evidence:
    """Compute all of it. Ability is that of the calibration where it knows of abilities, else by rest scores.

    Raises:
        CalibrationError: no answers, a score that is neither 0 nor 1, an unknown facet, a calibration of other items.
    """
    responses.require_right_or_wrong()
    model = calibration if calibration is not None and calibration.ability_sd > 0.0 else None
    rest = rest_scores(responses) if model is None else rest_abilities(responses, model)
    ability = standings(responses) if model is None else estimate_abilities(responses, model).mean
    use = option_use(responses, rest)
    return Evidence(
        responses=responses,
        calibration=calibration,
        classical=classical(responses, rest),
        use=use,
        option_rows=np.searchsorted(use.item, np.arange(responses.n_items + 1)),
        doubts={doubt.item_id: doubt for doubt in doubtful_keys(responses, use)},
        unfairness=tuple(_unfairness(responses, facets, ability, false_discoveries)),
        times=None if responses.seconds is None else describe_times(responses),
        place=np.full(responses.n_items, -1) if calibration is None else placed(responses, calibration),
    )


def _unfairness(responses: Responses, facets: Iterable[str], ability: Reals, rate: float) -> list[Unfairness]:
    return [
        Unfairness(dif, discoveries(dif.mantel_haenszel.p, rate), discoveries(dif.logistic.p_non_uniform, rate))
        for facet in facets
        for dif in find_dif(responses, facet, ability=ability)
    ]
