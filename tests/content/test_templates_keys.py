"""Every generator's key, worked out a second time from the words the learner reads."""

from __future__ import annotations

import pytest

from content.formats.yaml_track import load_track
from content.items import Template
from content.starter import starter_tracks
from content.templates import GENERATORS, instantiate
from tests.content import algebra_checks, arithmetic_checks

CHECKS = arithmetic_checks.CHECKS | algebra_checks.CHECKS
N_SEEDS, N_TRACK_SEEDS = 250, 25


def test_every_generator_has_a_check_of_its_own() -> None:
    assert set(CHECKS) == set(GENERATORS)


@pytest.mark.parametrize("name", GENERATORS)
def test_the_key_is_right_when_worked_out_again_from_the_prompt(name: str) -> None:
    template = Template(id=f"again-{name}", skills=("s",), band="b", generator=name)
    for seed in range(N_SEEDS):
        item = instantiate(template, seed)
        assert CHECKS[name](item), item


def test_the_keys_of_the_track_are_right_with_its_own_parameters() -> None:
    (path,) = [path for path in starter_tracks() if path.name == "arithmetic-to-algebra"]
    for template in load_track(path).templates:
        for seed in range(N_TRACK_SEEDS):
            item = instantiate(template, seed)
            assert CHECKS[template.generator](item), item
