"""Answers from a second device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulators.devices import Devices
from simulators.noise import Draws
from simulators.population import UNRULY
from simulators.spread import LogNormal

MakeDraws = Callable[[int], Draws]


def begun(draws: MakeDraws, share: float, n: int = 2000) -> Devices:
    chance, takes = LogNormal(0.2, 0.0, 0.2, 0.2), LogNormal(45.0, 0.0, 45.0, 45.0)
    devices = Devices(n, replace(UNRULY, two_devices=share, other_device=chance, changeover_seconds=takes))
    devices.begin(np.arange(n), draws(n))
    return devices


def test_the_share_with_two_devices_answers_on_the_other_as_often_as_stated(draws: MakeDraws) -> None:
    devices = begun(draws, 0.3)
    owners = np.flatnonzero(devices.chance)
    assert owners.size / 2000 == pytest.approx(0.3, abs=0.03)
    uniform = (np.arange(1000) + 0.5) / 1000
    timed = devices.timed(np.full(1000, owners[0]), uniform)
    assert timed.mean() == pytest.approx(0.8)
    assert devices.changeover(np.full(1000, owners[0]), timed) == pytest.approx(np.where(timed, 0.0, 45.0))


def test_who_has_one_device_is_always_timed(draws: MakeDraws) -> None:
    for devices in (begun(draws, 0.0, 5), begun(draws, 0.5)):
        rows = np.flatnonzero(devices.chance == 0.0)
        timed = devices.timed(rows, np.full(rows.size, np.nextafter(1.0, 0.0)))
        assert timed.all()
        assert not np.any(devices.changeover(rows, timed))
