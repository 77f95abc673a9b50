"""Tables of others: which column is what is found from the headings people use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from content.formats.collector import Collector, QuestionError
from content.formats.kinds import Choice, add_choice, add_numeric, add_open, add_text, add_truth, number_text, truth_of
from content.formats.markup.reading import TextReader
from content.formats.names import slug
from content.formats.question import Question, finite

_NAMES = {
    "prompt": ("question", "prompt", "stem", "question text", "text", "front", "term", "frage", "pregunta", "title"),
    "type": ("type", "question type", "kind", "typ"),
    "answer": (
        "answer", "correct", "correct answer", "correct answers", "right answer", "key", "solution", "back",
        "definition",
        "antwort", "respuesta", "correct option", "answer key", "correct choice",
    ),
    "options": ("options", "choices", "answers", "answer options"),
    "explanation": ("explanation", "feedback", "general feedback", "rationale", "comment", "answer explanation"),
    "hints": ("hint", "hints"),
    "skills": ("skill", "skills"),
    "band": ("band",),
    "id": ("id", "identifier", "question id"),
    "seconds": ("time", "time limit", "time in seconds", "seconds"),
    "tolerance": ("tolerance",),
}  # fmt: skip
_ROLE = {name: role for role, names in _NAMES.items() for name in names}
_OPTION = re.compile(r"(?:option|choice|answer|answer option|alternative)? ?([a-z]|\d{1,2})")
_WRONG = re.compile(r"(?:incorrect|wrong|distractor|false)(?: (?:answer|option|choice))?(?: ?(?:[a-z]|\d{1,2}))?")
_OPEN = re.compile(r"essay|open.*|long.*")
_NO_KEY = re.compile(r"poll.*|survey.*|slide.*|draw.*|brainstorm.*|word cloud")


def roles(header: Sequence[str]) -> list[str]:
    """What each column is: a role, "option", "wrong", or "" for the unknown."""
    found = []
    for cell in header:
        name = re.split(r" - |\(|\[|:", cell.strip().lower())[0].replace("_", " ").strip(" .*#?")
        if name in _ROLE and _ROLE[name] not in found:
            found.append(_ROLE[name])
        elif _WRONG.fullmatch(name):
            found.append("wrong")
        elif _OPTION.fullmatch(name):
            found.append("option")
        else:
            found.append("")
    return found


def is_header(header: Sequence[str]) -> bool:
    """Whether a first row names a column for the question and one for its answer."""
    found = roles(header)
    return "prompt" in found and bool({"answer", "options", "option"} & set(found))


def add_card(out: Collector, where: str, front: str, back: str) -> None:
    """A row of two cells without headings: a card."""
    question = Question(out, where)
    reader = TextReader(question)
    question.prompt = reader.auto(front)
    add_text(question, [back.strip()])


class ForeignRow:
    """One row of a table with headings."""

    def __init__(self, out: Collector, where: str, header: Sequence[str], cells: Sequence[str]) -> None:
        self._question = Question(out, where)
        self._reader = TextReader(self._question)
        self._values: dict[str, str] = {}
        self._options: list[str] = []
        self._wrong: list[str] = []
        for role, name, cell in zip(roles(header), header, cells, strict=False):
            self._take(role, name, cell.strip())

    def _take(self, role: str, name: str, cell: str) -> None:
        if role == "option":
            self._options.append(cell)
        elif role == "wrong" and cell:
            self._wrong.append(cell)
        elif role and role not in ("option", "wrong"):
            self._values[role] = cell
        elif cell:
            self._question.lose("dropped", f"column {name.strip()!r}", "no field of an item is known for it")

    def add(self) -> None:
        """Add what the row becomes.

        Raises:
            QuestionError: it gives no item.
        """
        question, values = self._question, self._values
        question.prompt = self._reader.auto(values.get("prompt", ""))
        question.ident = values.get("id", "")
        question.note(self._reader.auto(values.get("explanation", "")))
        question.hints += [self._reader.auto(line) for line in values.get("hints", "").split("\n") if line.strip()]
        skills = [slug(part) for part in re.split(r"[\n,;|]", values.get("skills", "")) if slug(part)]
        question.take_tags([f"skill:{skill}" for skill in skills])
        if values.get("band"):
            question.take_tags([f"band:{slug(values['band'])}"])
        seconds = finite(values.get("seconds", ""))
        if seconds and 0 < seconds <= 3600:
            question.fields["seconds"] = seconds
        self._by_type()

    def _by_type(self) -> None:
        kind, answer = self._values.get("type", "").lower().strip(), self._values.get("answer", "")
        if _NO_KEY.fullmatch(kind):
            raise QuestionError(f"questions of type {kind!r} have no key to grade by")
        options = [option for option in self._options if option] or _split(self._values.get("options", ""))
        if self._wrong:
            self._choice([answer, *self._wrong], answer)
        elif len(options) > 1:
            self._choice(options, answer)
        elif _OPEN.fullmatch(kind):
            add_open(self._question)
        elif not answer:
            raise QuestionError("it has no answer")
        elif truth_of(answer) is not None and ("true" in kind or kind in ("tf", "t/f", "boolean")):
            add_truth(self._question, bool(truth_of(answer)))
        elif kind.startswith("num") or (not kind and number_text(answer)):
            add_numeric(self._question, answer, abs(finite(self._values.get("tolerance", "")) or 0.0))
        else:
            add_text(self._question, [part.strip() for part in re.split(r"[|\n]", answer)])

    def _choice(self, options: list[str], answer: str) -> None:
        positions = self._options if any(self._options) else options
        right = _chosen(positions, answer)
        if not right:
            raise QuestionError(f"its answer {answer[:60]!r} is not among its options")
        kind = self._values.get("type", "").lower()
        several = len(right) > 1 or "select" in kind or "response" in kind or "checkbox" in kind
        choices = [Choice(self._reader.auto(text), text in right) for text in options]
        add_choice(self._question, choices, single=not several)


def _split(cell: str) -> list[str]:
    for mark in ("\n", "|", ";"):
        if mark in cell:
            return [part.strip() for part in cell.split(mark) if part.strip()]
    return [cell] if cell else []


def _chosen(options: Sequence[str], answer: str) -> set[str]:
    """The options that an answer means: by text, letter or number, one or several."""
    if answer in options:
        return {answer}
    by_name: Mapping[str, str] = {
        **{str(k): text for k, text in enumerate(options, 1)},
        **{chr(96 + k): text for k, text in enumerate(options, 1) if k <= 26},
        **{text.casefold(): text for text in options},
    }
    parts = [part.strip() for part in re.split(r"[,;|\n]|\band\b|&", answer) if part.strip()]
    named = [re.sub(r"^(?:option|choice|answer) ?|[.)]$", "", part.casefold()) for part in parts]
    if named and all(name in by_name for name in named):
        return {by_name[name] for name in named} - {""}
    return set()
