"""Small files of formats that have no shared samples, made here: Anki's newer schema, H5P, XLSX, Moodle XML."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from backports.zstd import compress

from content.formats.archive import make_zip
from content.formats.registry import FORMATS, read, write
from content.items import Item
from tests.content.formats.samples import PLACEMENT

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501010a"
    "2d5e4f0000000049454e44ae426082"
)
MOODLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Rivers</text></category></question>
<question type="multichoice"><name><text>Longest</text></name>
 <questiontext format="html"><text><![CDATA[<p>Which is <b>longest</b>?
 <img src="@@PLUGINFILE@@/a%20b.png" alt="A map"></p>]]></text>
 <file name="a b.png" path="/" encoding="base64">@PNG@</file></questiontext>
 <generalfeedback format="html"><text>By most counts.</text></generalfeedback><idnumber>longest</idnumber>
 <single>true</single><shuffleanswers>true</shuffleanswers>
 <answer fraction="100" format="html"><text>the Nile</text><feedback format="html"><text></text></feedback></answer>
 <answer fraction="0" format="html"><text>the Rhine</text>
 <feedback format="html"><text>Far shorter.</text></feedback></answer>
 <hint format="html"><text>It is in Africa.</text></hint><tags><tag><text>band:hard</text></tag></tags></question>
<question type="cloze"><name><text>Cities</text></name><questiontext format="html"><text><![CDATA[
 <p>Paris lies on the {1:MC:=Seine#Yes~Rhine~%50%Loire}, {1:SA:=London~=Greater London} on the Thames.</p>]]></text>
 </questiontext></question>
<question type="numerical"><questiontext><text>How many km is the Seine?</text></questiontext>
 <answer fraction="100"><text>777</text><tolerance>10</tolerance></answer>
 <units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units></question>
<question type="matching"><questiontext><text>Match.</text></questiontext>
 <subquestion><text>Seine</text><answer><text>Paris</text></answer></subquestion>
 <subquestion><text>Thames</text><answer><text>London</text></answer></subquestion>
 <subquestion><text></text><answer><text>Rome</text></answer></subquestion></question>
<question type="ddwtos"><questiontext format="html"><text>[[1]] flows to the [[2]].</text></questiontext>
 <dragbox><text>The Rhine</text><group>1</group></dragbox><dragbox><text>North Sea</text><group>2</group></dragbox>
 <dragbox><text>Black Sea</text><group>2</group></dragbox></question>
<question type="ordering"><questiontext><text>By length</text></questiontext>
 <answer fraction="2"><text>Rhine</text></answer><answer fraction="1"><text>Nile</text></answer>
 <answer fraction="3"><text>Thames</text></answer></question>
<question type="stack"><questiontext><text>x</text></questiontext></question>
</quiz>"""


def moodle() -> bytes:
    """A Moodle XML file with a picture."""
    from base64 import b64encode

    return MOODLE.replace(b"@PNG@", b64encode(PNG))


def _message(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3]) + _varint(value)
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def new_anki() -> bytes:
    """A package of Anki's newer schema: Zstandard, protocol buffers, one basic and one cloze note, a picture."""
    connection = sqlite3.connect(":memory:")
    connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
    connection.executescript(
        """
        CREATE TABLE notetypes (id integer primary key, name text NOT NULL COLLATE unicase, mtime_secs integer,
          usn integer, config blob NOT NULL);
        CREATE TABLE fields (ntid integer, ord integer, name text COLLATE unicase, config blob,
          PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
        CREATE TABLE templates (ntid integer, ord integer, name text COLLATE unicase, mtime_secs integer, usn integer,
          config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
        CREATE TABLE decks (id integer primary key, name text COLLATE unicase, mtime_secs integer, usn integer,
          common blob, kind blob);
        CREATE TABLE notes (id integer primary key, guid text, mid integer, mod integer, usn integer, tags text,
          flds text, sfld integer, csum integer, flags integer, data text);
        CREATE TABLE cards (id integer primary key, nid integer, did integer, ord integer);
        """
    )
    connection.execute("INSERT INTO notetypes VALUES (1, 'Basic', 0, 0, ?), (2, 'Cloze', 0, 0, ?)", (b"", b"\x08\x01"))
    fields = [(1, 0, "Front"), (1, 1, "Back"), (2, 0, "Text"), (2, 1, "Back Extra")]
    connection.executemany("INSERT INTO fields VALUES (?, ?, ?, x'')", fields)
    connection.execute("INSERT INTO templates VALUES (1, 0, 'Card 1', 0, 0, x''), (2, 0, 'Cloze', 0, 0, x'')")
    connection.execute("INSERT INTO decks VALUES (7, ?, 0, 0, x'', x'')", ("Trips\x1fRome",))
    card = "Capital of <b>Italy</b>? <img src='map 1.png'>\x1fRome"
    cloze = "{{c1::Rome::a city}} lies on the {{c2::Tiber}}.\x1fIt has seven hills."
    connection.execute("INSERT INTO notes VALUES (10, 'a', 1, 0, 0, ' band::easy ', ?, '', 0, 0, '')", (card,))
    connection.execute("INSERT INTO notes VALUES (11, 'b', 2, 0, 0, '', ?, '', 0, 0, '')", (cloze,))
    connection.execute("INSERT INTO cards VALUES (1, 10, 7, 0), (2, 11, 7, 0), (3, 11, 7, 1)")
    connection.commit()
    database = connection.serialize()
    connection.close()
    media = _message(1, _message(1, b"map 1.png") + _message(2, len(PNG)))
    old = b"SQLite format 3\0 please update"
    members = [("meta", _message(1, 3)), ("collection.anki21b", compress(database)), ("collection.anki2", old)]
    return make_zip([*members, ("media", compress(media)), ("0", compress(PNG))])


def h5p(library: str, content: dict[str, Any]) -> bytes:
    """An H5P package with a picture."""
    about = {"title": "A set", "mainLibrary": library, "language": "en"}
    members = [("h5p.json", about), ("content/content.json", content)]
    return make_zip([*((name, json.dumps(value).encode()) for name, value in members), ("content/images/a.png", PNG)])


QUESTION_SET = {
    "introPage": {"title": "Welcome"},
    "questions": [
        {
            "library": "H5P.MultiChoice 1.16",
            "metadata": {"title": "Seas"},
            "params": {
                "media": {"type": {"params": {"file": {"path": "images/a.png"}, "alt": "A sea"}}},
                "question": "<p>Which are seas?</p>",
                "answers": [
                    {"text": "<div>Baltic</div>", "correct": True},
                    {"text": "<div>Adriatic</div>", "correct": True},
                    {"text": "<div>Nile</div>", "correct": False, "tipsAndFeedback": {"chosenFeedback": "A river."}},
                ],
            },
        },
        {"library": "H5P.TrueFalse 1.8", "params": {"question": "Water is wet.", "correct": "true"}},
        {"library": "H5P.Blanks 1.14", "params": {"text": "Fill.", "questions": ["<p>*Oslo/Kristiania:city* is.</p>"]}},
        {"library": "H5P.DragText 1.10", "params": {"taskDescription": "Put.", "textField": "The *cat* sat. *I* ran"}},
        {"library": "H5P.Essay 1.5", "params": {"taskDescription": "Write."}},
        {"library": "H5P.Text 1.1", "params": {"text": "Only words."}},
        {
            "library": "H5P.SingleChoiceSet 1.11",
            "params": {"choices": [{"question": "One?", "answers": ["1", "2"]}, {"question": "No?", "answers": ["1"]}]},
        },
    ],
}  # fmt: skip


def xlsx(rows: list[list[str]]) -> bytes:
    """A workbook of one sheet, its strings shared."""
    strings = list(dict.fromkeys(cell for row in rows for cell in row))
    cells = [
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(65 + c)}{r}" t="s"><v>{strings.index(cell)}</v></c>' for c, cell in enumerate(row) if cell
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    ]
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    link = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    workbook = f'<workbook {main} {link}><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    rels = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    parts = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/sharedStrings.xml": f"<sst {main}>{shared}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{''.join(cells)}</sheetData></worksheet>",
    }
    return make_zip((name, text.encode()) for name, text in parts.items())


QUIZ_ROWS = [
    ["Question", "Type", "Option 1", "Option 2", "Option 3", "Correct Answer", "Time limit (sec)"],
    ["Which sea?", "Multiple Choice", "Red", "Baltic", "Coral", "2", "30"],
    ["Which are seas?", "Multiple Select", "Red", "Baltic", "Nile", "1,2", "30"],
    ["How many oceans?", "", "", "", "", "5", ""],
    ["Write!", "Open-Ended", "", "", "", "", ""],
]


def written(items: tuple[Item, ...]) -> Iterator[tuple[str, bytes]]:
    """The items in every format that is written."""
    for name, known in FORMATS.items():
        if known.write:
            exported = write(items, {}, name, "Seeds")
            yield exported.filename, exported.data


def seeds() -> Iterator[tuple[str, bytes]]:
    """A file of every format."""
    yield "moodle.xml", moodle()
    yield "new.apkg", new_anki()
    yield "set.h5p", h5p("H5P.QuestionSet", QUESTION_SET)
    yield "quiz.xlsx", xlsx(QUIZ_ROWS)
    yield "a.txt", b"What is it?\nA. this\nB) that\nANSWER: B\n\nTwo?\nA. 1\nB. 2\nC. 3\nANSWER: C\n"
    yield "trivia", b"#Q Sea?\n^ Red\nA Red\nB Nile\n\n#Q River?\n^ Nile\nA Red\nB Nile\n"
    yield from written(read(moodle(), "moodle.xml", PLACEMENT).items)
