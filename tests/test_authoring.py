"""docs/authoring.md shows tracks that pass the check, every kind of item, and every generator."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from content.check import check_path
from content.formats.yaml_track import load_track
from content.items import Item
from content.templates import GENERATORS, Generator
from content.templates.parameters import Words
from tests.documents import ROOT, blocks

PAGE = ROOT / "docs" / "authoring.md"


def write_tracks(folder: Path) -> list[Path]:
    """The page's tracks, each in a directory: a block with a header begins one, the others are further files of it."""
    tracks: list[Path] = []
    for number, block in enumerate(blocks(PAGE, "yaml")):
        if block.text.startswith("id:"):
            tracks.append(folder / f"track-{number}")
            tracks[-1].mkdir()
        name = "track" if block.text.startswith("id:") else f"{number:02}"
        (tracks[-1] / f"{name}.yaml").write_text(block.text, encoding="utf-8")
    return tracks


def row(generator: Generator) -> str:
    """The row that a generator should have."""
    told = []
    for parameter in generator.parameters:
        if isinstance(parameter, Words):
            default = f" ({', '.join(parameter.default)})" if parameter.default else ""
            told.append(f"`{parameter.name}`: {', '.join(parameter.options)}{default}")
        else:
            told.append(f"`{parameter.name}`: {parameter.low} to {parameter.high} ({parameter.default})")
    return f"| `{generator.name}` | {'; '.join(told)} |"


def test_its_tracks_pass_the_check(tmp_path: Path) -> None:
    tracks = write_tracks(tmp_path)
    assert len(tracks) == 2
    for track in tracks:
        assert [str(fault) for fault in check_path(track)] == []


def test_its_first_block_is_a_track_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "seas.yaml"
    file.write_text(blocks(PAGE, "yaml")[0].text, encoding="utf-8")
    assert [str(fault) for fault in check_path(file)] == []


def test_it_shows_every_kind_of_item(tmp_path: Path) -> None:
    shown = {type(item) for item in load_track(write_tracks(tmp_path)[0]).items}
    assert shown == set(get_args(Item))


@pytest.mark.parametrize("name", GENERATORS)
def test_it_lists_every_generator_as_it_is(name: str) -> None:
    assert row(GENERATORS[name]) in PAGE.read_text(encoding="utf-8")


def test_it_lists_no_generator_that_is_none() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(GENERATORS)
