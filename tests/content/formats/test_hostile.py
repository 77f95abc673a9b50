"""Files that mean harm, or are broken: refused as a whole, with the reason, and nothing of them is imported."""

from __future__ import annotations

import io
import sqlite3
import stat
import zipfile
from contextlib import suppress

import pytest

from content.formats.archive import Archive, make_zip
from content.formats.exchange import FormatError, Placement
from content.formats.registry import read
from tests.content.formats.samples import PLACEMENT, SAMPLES, needs_samples

ITEM = b'<assessmentItem identifier="i" title="t"><itemBody><p>x</p></itemBody></assessmentItem>'
QUIZ = "<quiz><question type='essay'><questiontext><text>{}</text></questiontext></question></quiz>"
LAUGHS = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a0 "ha">',
        *(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">'.encode() for k in range(1, 12)),
        b"]><quiz><question type='essay'><name><text>&a11;</text></name></question></quiz>",
    ]
)
XXE = b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay">&x;</question></quiz>'
PARAMETER = (
    b'<!DOCTYPE quiz [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]><quiz><question type="essay"/></quiz>'
)


def bomb() -> bytes:
    """A small zip file that unpacks to a gigabyte of zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("imsmanifest.xml", bytes(60_000_000))
    return out.getvalue()


def linked() -> bytes:
    """A zip file with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        info = zipfile.ZipInfo("imsmanifest.xml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    """A zip file whose member says that it is encrypted."""
    data = bytearray(make_zip([("imsmanifest.xml", ITEM)]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("laughs.xml", LAUGHS, "declares the entity 'a0'"),
        ("xxe.xml", XXE, "declares the entity 'x'"),
        ("parameter.xml", PARAMETER, "declares the entity 'x'"),
        ("empty.xml", b"", "empty"),
        ("cut.xml", ITEM[:40], "not well-formed"),
        ("deep.xml", b"<quiz>" + b"<a>" * 5000, "nested more than"),
        ("latin.xml", b'<?xml version="1.0" encoding="UTF-8"?><quiz>\xe9</quiz>', "byte 44 is not UTF-8"),
        ("odd.xml", b'<?xml version="1.0" encoding="klingon"?><quiz/>', "unknown|cannot be read"),
        ("other.xml", b"<html><body/></html>", "none of QTI's"),
        ("slip.zip", make_zip([("../../etc/passwd", b"x")]), "outside of itself"),
        ("back.zip", make_zip([("a\\..\\..\\x", b"x")]), "outside of itself"),
        ("root.zip", make_zip([("/etc/passwd", b"x")]), "outside of itself"),
        ("drive.zip", make_zip([("C:/x", b"x")]), "outside of itself"),
        ("bomb.zip", bomb(), "bomb"),
        ("link.zip", linked(), "symbolic link"),
        ("locked.zip", encrypted(), "encrypted"),
        ("cut.zip", make_zip([("imsmanifest.xml", ITEM)])[:-30], "damaged"),
        ("cut.apkg", b"PK\x03\x04", "damaged"),
        ("no.apkg", b"nonsense", "no zip file"),
        ("odd.zip", make_zip([("readme.txt", b"x")]), "none of the packages"),
        ("bad.yaml", b"items: [", "is not YAML"),
        ("no.yaml", b"a: 1", "no track file"),
        ("x.csv", b"a,b,c\n1,2,3\n", "no headings"),
        ("x.gift", b"\xff\xfe\x00", "UTF-16|NUL"),
        ("x.gift", b"What?{=a\x00}", "NUL"),
        ("x.h5p", make_zip([("h5p.json", b"{"), ("content/content.json", b"{}")]), "no JSON"),
        ("x.h5p", make_zip([("h5p.json", b"[" * 100_000), ("content/content.json", b"{}")]), "no JSON"),
        ("x.apkg", make_zip([("collection.anki2", b"SQLite format 3\0" + b"x" * 5000)]), "damaged"),
        ("x.apkg", make_zip([("collection.anki21b", b"\x28\xb5\x2f\xfd" + b"x" * 50)]), "damaged"),
    ],
)
def test_it_is_refused_with_the_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        read(data, name, PLACEMENT)


def test_entities_of_html_are_no_harm() -> None:
    data = b"""<!DOCTYPE quiz SYSTEM "quiz.dtd"><quiz><question type="truefalse"><questiontext><text>Caf&eacute;&nbsp;?
    </text></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>"""
    (item,) = read(data, "x.xml", PLACEMENT).items
    assert item.prompt == "Café\xa0?"


def test_a_member_that_lies_about_its_size_is_not_unpacked_further() -> None:
    data = bytearray(make_zip([("a.xml", bytes(100_000))]))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + place
        data[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FormatError, match="damaged"):
        Archive(bytes(data)).read("a.xml")


def test_a_database_that_loops_is_given_up() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE col (models text, decks text)")
    connection.execute("CREATE VIEW notes AS SELECT 1 AS id")
    connection.commit()
    data = make_zip([("collection.anki2", connection.serialize())])
    connection.close()
    with pytest.raises(FormatError, match="no table of notes"):
        read(data, "x.apkg", PLACEMENT)


@needs_samples
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ZipSlip", "outside of itself"),
        ("BadManifest", "not well-formed"),
        ("MissingFile", "not in the package"),
        ("ExternalHref", "outside of the package"),
        ("BadMix", "calls 'question1.xml' a test"),
        ("WebDeveloperTest1-incomplete", "damaged|no zip file"),
    ],
)
def test_the_shared_broken_packages_are_refused(name: str, reason: str) -> None:
    path = SAMPLES / "qtiworks" / "zip_packages" / f"{name}.zip"
    with pytest.raises(FormatError, match=reason):
        read(path.read_bytes(), path.name, Placement("s", "b"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("blank.xml", QUIZ.format("&lt;a" + " " * 300_000)),
        ("tags.xml", QUIZ.format("&lt;a " * 60_000)),
        ("comment.xml", QUIZ.format("&lt;!-- " * 60_000)),
        ("lines.txt", "x\n" + "\n" * 200_000 + "ANSWER: A\n"),
        ("braces.gift", "{" * 100_000 + "\n\n" + "a{=" * 30_000),
        ("marks.gift", "[markdown]" + "**a __b _c *d " * 5_000 + "{=x}"),
        ("ticks.gift", "` `` " * 2_000 + "{=x}"),
    ],
)
def test_text_that_invites_to_look_back_is_read_in_one_pass(name: str, text: str) -> None:
    with suppress(FormatError):
        assert read(text.encode(), name, PLACEMENT)
