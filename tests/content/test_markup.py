"""Inline markup: what is a span, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.text import Span, as_code, escape, parse, plain_text, render


@pytest.mark.parametrize(
    ("markup", "spans"),
    [
        ("", ()),
        ("plain", (Span("plain"),)),
        ("[gato]{lang=es}", (Span("gato", lang="es"),)),
        ("a [el gato]{lang=es-MX}!", (Span("a "), Span("el gato", lang="es-MX"), Span("!"))),
        ("use `len(x)` now", (Span("use "), Span("len(x)", code=True), Span(" now"))),
        ("``a`b``", (Span("a`b", code=True),)),
        ("`[gato]{lang=es}`", (Span("[gato]{lang=es}", code=True),)),
        ("`\\[`", (Span("\\[", code=True),)),
        (r"\[gato\]{lang=es} \` \\", (Span("[gato]{lang=es} ` \\"),)),
        (r"\frac12 \n", (Span(r"\frac12 \n"),)),
        ("[1, 2] and [x]{y}", (Span("[1, 2] and [x]{y}"),)),
        ("a ` b", (Span("a ` b"),)),
        ("```python\nx = 1\ny = `z`\n```", (Span("x = 1\ny = `z`\n", code=True),)),
        ("What?\n```\nx\n```\nSo?", (Span("What?\n"), Span("x\n", code=True), Span("So?"))),
        (r"[a \] b]{lang=fr}", (Span("a ] b", lang="fr"),)),
        ("[a]{lang=es}[b]{lang=es}", (Span("a", lang="es"), Span("b", lang="es"))),
    ],
)
def test_markup_is_cut_into_spans(markup: str, spans: tuple[Span, ...]) -> None:
    assert parse(markup) == spans


@given(st.text(alphabet="ab`[]\\{}=lang\n es"))
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert plain_text(escape(text)) == text


@given(st.text(alphabet="ab`[]\\{}=lang\n es"))
def test_parsing_never_fails_and_adds_nothing(text: str) -> None:
    assert len(plain_text(text)) <= len(text)


def test_spans_are_rendered_back() -> None:
    markup = "Say [hola]{lang=es} or `print('x')`:\n```\nx = 1\n```\n"
    assert render(parse(markup)) == markup
    assert parse(render((Span("a`b", code=True),))) == (Span("a`b", code=True),)


def test_code_that_ends_in_a_backtick_is_shown_plain() -> None:
    assert plain_text(as_code("a`")) == "a`"
    assert parse(as_code("a`b")) == (Span("a`b", code=True),)
