"""Differential item functioning by the Mantel-Haenszel odds ratio, in the classes of ETS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.matching import Cells
from content.calibration.responses import Reals
from content.calibration.significance import chi_square_tail

DELTA = -2.35  # ETS delta units a logit (Holland and Thayer 1988)
SLIGHT, LARGE = 1.0, 1.5  # in delta units (Zieky 1993)
Z_ONE_SIDED = 1.645


@dataclass(frozen=True)
class MantelHaenszel:
    """For J items, each (J,); NaN and class "" where no level has both groups and both outcomes.

    Attributes:
        log_odds: ln of the common odds ratio; above 0 the item favours the reference group among the equally able.
        log_odds_error: its standard error.
        delta: -2.35 log_odds; below 0 the item is harder for the focal group than for the equally able.
        p: of no difference, by the chi-square with continuity correction.
        ets: "A" negligible, "B" moderate, "C" large.
    """

    log_odds: Reals
    log_odds_error: Reals
    delta: Reals
    p: Reals
    ets: NDArray[np.str_]


def mantel_haenszel(cells: Cells) -> MantelHaenszel:
    """Compare the odds of a right answer, level by level.

    With A, B the right and wrong of the reference group, C, D those of the focal group and T all, at each level:
    odds ratio = sum(A D / T) / sum(B C / T).

    Source: Mantel and Haenszel (1959); Holland and Thayer (1988) in Wainer and Braun, Test Validity; the variance of
    the log odds by Robins, Breslow and Greenland (1986), Biometrics 42(2); classes as in Zwick (2012), ETS RR-12-08:
    C if |delta| is at least 1.5 and significantly above 1, A if it is under 1 or not significantly off 0, else B.
    """
    a, c = cells.right[..., 0], cells.right[..., 1]
    b, d = cells.n[..., 0] - a, cells.n[..., 1] - c
    t = cells.n.sum(axis=-1)
    t_or_one = np.maximum(t, 1.0)
    r, s = a * d / t_or_one, b * c / t_or_one
    for_reference, for_focal = r.sum(axis=1), s.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log(for_reference / for_focal)
        p_share, q_share = (a + d) / t_or_one, (b + c) / t_or_one
        variance = (
            (p_share * r).sum(axis=1) / (2.0 * for_reference**2)
            + (p_share * s + q_share * r).sum(axis=1) / (2.0 * for_reference * for_focal)
            + (q_share * s).sum(axis=1) / (2.0 * for_focal**2)
        )
    told = np.isfinite(log_odds)
    log_odds, error = np.where(told, log_odds, np.nan), np.sqrt(np.where(told, variance, np.nan))
    p = np.where(told, chi_square_tail(_chi_square(a, b, c, d), 1), np.nan)
    return MantelHaenszel(log_odds, error, DELTA * log_odds, p, _classes(DELTA * log_odds, abs(DELTA) * error, p))


def _chi_square(a: Reals, b: Reals, c: Reals, d: Reals) -> Reals:
    """(J,) with continuity correction, 1 degree of freedom."""
    t = a + b + c + d
    usable = t > 1.0
    t = np.where(usable, t, 2.0)
    expected = np.where(usable, (a + b) * (a + c) / t, 0.0)
    variance = np.where(usable, (a + b) * (c + d) * (a + c) * (b + d) / (t**2 * (t - 1.0)), 0.0).sum(axis=1)
    off = np.maximum(np.abs((np.where(usable, a, 0.0) - expected).sum(axis=1)) - 0.5, 0.0)
    return np.where(variance > 0.0, off**2 / np.where(variance > 0.0, variance, 1.0), 0.0)


def _classes(delta: Reals, error: Reals, p: Reals) -> NDArray[np.str_]:
    size = np.abs(delta)
    with np.errstate(invalid="ignore"):
        large = (size >= LARGE) & (size - Z_ONE_SIDED * error > SLIGHT)
        negligible = (size < SLIGHT) | (p >= 0.05)
    return np.where(np.isnan(delta), "", np.where(negligible, "A", np.where(large, "C", "B")))
