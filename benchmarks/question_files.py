"""Files of questions in every format that is read, of whatever length, for the measurements of importing.

What Pacer writes is written by it: choices with feedback, numbers, typed words and truths by turns, each with hints and
an explanation. The formats that are only read have their own small makers.
"""

from __future__ import annotations

import json

from content.formats.archive import make_zip
from content.formats.registry import FORMATS, write
from content.items import ChoiceMisconception, Item, MultipleChoice, Numeric, Option, ShortText, TrueFalse

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINK = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def question_file(format: str, n_items: int) -> tuple[str, bytes]:
    """A file's name and bytes."""
    if FORMATS[format].write is not None:
        exported = write([item(k) for k in range(n_items)], {}, format, "Many")
        return exported.filename, exported.data
    return {"aiken": _aiken, "trivia": _trivia, "h5p": _h5p, "xlsx": _xlsx}[format](n_items)


def item(number: int) -> Item:
    """One of four kinds, by its number."""
    shared = {
        "id": f"item-{number}",
        "skills": ("sums",),
        "band": "easy",
        "hints": ("Add the *smaller* one last.",),
        "explanation": f"Start at {number + 7}, and count on.",
    }
    match number % 4:
        case 0:
            texts = (2 * number + 7, 2 * number + 8, 2 * number - 7, number)
            return MultipleChoice(
                **shared,  # type: ignore[arg-type]
                prompt=f"What do {number} and {number + 7} come to?",
                options=tuple(Option(id="abcd"[k], text=str(text)) for k, text in enumerate(texts)),
                key="a",
                misconceptions=(ChoiceMisconception(id="one-more", answer="b", feedback="That is one more."),),
            )
        case 1:
            return Numeric(**shared, prompt=f"How much is {number} + {number + 7}?", key=str(2 * number + 7))  # type: ignore[arg-type]
        case 2:
            word = f"{number}-gon"
            return ShortText(**shared, prompt=f"A polygon of {number} sides is a ...?", accepted=(word, f"a {word}"))  # type: ignore[arg-type]
        case _:
            return TrueFalse(**shared, prompt=f"{number} + {number} is {2 * number}.", key=True)  # type: ignore[arg-type]


def _aiken(n_items: int) -> tuple[str, bytes]:
    blocks = (f"What is {k} + {k}?\nA. {2 * k}\nB. {2 * k + 1}\nC. {k}\nANSWER: A\n" for k in range(1, n_items + 1))
    return "many.txt", "\n".join(blocks).encode()


def _trivia(n_items: int) -> tuple[str, bytes]:
    blocks = (f"#Q What is {k} + {k}?\n^ {2 * k}\nA {2 * k}\nB {2 * k + 1}\n" for k in range(1, n_items + 1))
    return "many", "\n".join(blocks).encode()


def _h5p(n_items: int) -> tuple[str, bytes]:
    questions = [
        {
            "library": "H5P.MultiChoice 1.16",
            "params": {
                "question": f"<p>What is {k} + {k}?</p>",
                "answers": [{"text": f"<div>{2 * k + n}</div>", "correct": n == 0} for n in range(3)],
            },
        }
        for k in range(1, n_items + 1)
    ]
    about = {"title": "Many", "mainLibrary": "H5P.QuestionSet", "language": "en"}
    members = (("h5p.json", about), ("content/content.json", {"questions": questions}))
    return "many.h5p", make_zip((name, json.dumps(value).encode()) for name, value in members)


def _xlsx(n_items: int) -> tuple[str, bytes]:
    head = ("Question", "Type", "Option 1", "Option 2", "Option 3", "Correct Answer")
    rows = [head]
    rows += [
        (f"What is {k} + {k}?", "Multiple Choice", f"is {2 * k}", f"is {k}", f"is {k + 1}", "1")
        for k in range(1, n_items + 1)
    ]
    cells = (
        f'<row r="{r}">'
        + "".join(f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{cell}</t></is></c>' for c, cell in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    relation = '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    parts = {
        "xl/workbook.xml": f"<workbook {_MAIN} {_LINK}>{sheets}</workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{''.join(cells)}</sheetData></worksheet>",
    }
    return "many.xlsx", make_zip((name, text.encode()) for name, text in parts.items())
