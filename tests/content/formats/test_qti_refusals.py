"""What QTI has and Pacer has no kind for: each is refused by name and reason, and the rest of its package is read."""

from __future__ import annotations

import re

import pytest

from content.formats.archive import make_zip
from content.formats.exchange import FormatError, Imported
from content.formats.registry import read
from tests.content.formats.samples import PLACEMENT

DECLARED = """<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>A</value></correctResponse></responseDeclaration>"""
CHOICE = """<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Which?</prompt>
<simpleChoice identifier="A">x</simpleChoice><simpleChoice identifier="B">y</simpleChoice></choiceInteraction>"""
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'


def item(name: str, body: str = CHOICE, declared: str = DECLARED, more: str = MATCH, adaptive: str = "false") -> bytes:
    """An item of QTI 2.1."""
    return f"""<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"
 identifier="{name}" title="The {name}" adaptive="{adaptive}" timeDependent="false">{declared}
<itemBody>{body}</itemBody>{more}</assessmentItem>""".encode()


def newest(document: bytes) -> bytes:
    """The same in the words of QTI 3."""
    words = {
        "xsd/imsqti_v2p1": "xsd/imsqtiasi_v3p0", "responseIdentifier": "response-identifier",
        "baseType": "base-type", "maxChoices": "max-choices", "showHide": "show-hide",
        "outcomeIdentifier": "outcome-identifier", "timeDependent": "time-dependent",
    }  # fmt: skip
    text = document.decode()
    for old, new in words.items():
        text = text.replace(old, new)
    for tag in re.findall(r"<(\w+)", document.decode()):
        dashed = re.sub("[A-Z]", lambda big: f"-{big[0].lower()}", tag)
        text = re.sub(rf"(</?){tag}\b", rf"\1qti-{dashed}", text) if dashed != "p" else text
    return text.encode()


def package(*others: bytes) -> bytes:
    """A package of these between two good items."""
    files = [item("first"), *others, item("last")]
    members = [(f"item-{k}.xml", data) for k, data in enumerate(files)]
    listed = "".join(
        f'<resource identifier="r{k}" type="imsqti_item_xmlv2p1" href="{name}"><file href="{name}"/></resource>'
        for k, (name, _) in enumerate(members)
    )
    manifest = f"""<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/>
<resources>{listed}</resources></manifest>"""
    return make_zip([("imsmanifest.xml", manifest.encode()), *members])


def odd(*others: bytes) -> Imported:
    """What is read of a package; the good items are always there."""
    found = read(package(*others), "bank.zip", PLACEMENT)
    names = [one.id for one in found.items]
    assert (names[0], names[-1]) == ("first", "last")
    return found


DRAWN = '<templateDeclaration identifier="X" cardinality="single" baseType="integer"/>'
DRAWING = "<templateProcessing><exitTemplate/></templateProcessing>"
SHOWN = '<outcomeDeclaration identifier="FB" cardinality="single" baseType="identifier"/>'
LATER = f'<feedbackBlock outcomeIdentifier="FB" identifier="x" showHide="show">{CHOICE}</feedbackBlock>'
REFUSED = {
    "template": (item("drawn", declared=DRAWN + DECLARED, more=DRAWING + MATCH), "The drawn", "drawn anew"),
    "printed": (
        item("told", body='<p>Is it <printedVariable identifier="X"/>?</p>' + CHOICE), "The told: RESPONSE", "player"
    ),
    "adaptive": (
        item("later", body=LATER, declared=DECLARED + SHOWN, adaptive="true"), "The later", "only after an answer"
    ),
    "upload": (item("sent", body='<uploadInteraction responseIdentifier="RESPONSE"/>'), "The sent: RESPONSE", "upload"),
    "empty": (item("read", body="<p>Read this.</p>"), "The read", "text without a question"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("version", [2, 3])
def test_what_has_no_kind_is_refused_by_name_and_the_rest_is_read(name: str, version: int) -> None:
    data, what, why = REFUSED[name]
    found = odd(newest(data) if version == 3 else data)
    (refused,) = found.refused
    assert (refused.where, refused.what) == ("item-1.xml", what)
    assert why in refused.why
    assert len(found.items) == 2


def test_several_refusals_of_a_package_are_told_one_by_one() -> None:
    found = odd(*(data for data, _, _ in REFUSED.values()))
    assert [one.what for one in found.refused] == [what for _, what, _ in REFUSED.values()]


def test_an_adaptive_item_whose_question_is_there_at_once_is_asked_once_and_told() -> None:
    found = odd(item("again", adaptive="true"))
    assert not found.refused
    (loss,) = found.losses
    assert (loss.kind, loss.where, loss.what) == ("changed", "item-1.xml", "an adaptive item")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (item("cut")[:-30], "not well-formed"),
        (item("latin").replace(b"Which?", b"O\xf9?"), "not UTF-8"),
        (b"", "empty"),
        (b"<html><body/></html>", "none of QTI's"),
    ],
)
def test_a_document_of_a_package_that_cannot_be_read_is_named_and_the_others_are_read(data: bytes, why: str) -> None:
    found = odd(data)
    (refused,) = found.refused
    assert refused.where == "item-1.xml"
    assert why in refused.why


def test_a_document_that_is_unsafe_has_its_whole_package_refused_by_its_name() -> None:
    unsafe = item("laughs").replace(b"?><", b'?><!DOCTYPE a [<!ENTITY x "y">]><')
    with pytest.raises(FormatError, match=r"item-1\.xml: line 1: the document declares the entity 'x'"):
        read(package(unsafe), "bank.zip", PLACEMENT)


def test_what_qti_1_2_has_no_kind_for_is_named_too() -> None:
    label = '<response_label ident="{0}"><material><mattext>{0}</mattext></material></response_label>'
    choice = f"<render_choice>{''.join(map(label.format, 'AB'))}</render_choice>"
    asked = "<presentation><material><mattext>Q</mattext></material>{}</presentation>"
    key = '<resprocessing><respcondition><conditionvar><varequal respident="R">A</varequal></conditionvar>\
<setvar action="Set">100</setvar></respcondition></resprocessing>'
    kinds = {
        "good": asked.format(f'<response_lid ident="R">{choice}</response_lid>') + key,
        "place": asked.format('<response_xy ident="R"><render_hotspot/></response_xy>'),
        "survey": asked.format(f'<response_lid ident="R">{choice}</response_lid>'),
        "nothing": "",
    }
    items = "".join(f'<item ident="{name}" title="The {name}">{body}</item>' for name, body in kinds.items())
    data = f"<questestinterop><section>{items}<itemref linkrefid='away'/></section></questestinterop>".encode()
    found = read(data, "old.xml", PLACEMENT)
    assert [one.id for one in found.items] == ["the-good"]
    assert [one.what for one in found.refused] == ["The place", "The survey", "The nothing", "away"]
    reasons = [one.why for one in found.refused]
    for why, told in zip(("picture", "survey", "without a question", "only referred to"), reasons, strict=True):
        assert why in told
