"""Logs of real learners, as arrays: where they lie, how each set is read, and how learners are kept apart.

Nothing of the data is part of Pacer; the sets are named in docs/fitting.md.
"""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from simulators.noise import Flags, Ints, Reals

USUAL_FOLDER = Path("../shared/data")
VARIABLE = "PACER_DATA"
SETS = ("assist2015", "assistments09", "cloze")
COLUMNS = ("learner", "skill", "item", "days", "correct", "asked", "seconds", "held_out")
FOLDS = 5
TIMEOUT_SECONDS = 12.0  # cloze gave twelve seconds to begin an answer
SECONDS_PER_DAY = 86_400.0


class LogError(ValueError):
    """A log that is absent or not of the known form."""


@dataclass(frozen=True)
class Log:
    """The answers of one set, ordered by learner and time; all (N,).

    Attributes:
        name: of the set.
        learner, skill, item: numbered from 0. Sets without items have one item a skill.
        days: since the learner's first answer; 0 throughout where times are unknown.
        correct: 0 or 1; 0 where nothing was asked.
        asked: false where something was only shown.
        seconds: time to answer; NaN where unknown.
        timed: whether `days` are real.
        held_out: rows of learners kept for testing where the set says which, else nobody.
        n_skills, n_items: how many there are in the whole set.
    """

    name: str
    learner: Ints
    skill: Ints
    item: Ints
    days: Reals
    correct: Reals
    asked: Flags
    seconds: Reals
    timed: bool
    held_out: Flags
    n_skills: int
    n_items: int

    def of(self, chosen: Flags) -> Log:
        """Some of the rows; skills and items keep their numbers."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in COLUMNS})


def data_folder(given: Path | None) -> Path:
    """The folder of the sets: the given one, else PACER_DATA, else ../shared/data.

    Raises:
        LogError: it does not exist.
    """
    folder = given or Path(os.environ.get(VARIABLE, USUAL_FOLDER))
    if not folder.is_dir():
        raise LogError(
            f"there are no logs in {folder}: name their folder with --data or in {VARIABLE}; "
            f"it holds knowledge_tracing/ and memory/ as docs/fitting.md says"
        )
    return folder


def read_log(name: str, folder: Path) -> Log:
    """One of SETS.

    Raises:
        LogError: an unknown name, a file that is absent, or one of another form.
    """
    readers = {"assist2015": _assist2015, "assistments09": _assistments09, "cloze": _cloze}
    if name not in readers:
        raise LogError(f"unknown log {name!r}; there are {', '.join(SETS)}")
    try:
        return readers[name](folder)
    except OSError as error:
        raise LogError(f"cannot read {name}: {error}; look at --data, now {folder}") from error
    except (KeyError, IndexError, ValueError) as error:
        raise LogError(f"{name} in {folder} is not of the form that docs/fitting.md names: {error!r}") from error


def train_and_test(log: Log, seed: int) -> tuple[Log, Log]:
    """Rows of the learners to fit to, and of those to test on: the set's own, else a fifth of the learners."""
    held_out = log.held_out
    if not held_out.any():
        learners = np.unique(log.learner)
        chosen = np.random.default_rng(seed).permutation(learners)[: len(learners) // FOLDS]
        held_out = np.isin(log.learner, chosen)
    return log.of(~held_out), log.of(held_out)


def first_learners(log: Log, most: int | None) -> Log:
    """At most so many of the learners, spread over the whole log; None for all."""
    learners = np.unique(log.learner)
    if most is None or most >= len(learners):
        return log
    chosen = learners[np.linspace(0, len(learners) - 1, most).astype(np.int64)]
    return log.of(np.isin(log.learner, chosen))


def earlier(log: Log, counted: Flags | None = None) -> Ints:
    """(N,) how often the learner met the row's skill before; with `counted` (N,), rows of that kind alone."""
    order = np.lexsort((np.arange(len(log.skill)), log.skill, log.learner))
    weight = np.ones(len(order), np.int64) if counted is None else counted.astype(np.int64)
    before = np.cumsum(weight[order]) - weight[order]
    start = np.r_[True, (np.diff(log.learner[order]) != 0) | (np.diff(log.skill[order]) != 0)]
    origin = before[start][np.cumsum(start) - 1]
    result = np.empty(len(order), np.int64)
    result[order] = before - origin
    return result


def days_since(log: Log) -> Reals:
    """(N,) days since the learner last met the skill; NaN at the first time."""
    order = np.lexsort((np.arange(len(log.skill)), log.skill, log.learner))
    again = np.r_[False, (np.diff(log.learner[order]) == 0) & (np.diff(log.skill[order]) == 0)]
    since = np.r_[0.0, np.diff(log.days[order])]
    result = np.empty(len(order))
    result[order] = np.where(again, np.maximum(since, 0.0), np.nan)
    return result


def _assist2015(folder: Path) -> Log:
    skills, answers, fold = [], [], []
    for part, held_out in (("train", False), ("valid", True)):
        path = folder / "knowledge_tracing" / "assist2015" / f"assist2015_{part}1.csv.gz"
        lines = gzip.decompress(path.read_bytes()).decode().split()
        for count, named, right in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
            skills.append(np.asarray([int(value) for value in named.split(",") if value][: int(count)]) - 1)
            answers.append(np.asarray([float(value) for value in right.split(",") if value][: int(count)]))
            fold.append(held_out)
    lengths = np.asarray([len(sequence) for sequence in skills])
    skill = np.concatenate(skills)
    return Log(
        name="assist2015",
        learner=np.repeat(np.arange(len(lengths)), lengths),
        skill=skill,
        item=skill,
        days=np.zeros(len(skill)),
        correct=np.concatenate(answers),
        asked=np.ones(len(skill), np.bool_),
        seconds=np.full(len(skill), np.nan),
        timed=False,
        held_out=np.repeat(np.asarray(fold), lengths),
        n_skills=int(skill.max()) + 1,
        n_items=int(skill.max()) + 1,
    )


def _assistments09(folder: Path) -> Log:
    path = folder / "knowledge_tracing" / "assistments09" / "preprocessed_data_train.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    names = lines[0].split("\t")
    table = np.asarray([[int(value) for value in line.split("\t")] for line in lines[1:]])
    column = {name: table[:, names.index(name)] for name in ("user_id", "item_id", "correct", "skill_id")}
    order = np.argsort(column["user_id"], kind="stable")
    n = len(order)
    skills, skill = np.unique(column["skill_id"][order], return_inverse=True)
    items, item = np.unique(column["item_id"][order], return_inverse=True)
    return Log(
        name="assistments09",
        learner=np.unique(column["user_id"][order], return_inverse=True)[1],
        skill=skill,
        item=item,
        days=np.zeros(n),
        correct=column["correct"][order].astype(np.float64),
        asked=np.ones(n, np.bool_),
        seconds=np.full(n, np.nan),
        timed=False,
        held_out=np.zeros(n, np.bool_),
        n_skills=len(skills),
        n_items=len(items),
    )


def _cloze(folder: Path) -> Log:
    """Skills are sentences; items are their blanks, of which a sentence has up to four."""
    with gzip.open(folder / "memory" / "cloze" / "cloze.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    learner = np.unique([row["Anon.Student.Id"] for row in rows], return_inverse=True)[1]
    moment = np.asarray([datetime.fromisoformat(row["Time"] + "+00:00").timestamp() for row in rows])
    order = np.lexsort((np.arange(len(rows)), moment, learner))
    learner, moment = learner[order], moment[order]
    first = moment[np.r_[True, np.diff(learner) > 0]]
    rows = [rows[index] for index in order]
    asked = np.asarray([row["Outcome"] != "STUDY" for row in rows])
    skill = np.asarray([int(row["CF..Stim.File.Index."]) for row in rows])
    items, item = np.unique([row["KC..Default."] for row in rows], return_inverse=True)
    latency = np.asarray([float(row["CF..End.Latency."]) for row in rows]) / 1000.0
    return Log(
        name="cloze",
        learner=learner,
        skill=skill,
        item=item,
        days=(moment - first[learner]) / SECONDS_PER_DAY,
        correct=np.asarray([row["Outcome"] == "CORRECT" for row in rows], np.float64),
        asked=asked,
        seconds=np.where(asked & (latency > 0), latency, np.nan),
        timed=True,
        held_out=np.zeros(len(rows), np.bool_),
        n_skills=int(skill.max()) + 1,
        n_items=len(items),
    )
