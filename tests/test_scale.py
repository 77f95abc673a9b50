"""The measure of scale: its learners are such as the service writes, and its verdicts follow from its figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import bson
from bson.objectid import ObjectId
from click.testing import CliRunner

from api.wire import UUID7_PATTERN
from benchmarks.scale.__main__ import main, verdicts
from benchmarks.scale.filling import UUID, Part, Template, made_id
from benchmarks.scale.plots import draw

ANA, EVENT = made_id(1, 0), made_id(1, 1)


def test_made_ids_are_uuids_of_version_7_and_never_the_same() -> None:
    made = {made_id(number, place) for number in (0, 1, 999_999) for place in range(40)}
    assert len(made) == 120
    assert all(re.fullmatch(UUID7_PATTERN, id) for id in made)


def test_a_copy_is_the_template_with_other_ids() -> None:
    found = {"_id": ObjectId(), "learner_id": ANA, "seq": 1, "events": [{"id": EVENT, "body": EVENT.encode()}]}
    raw = bson.encode(found)
    part = Part("commits", tuple(UUID.split(raw)), (0, 1, 1), has_object_id=True)
    template = Template((part,), n_ids=2, enrolment=1, n_events=1)
    (batch,) = template.copies(5, 7)
    first, second = (bson.decode(copy.raw) for copy in batch["commits"])
    other = made_id(5, 1)
    assert first == {**found, "_id": first["_id"], "learner_id": made_id(5, 0)} | {
        "events": [{"id": other, "body": other.encode()}]
    }
    assert len({found["_id"], first["_id"], second["_id"]}) == 3


def spread(median: float) -> dict[str, Any]:
    return {"median": median, "range": [median, median]}


FIGURES: dict[str, Any] = {
    "throughput": {
        name: {"answers": spread(500.0), "ratio": spread(ratio), "cpu_us": {"workers": spread(900.0)}}
        for name, ratio in (("sqlite-1", 0.34), ("mongo-2", 0.2))
    },
    "learners": [{"learners": n, "open_ratio": spread(1.0), "answer_ratio": spread(1.1)} for n in (1_000, 10_000)],
    "events": [{"events": 10, "answer_ratio": spread(1.0)}, {"events": 1000, "answer_ratio": spread(1.4)}],
}


def test_a_bar_is_missed_by_the_worst_of_its_rows() -> None:
    assert verdicts(FIGURES) == {
        "sqlite_third_of_bare": True,
        "learners_open_ratio": True,
        "learners_answer_ratio": True,
        "events_answer_ratio": False,
    }


def test_the_curves_are_drawn_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw(FIGURES, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["scale-flat.svg", "scale-throughput.svg"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_its_help_names_every_part() -> None:
    told = CliRunner().invoke(main, ["--help"]).output
    assert all(part in told for part in ("throughput", "learners", "events", "sync"))
