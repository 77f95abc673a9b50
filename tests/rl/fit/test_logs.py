"""Reading logs: every set's form, the order of answers, who is held out, and what is said when something is amiss."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rl.fit.logs import (
    SETS,
    Log,
    LogError,
    data_folder,
    days_since,
    earlier,
    first_learners,
    read_log,
    train_and_test,
)

MakeLog = Callable[..., Log]


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_read_in_order_of_its_learners(name: str, data_files: Path) -> None:
    log = read_log(name, data_files)
    assert np.all(np.diff(log.learner) >= 0)
    assert set(np.unique(log.correct)) == {0.0, 1.0}
    assert (log.skill.max(), log.item.max()) == (log.n_skills - 1, log.n_items - 1)
    assert log.timed == (name == "cloze")


def test_cloze_has_times_and_things_that_were_only_shown(data_files: Path) -> None:
    log = read_log("cloze", data_files)
    assert (~log.asked).sum() == 30
    assert not log.correct[~log.asked].any()
    assert np.isnan(log.seconds[~log.asked]).all()
    assert log.seconds[log.asked].max() <= 12.01
    assert np.all(np.diff(log.days)[np.diff(log.learner) == 0] >= 0)


def test_what_came_before_is_counted_by_learner_and_skill(made_log: MakeLog) -> None:
    log = made_log(
        np.array([1.0, 0, 1, 1, 1]),
        np.array([0, 1, 0, 0, 0]),
        np.array([0, 0, 0, 0, 1]),
        days=np.array([0.0, 1, 2, 5, 9]),
    )
    assert earlier(log).tolist() == [0, 0, 1, 2, 0]
    assert earlier(log, log.correct < 0.5).tolist() == [0, 0, 0, 0, 0]
    assert days_since(log) == pytest.approx([np.nan, np.nan, 2, 3, np.nan], nan_ok=True)


@pytest.mark.parametrize("name", SETS)
def test_no_learner_is_both_fitted_to_and_tested_on(name: str, data_files: Path) -> None:
    fitted, tested = train_and_test(read_log(name, data_files), seed=1)
    assert not set(fitted.learner) & set(tested.learner)
    assert (
        0.15 < len(np.unique(tested.learner)) / (len(np.unique(tested.learner)) + len(np.unique(fitted.learner))) < 0.3
    )


def test_a_quick_look_takes_learners_from_the_whole_log(data_files: Path) -> None:
    log = first_learners(read_log("assist2015", data_files), 12)
    assert len(np.unique(log.learner)) == 12
    assert log.held_out.any()
    assert not log.held_out.all()


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LogError, match="--data or in PACER_DATA"):
        data_folder(tmp_path / "nowhere")
    monkeypatch.setenv("PACER_DATA", str(tmp_path))
    assert data_folder(None) == tmp_path


def test_a_set_that_is_unknown_absent_or_of_another_form_is_named(data_files: Path, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="unknown log 'x'; there are assist2015"):
        read_log("x", data_files)
    with pytest.raises(LogError, match=r"cannot read cloze: .*look at --data"):
        read_log("cloze", tmp_path / "empty")
    (data_files / "memory" / "cloze" / "cloze.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(LogError, match="cannot read cloze"):
        read_log("cloze", data_files)
    path = data_files / "knowledge_tracing" / "assistments09" / "preprocessed_data_train.csv.gz"
    path.write_bytes(gzip.compress(b"user\titem\n1\t2\n"))
    with pytest.raises(LogError, match="not of the form"):
        read_log("assistments09", data_files)
