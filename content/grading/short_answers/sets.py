"""Sets of graded answers, read from the files in which they are published.

- SemEval-2013 task 7 (Dzikovska et al. 2013; CC BY-SA 3.0): one XML file for each question, in folders or a zip, with
  the labels correct, contradictory and incorrect.
- Texas short answers (Mohler, Bunescu and Mihalcea 2011): CSV with the scores of two people, 0 to 5.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import ParseError, XMLParser

import msgspec

LABELS: tuple[Literal["correct"], Literal["contradictory"], Literal["incorrect"]] = (
    "correct",
    "contradictory",
    "incorrect",
)
MAX_SCORE = 5.0
MAX_FILE_BYTES = 20_000_000
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class SetError(ValueError):
    """A file that is not such a set. The text names the file and what is wrong with it."""


class GradedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, and what people said of it.

    Attributes:
        set: name of the set it is of.
        question, references: what was asked, and answers known to be right.
        answer: as typed.
        label: one of LABELS, "" where there is only a score.
        score: in [0, 1], None where there is only a label.
        group: what a question's number begins with, where the set has assignments or modules; else "".
    """

    set: str
    question: str
    references: tuple[str, ...]
    answer: str
    label: str = ""
    score: float | None = None
    group: str = ""


def read_set(path: Path, name: str) -> list[GradedAnswer]:
    """Answers of a file or folder: CSV is the Texas set, anything else SemEval's with `name` in the path, 3-way.

    Raises:
        SetError: it holds no such answers, or a file of it cannot be read.
    """
    if path.suffix == ".csv":
        return list(_read_scores(path, name))
    found = [answer for file, data in _xml_files(path, name) for answer in _read_question(file, data, name)]
    if not found:
        raise SetError(f"{path} has no XML file of answers with {name!r} in its path, or none with labels of {LABELS}")
    return found


def _xml_files(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Files of one set. Where there are ways of labelling beside one another, those of "2way" and "5way" are left."""
    if path.is_dir():
        for file in sorted(path.rglob("*.xml")):
            if _wanted(str(file.relative_to(path.parent)), name):
                yield str(file), file.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda one: one.filename):
                if not _wanted(entry.filename, name):
                    continue
                if entry.file_size > MAX_FILE_BYTES:
                    raise SetError(f"{entry.filename} has {entry.file_size} bytes; {MAX_FILE_BYTES} are allowed")
                yield entry.filename, archive.read(entry)
    except (OSError, zipfile.BadZipFile) as error:
        raise SetError(f"{path} cannot be read as a zip file: {error}") from error


def _wanted(file: str, name: str) -> bool:
    lowered = file.lower()
    other = "2way" in lowered or "5way" in lowered
    return lowered.endswith(".xml") and name.lower() in lowered and not other


def _read_question(file: str, data: bytes, name: str) -> Iterator[GradedAnswer]:
    root = _root(file, data)
    question = " ".join((root.findtext("questionText") or "").split())
    references = tuple(" ".join((one.text or "").split()) for one in root.iter("referenceAnswer"))
    for one in root.iter("studentAnswer"):
        label = one.get("accuracy", "")
        if label in LABELS and references:
            yield GradedAnswer(
                set=name,
                question=question,
                references=references,
                answer=" ".join((one.text or "").split()),
                label=label,
                group=root.get("module", ""),
            )


def _root(file: str, data: bytes) -> Any:
    """The parsed file. Declarations of entities are refused, since they can grow without bound."""
    if _ENTITY.search(data):
        raise SetError(f"{file} declares a document type or an entity; neither is allowed")
    parser = XMLParser()
    try:
        parser.feed(data)
        return parser.close()
    except ParseError as error:
        raise SetError(f"{file} is not well-formed XML: {error}") from error


def _read_scores(path: Path, name: str) -> Iterator[GradedAnswer]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        for row in rows:
            yield GradedAnswer(
                set=name,
                question=row["question"],
                references=(row["desired_answer"],),
                answer=row["student_answer"],
                score=float(row["score_avg"]) / MAX_SCORE,
                group=row["id"].partition(".")[0],
            )
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
        raise SetError(f"{path} cannot be read as graded answers: {error!r}") from error
