"""What becomes of files in the formats without shared samples."""

from __future__ import annotations

import pytest

from content.formats.exchange import FormatError, Imported
from content.formats.registry import FORMATS, read, write
from content.items import (
    Cloze,
    Essay,
    Item,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    ShortText,
    TrueFalse,
)
from tests.content.formats.builders import PNG, QUESTION_SET, QUIZ_ROWS, h5p, moodle, new_anki, seeds, xlsx
from tests.content.formats.samples import PLACEMENT


def kinds(imported: Imported) -> list[type[Item]]:
    """The kinds of the items, in order."""
    return [type(item) for item in imported.items]


def reasons(imported: Imported) -> list[str]:
    """Why questions were refused."""
    return [loss.why for loss in imported.refused]


def test_moodle_questions_become_items_with_media_hints_and_feedback() -> None:
    imported = read(moodle(), "bank.xml", PLACEMENT)
    assert kinds(imported) == [MultipleChoice, Cloze, Numeric, Matching, Cloze, Ordering]
    assert reasons(imported) == ["questions of type 'stack' have no kind here"]
    first, cloze, number = imported.items[:3]
    assert isinstance(first, MultipleChoice)
    assert (first.id, first.band, first.hints) == ("longest", "hard", ("It is in Africa.",))
    assert first.prompt == "Which is longest?"
    assert [(one.alt, one.type) for one in first.media] == [("A map", "image/png")]
    assert [one.data for one in imported.blobs] == [PNG]
    assert [one.feedback for one in first.misconceptions] == ["Far shorter."]
    assert isinstance(cloze, Cloze)
    assert cloze.text == "Paris lies on the {{gap1}}, {{gap2}} on the Thames."
    assert cloze.gaps[1].accepted == ("London", "Greater London")
    assert isinstance(number, Numeric)
    assert (number.key, number.tolerance, number.unit) == ("777", 10.0, "km")
    assert "bold type" in {loss.what for loss in imported.losses}


def test_the_newer_schema_of_anki_is_read() -> None:
    imported = read(new_anki(), "deck.apkg", PLACEMENT)
    assert imported.title == "Rome"
    assert kinds(imported) == [ShortText, Cloze, Cloze]
    card, first, second = imported.items
    assert isinstance(card, ShortText)
    assert (card.prompt, card.accepted, card.band) == ("Capital of Italy?", ("Rome",), "easy")
    assert [one.name for one in card.media] == ["map 1.png"]
    assert isinstance(first, Cloze)
    assert isinstance(second, Cloze)
    assert (first.text, first.hints) == ("{{gap1}} lies on the Tiber.", ("a city",))
    assert second.gaps[0].accepted == ("Tiber",)


def test_h5p_libraries_are_found_in_their_container() -> None:
    imported = read(h5p("H5P.QuestionSet", QUESTION_SET), "set.h5p", PLACEMENT)
    assert kinds(imported) == [MultipleResponse, TrueFalse, Cloze, Cloze, Essay, MultipleChoice]
    assert len(imported.refused) == 1
    assert imported.items[0].media[0].alt == "A sea"
    gapped = imported.items[2]
    assert isinstance(gapped, Cloze)
    assert gapped.gaps[0].accepted == ("Oslo", "Kristiania")


@pytest.mark.parametrize(
    ("library", "content", "kind"),
    [
        ("H5P.Summary", {"intro": "Choose.", "summaries": [{"summary": ["right", "wrong"]}]}, MultipleChoice),
        ("H5P.Flashcards", {"cards": [{"text": "Two?", "answer": "2"}]}, ShortText),
        ("H5P.Dialogcards", {"dialogs": [{"text": "dog", "answer": "perro", "tips": {"front": "p"}}]}, ShortText),
        ("H5P.SortParagraphs", {"taskDescription": "Sort.", "paragraphs": ["a", "b", "c"]}, Ordering),
        ("H5P.GuessTheAnswer", {"taskDescription": "Who?", "solutionText": "me"}, ShortText),
        ("H5P.Crossword", {"words": [{"clue": "A pet", "answer": "CAT"}]}, ShortText),
        ("H5P.MarkTheWords", {"taskDescription": "Verbs?", "textField": "I *run* and *jump* home."}, MultipleResponse),
        ("H5P.SpeakTheWords", {"question": "Say hi.", "acceptedAnswers": ["hi"]}, ShortText),
        (
            "H5P.AdvancedBlanks",
            {"content": {"task": "Fill.", "blanksText": "A ____ b.", "blanksList": [{"correctAnswerText": "x/y"}]}},
            Cloze,
        ),
    ],
)
def test_other_libraries_of_h5p(library: str, content: dict[str, object], kind: type[Item]) -> None:
    imported = read(h5p(library, content), "x.h5p", PLACEMENT)
    assert kinds(imported) == [kind]


def test_a_workbook_of_a_quiz_is_read() -> None:
    imported = read(xlsx(QUIZ_ROWS), "quiz.xlsx", PLACEMENT)
    assert kinds(imported) == [MultipleChoice, MultipleResponse, Numeric, Essay]
    assert "the rubric" in {loss.what for loss in imported.losses}
    first = imported.items[0]
    assert isinstance(first, MultipleChoice)
    assert next(one.text for one in first.options if one.id == first.key) == "Baltic"
    assert first.seconds == 30.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("question;answer\nSize?;5,5\n", Numeric),
        ("perro\tdog\ngato\tcat\n", ShortText),
        ("Question,Correct answer,Incorrect answer 1,Incorrect answer 2\nSea?,Red,Nile,Rhine\n", MultipleChoice),
        ("question,options,answer\nSea?,Red|Nile,A\n", MultipleChoice),
        ("question,type,answer\nWet?,true/false,yes\n", TrueFalse),
        ("sep=;\nFrage;Antwort\nWer?;ich\n", ShortText),
    ],
)
def test_tables_of_others_are_understood(text: str, kind: type[Item]) -> None:
    imported = read(text.encode("utf-8-sig"), "table.csv", PLACEMENT)
    assert kinds(imported)[0] is kind
    assert not imported.refused


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text() -> None:
    (item, *_) = read(b"question,answer\n'=1+1,two\n", "a.csv", PLACEMENT).items
    formula = read(b'kind,id,skills,band,prompt,accepted\nshortText,a,s,b,"=HYPERLINK(1)",x\n', "a.csv", PLACEMENT)
    data = write(formula.items, {}, "csv", "T").data
    assert b"'=HYPERLINK" in data
    assert read(data, "a.csv", PLACEMENT).items == formula.items
    assert item.prompt


def test_aiken_refuses_what_has_no_answer() -> None:
    imported = read(b"One?\nA. x\nB. y\nANSWER: C\n\nTwo?\nA) x\nB) y\nANSWER: b\n", "a.txt", PLACEMENT)
    assert reasons(imported) == ["its answer 'C' is not among the options A, B"]
    assert len(imported.items) == 1


@pytest.mark.parametrize(("name", "data"), list(seeds()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_format_is_found_without_being_named(name: str, data: bytes) -> None:
    imported = read(data, name.removesuffix(".txt"), PLACEMENT)
    assert imported.items
    assert imported.format in FORMATS


@pytest.mark.parametrize(
    "format", [name for name, known in FORMATS.items() if known.write and name not in ("csv", "gift")]
)
def test_media_travel_with_their_items(format: str) -> None:
    imported = read(moodle(), "bank.xml", PLACEMENT)
    exported = write(imported.items[:1], {one.sha256: one.data for one in imported.blobs}, format, "T")
    back = read(exported.data, exported.filename, PLACEMENT)
    assert [one.data for one in back.blobs] == [PNG]
    assert [one.alt for one in back.items[0].media] == ["A map"]
    missing = write(imported.items[:1], {}, format, "T")
    assert any(loss.where.endswith("/media") and loss.kind == "dropped" for loss in missing.losses)


def test_unknown_formats_are_named() -> None:
    with pytest.raises(FormatError, match="'scorm' is no format; known are qti"):
        read(b"x", "x", PLACEMENT, "scorm")
    with pytest.raises(FormatError, match="only read"):
        write([], {}, "h5p", "T")
