"""The shared samples: every well-formed file gives items or a named reason, and counts are what they were."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from content.formats.archive import make_zip
from content.formats.exchange import FormatError, Imported
from content.formats.registry import read
from content.formats.xmltree import parse_xml
from tests.content.formats.samples import PLACEMENT, SAMPLES, needs_samples, package, sample_files

DOCUMENTS = [
    path
    for path in sample_files("qtiworks", "instructure", suffixes=(".xml", ".qti"))
    if path.name != "imsmanifest.xml"
]
PACKAGES = sorted(
    {path.parent for path in sample_files("instructure", suffixes=(".xml",)) if path.name == "imsmanifest.xml"}
)
QTI_ROOTS = ("questestinterop", "assessmentItem", "assessmentTest")


def outcome(data: bytes, name: str) -> Imported | str:
    """What a file gives: items and refusals, or the reason for which all of it is refused."""
    try:
        return read(data, name, PLACEMENT)
    except FormatError as error:
        return str(error)


def is_document(path: Path) -> bool:
    """Whether the file is well-formed, and QTI."""
    try:
        return parse_xml(path.read_bytes()).tag in QTI_ROOTS
    except FormatError:
        return False


@needs_samples
def test_every_document_gives_items_or_a_reason() -> None:
    n_documents = 0
    for path in DOCUMENTS:
        found = outcome(path.read_bytes(), path.name)
        if isinstance(found, str):
            assert found, path
        if is_document(path):
            n_documents += 1
            assert isinstance(found, str) or found.items or found.refused, path
            assert not isinstance(found, str) or "holds no questions" in found, (path, found)
        elif not isinstance(found, str):
            raise AssertionError(f"{path} is not well-formed QTI, and gave {found}")
    assert n_documents > 300


@needs_samples
@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_every_package_gives_items_or_a_reason(folder: Path) -> None:
    found = outcome(package(folder), f"{folder.name}.zip")
    assert isinstance(found, str) or found.items or found.refused


@needs_samples
@pytest.mark.parametrize(("name", "n_items"), [("general", 3290), ("geography", 842)])
def test_open_trivia_gives_all_questions(name: str, n_items: int) -> None:
    data = (SAMPLES / "opentriviaqa" / f"{name}.gz").read_bytes()
    imported = read(data, f"{name}.gz", PLACEMENT)
    assert (len(imported.items), imported.refused) == (n_items, ())
    assert read(gzip.decompress(data), name, PLACEMENT).items == imported.items


@needs_samples
def test_a_package_brings_its_pictures_along() -> None:
    path = SAMPLES / "instructure" / "test_qti_1.2.zip"
    imported = read(path.read_bytes(), path.name, PLACEMENT)
    assert imported.blobs
    assert {media.sha256 for item in imported.items for media in item.media} == {one.sha256 for one in imported.blobs}


@needs_samples
def test_canvas_gaps_and_categories_are_read() -> None:
    def kinds(name: str) -> list[str]:
        imported = read((SAMPLES / "instructure" / "items_1.2" / name).read_bytes(), name, PLACEMENT)
        return [str(item.__struct_config__.tag) for item in imported.items]

    assert kinds("canvas_multiple_dropdown.xml") == ["cloze"]
    assert kinds("canvas_multiple_fib.xml") == ["cloze"]
    assert kinds("matching.xml") == ["matching"]
    assert kinds("categorization.xml") == ["matching"]
    assert kinds("ordering.xml") == ["ordering"]
    assert kinds("numeric_margin_error.xml") == ["numeric"]
    assert kinds("multiple_answer.xml") == ["multipleResponse"]


def test_a_zip_of_documents_without_a_manifest_is_read() -> None:
    item = b"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="q1" title="Q">
    <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value>B</value></correctResponse></responseDeclaration>
    <itemBody><p>Which?</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
    <simpleChoice identifier="A">this</simpleChoice><simpleChoice identifier="B">that</simpleChoice>
    </choiceInteraction></itemBody></assessmentItem>"""
    (found,) = read(make_zip([("q.xml", item)]), "x.zip", PLACEMENT).items
    assert (found.id, found.prompt) == ("q1", "Which?")
