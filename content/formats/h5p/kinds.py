"""What each question library of H5P becomes; parameter names are those of the libraries' semantics.json."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from content.formats.collector import Collector, QuestionError
from content.formats.kinds import (
    Choice,
    add_choice,
    add_cloze,
    add_open,
    add_ordering,
    add_text,
    add_truth,
    strict_policy,
)
from content.formats.markup.html import parse_html
from content.formats.markup.prose import prose
from content.formats.markup.reading import Resolve, TextReader
from content.formats.names import letters
from content.formats.question import LOCALE, Question
from content.items import Gap
from content.text import plain_text

NO_QUESTION = frozenset(
    f"H5P.{name}"
    for name in ("Text", "AdvancedText", "Image", "Video", "Audio", "Link", "Table", "Nil", "Shape", "IVHotspot",
                 "ContinuousText", "TwitterUserFeed", "ExportableTextArea", "GoToQuestion", "AudioRecorder")
)  # fmt: skip
CONTAINERS = frozenset(
    f"H5P.{name}"
    for name in ("QuestionSet", "Column", "Row", "RowColumn", "CoursePresentation", "InteractiveVideo",
                 "InteractiveBook", "BranchingScenario", "BranchingQuestion", "Accordion", "SingleChoiceSet", "Gamemap")
)  # fmt: skip
NO_KIND = {
    "H5P.SimpleMultiChoice": "nothing in it is right or wrong, as in a survey",
    "H5P.Questionnaire": "nothing in it is right or wrong, as in a survey",
    "H5P.PersonalityQuiz": "nothing in it is right or wrong, as in a survey",
    "H5P.DragQuestion": "it asks to drop things on places in a picture",
    "H5P.ImageHotspotQuestion": "it asks for a place in a picture",
    "H5P.ImageMultipleHotspotQuestion": "it asks for places in a picture",
    "H5P.FindTheWords": "it asks to find words in a grid of letters",
    "H5P.MemoryGame": "it is a game of turning cards",
    "H5P.ImagePair": "its pairs are pictures only",
    "H5P.ArithmeticQuiz": "its numbers are drawn anew by the player",
}
_MARKED = re.compile(r"\*([^*\n]{1,500})\*")
_BLANK = re.compile(r"_{3,}")


class H5pQuestion:
    """The parameters of one library, and readers of its texts."""

    def __init__(
        self, out: Collector, where: str, title: str, params: dict[str, Any], resolve: Resolve, language: str
    ) -> None:
        self.params = params
        self.out = out
        self.where = where
        self._title = title
        self._resolve = resolve
        self._language = language if LOCALE.fullmatch(language) and language != "und" else ""
        self.question, self.texts = self.fresh()

    def fresh(self) -> tuple[Question, TextReader]:
        """A question of its own, for libraries that hold several."""
        question = Question(self.out, self.where, self._title, self._title)
        if self._language:
            question.fields["locale"] = self._language
        reader = TextReader(question, self._resolve)
        medium = self.object("media", "type", "params") or self.object("media", "params")
        self._picture(reader, medium)
        return question, reader

    def _picture(self, reader: TextReader, params: dict[str, Any]) -> None:
        file = params.get("file")
        path = file.get("path") if isinstance(file, dict) else params.get("path")
        if isinstance(path, str) and path:
            reader.picture(path, str(params.get("alt") or ""))

    def picture(self, reader: TextReader, value: Any, alt: object = "") -> None:
        """A picture or sound given as a file object, or a list of such."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                self._picture(reader, {**one, "alt": alt or one.get("alt")})

    def object(self, *path: str) -> dict[str, Any]:
        """The object at a path of the parameters; empty if there is none."""
        value: Any = self.params
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def listed(self, name: str) -> list[Any]:
        """A list of the parameters; empty if there is none."""
        value = self.params.get(name)
        return value if isinstance(value, list) else []

    def html(self, name: str) -> str:
        """A text of the parameters as inline markup."""
        return self.texts.html(text(self.params.get(name)))

    def each(self, name: str, make: Callable[[Question, TextReader, dict[str, Any]], None]) -> None:
        """A question of its own for each object of a list; one that fails is refused alone."""
        for number, one in enumerate(_objects(self.listed(name)), 1):
            question, reader = self.fresh()
            question.ident = f"{question.ident}-{number}"
            where = f"{self.where}: {name} {number}"
            question.where = where

            def attempt(question: Question = question, reader: TextReader = reader, one: dict[str, Any] = one) -> None:
                make(question, reader, one)

            self.out.attempt(where, text(one.get("question")) or text(one.get("text")), attempt)

    def overall(self) -> None:
        """Feedback by score is left out."""
        if any(text(one.get("feedback")) for one in self.listed("overallFeedback") if isinstance(one, dict)):
            self.question.lose("dropped", "feedback by score", "an item is explained once, however it was answered")


def text(value: Any) -> str:
    """A text, or "" for anything else."""
    return value if isinstance(value, str) else ""


def _objects(values: list[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


def _multi_choice(h5p: H5pQuestion) -> None:
    question = h5p.question
    question.prompt = h5p.html("question")
    h5p.overall()
    choices = []
    for answer in _objects(h5p.listed("answers")):
        told = answer.get("tipsAndFeedback")
        told = told if isinstance(told, dict) else {}
        if text(told.get("tip")):
            question.lose("dropped", "tips of single options", "hints are about the whole question")
        feedback = h5p.texts.html(text(told.get("chosenFeedback")))
        choices.append(
            Choice(h5p.texts.html(text(answer.get("text")), option=True), bool(answer.get("correct")), feedback)
        )
    behaviour = h5p.object("behaviour")
    n_right = sum(choice.right for choice in choices)
    kind = behaviour.get("type", "auto")
    single = behaviour.get("singleAnswer") is True or kind == "single" or (kind == "auto" and n_right == 1)
    add_choice(question, choices, single=single and n_right == 1, shuffle=behaviour.get("randomAnswers") is not False)


def _true_false(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("question")
    behaviour = h5p.object("behaviour")
    key = str(h5p.params.get("correct")).lower()
    if key not in ("true", "false"):
        raise QuestionError("neither true nor false is right")
    told = [h5p.texts.html(text(behaviour.get(name))) for name in ("feedbackOnCorrect", "feedbackOnWrong")]
    add_truth(h5p.question, key == "true", *told)


def _single_choice_set(h5p: H5pQuestion) -> None:
    def make(question: Question, reader: TextReader, one: dict[str, Any]) -> None:
        question.prompt = reader.html(text(one.get("question")))
        _first_is_right(question, reader, one.get("answers"))

    h5p.each("choices", make)


def _first_is_right(question: Question, reader: TextReader, values: object) -> None:
    options = [reader.html(text(value), option=True) for value in values] if isinstance(values, list) else []
    add_choice(question, [Choice(option, k == 0) for k, option in enumerate(options)], single=True)


def _summary(h5p: H5pQuestion) -> None:
    intro = h5p.html("intro")

    def make(question: Question, reader: TextReader, one: dict[str, Any]) -> None:
        question.prompt = intro
        if text(one.get("tip")):
            question.hints.append(reader.html(text(one.get("tip"))))
        _first_is_right(question, reader, one.get("summary"))

    h5p.each("summaries", make)


def _blanks(h5p: H5pQuestion) -> None:
    lines = [line for line in h5p.listed("questions") if isinstance(line, str)] or [text(h5p.params.get("textField"))]
    instruction, case = h5p.html("text"), h5p.object("behaviour").get("caseSensitive") is not False
    h5p.params = {"lines": [{"text": line} for line in lines]}

    def make(question: Question, reader: TextReader, one: dict[str, Any]) -> None:
        question.prompt = instruction
        add_cloze(question, *_gapped(question, reader, text(one.get("text")), (), case=case))

    h5p.each("lines", make)


def _drag_text(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("taskDescription")
    h5p.overall()
    body = text(h5p.params.get("textField"))
    words = [_plain(found.split(":")[0]) for found in _MARKED.findall(body + " " + text(h5p.params.get("distractors")))]
    options = tuple(dict.fromkeys(word for word in words if word))
    h5p.question.lose("changed", "words to drag", "they are chosen from a list at each gap")
    add_cloze(h5p.question, *_gapped(h5p.question, h5p.texts, body, options, case=True))


def _gapped(
    question: Question, reader: TextReader, line: str, options: tuple[str, ...], *, case: bool
) -> tuple[str, list[Gap]]:
    gaps: list[Gap] = []

    def mark(match: re.Match[str]) -> str:
        answer, _, tip = match[1].partition(":")
        accepted = [_plain(one) for one in answer.split("/")] if not options else [_plain(answer)]
        accepted = [one for one in dict.fromkeys(accepted) if one]
        if not accepted:
            raise QuestionError("a gap has no right answer")
        if tip.strip():
            question.hints.append(reader.html(re.sub(r"\\[+-].*", "", tip).strip()))
        name = f"gap{len(gaps) + 1}"
        offered = options if len(options) > 1 else ()
        gaps.append(
            Gap(id=name, accepted=tuple(accepted), options=offered, policy=strict_policy(question.locale, case))
        )
        return f"{{{{{name}}}}}"

    marked = _MARKED.sub(mark, line.replace("\n", " \n"))
    body = reader.html(marked) if "</" in marked or "<br" in marked else reader.auto(marked)
    return body, gaps


def _plain(html: str) -> str:
    return plain_text(prose(parse_html(html).children).markup).strip()


def _mark_the_words(h5p: H5pQuestion) -> None:
    question = h5p.question
    body = text(h5p.params.get("textField"))
    right = {_plain(found).strip(".,;:!?") for found in _MARKED.findall(body)}
    whole = h5p.texts.html(_MARKED.sub(r"\1", body))
    question.prompt = "\n\n".join(part for part in (h5p.html("taskDescription"), whole) if part)
    question.lose("changed", "words to mark in the text", "they became options")
    words = list(dict.fromkeys(word.strip(".,;:!?()\"'“”«»") for word in plain_text(whole).split()))
    single_words = {word for word in right if " " not in word}
    if len(single_words) < len(right):
        raise QuestionError("it asks to mark several words together")
    add_choice(question, [Choice(word, word in right) for word in words if word], single=False, shuffle=False)


def _sort_paragraphs(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("taskDescription")
    texts = [h5p.texts.html(text(one)) for one in h5p.listed("paragraphs")]
    names = letters(len(texts))
    add_ordering(h5p.question, list(zip(names, texts, strict=True)), names)


def _image_sequence(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("taskDescription")
    images = _objects(h5p.listed("sequenceImages"))
    texts = [text(one.get("imageDescription")) for one in images]
    for one, told in zip(images, texts, strict=True):
        h5p.picture(h5p.texts, one.get("image"), told)
    names = letters(len(texts))
    add_ordering(h5p.question, list(zip(names, texts, strict=True)), names)


def _cards(h5p: H5pQuestion) -> None:
    described = h5p.html("description")

    def make(question: Question, reader: TextReader, card: dict[str, Any]) -> None:
        h5p.picture(reader, card.get("image"), card.get("imageAltText"))
        question.prompt = reader.html(text(card.get("text"))) or described
        tips = card.get("tips")
        tip = text(card.get("tip")) or (text(tips.get("front")) if isinstance(tips, dict) else "")
        if tip:
            question.hints.append(reader.html(tip))
        add_text(question, [part.strip() for part in _plain(text(card.get("answer"))).split("|")])

    h5p.each("cards" if h5p.listed("cards") else "dialogs", make)


def _guess(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("taskDescription")
    add_text(h5p.question, [_plain(text(h5p.params.get("solutionText")))])


def _crossword(h5p: H5pQuestion) -> None:
    def make(question: Question, reader: TextReader, word: dict[str, Any]) -> None:
        question.prompt = reader.html(text(word.get("clue")))
        question.lose("changed", "a crossword", "each clue became a question of its own")
        add_text(question, [_plain(text(word.get("answer")))])

    h5p.each("words", make)


def _media_choice(h5p: H5pQuestion) -> None:
    question = h5p.question
    question.prompt = h5p.html("question")
    choices = []
    for number, option in enumerate(_objects(h5p.listed("options")), 1):
        media = option.get("media")
        params = media.get("params") if isinstance(media, dict) else None
        told = text(params.get("alt")) if isinstance(params, dict) else ""
        h5p.picture(h5p.texts, params, told)
        choices.append(Choice(told or f"({number})", bool(option.get("correct"))))
    question.lose("changed", "pictures as options", "they stand beside the prompt, their descriptions are the options")
    add_choice(question, choices, single=sum(choice.right for choice in choices) == 1)


def _advanced_blanks(h5p: H5pQuestion) -> None:
    content = h5p.object("content")
    h5p.question.prompt = h5p.texts.html(text(content.get("task")))
    blanks = [one for one in content.get("blanksList") or [] if isinstance(one, dict)]
    answers = iter([f"*{text(one.get('correctAnswerText'))}:{text(one.get('hint'))}*" for one in blanks])
    body = _BLANK.sub(lambda match: next(answers, match[0]), text(content.get("blanksText")))
    add_cloze(h5p.question, *_gapped(h5p.question, h5p.texts, body, (), case=False))


def _spoken(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("question")
    h5p.question.lose("changed", "an answer to speak", "it is typed")
    add_text(h5p.question, [_plain(text(one)) for one in h5p.listed("acceptedAnswers")])


def _dictation(h5p: H5pQuestion) -> None:
    told = h5p.html("taskDescription")

    def make(question: Question, reader: TextReader, one: dict[str, Any]) -> None:
        h5p.picture(reader, one.get("sample"), text(one.get("description")))
        question.prompt = told
        add_text(question, [_plain(text(one.get("text")))])

    h5p.each("sentences", make)


def _essay(h5p: H5pQuestion) -> None:
    h5p.question.prompt = h5p.html("taskDescription") or h5p.html("question")
    if h5p.listed("keywords"):
        h5p.question.lose("dropped", "keywords with points", "an essay is judged by its rubric")
    add_open(h5p.question)


KINDS: dict[str, Callable[[H5pQuestion], None]] = {
    "H5P.MultiChoice": _multi_choice,
    "H5P.TrueFalse": _true_false,
    "H5P.SingleChoiceSet": _single_choice_set,
    "H5P.Summary": _summary,
    "H5P.Blanks": _blanks,
    "H5P.DragText": _drag_text,
    "H5P.MarkTheWords": _mark_the_words,
    "H5P.SortParagraphs": _sort_paragraphs,
    "H5P.ImageSequencing": _image_sequence,
    "H5P.Flashcards": _cards,
    "H5P.Dialogcards": _cards,
    "H5P.GuessTheAnswer": _guess,
    "H5P.Crossword": _crossword,
    "H5P.MultiMediaChoice": _media_choice,
    "H5P.AdvancedBlanks": _advanced_blanks,
    "H5P.SpeakTheWords": _spoken,
    "H5P.Dictation": _dictation,
    "H5P.Essay": _essay,
    "H5P.OpenEndedQuestion": _essay,
}
