"""Words as text: articles, accents, contractions, blanks, and language marks. No knowledge of entries' meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LANGUAGE = "es"

CONTRASTIVE = frozenset({"sí", "tú", "él", "mí", "té", "sé"})
"""Words that without their accent are other everyday words in the same kind of sentence: si, tu, el, mi, te, se."""

CONTRASTIVE_ALONE = CONTRASTIVE | frozenset(
    {
        "qué", "quién", "cómo", "cuándo", "dónde", "cuál", "cuánto", "por qué", "más", "está", "están", "papá",
        "mamá", "esté", "dé", "aún", "sólo", "solo", "si", "tu", "el", "mi", "te", "se", "que", "como", "cuando", "mas",
    }
)  # fmt: skip
"""Words that alone are told from another word by the accent only; in a sentence the rest tells most of them apart."""

CONTRACTIONS = (
    ("I am", "I'm"), ("you are", "you're"), ("he is", "he's"), ("she is", "she's"), ("it is", "it's"),
    ("we are", "we're"), ("they are", "they're"), ("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"),
    ("are not", "aren't"), ("cannot", "can't"), ("where is", "where's"), ("what is", "what's"), ("who is", "who's"),
    ("I would", "I'd"), ("let us", "let's"), ("how is", "how's"), ("that is", "that's"), ("I have got", "I've got"),
)  # fmt: skip
_CONTRACTION_PATTERNS = tuple(
    (re.compile(rf"\b{re.escape(source)}\b", re.IGNORECASE), target)
    for long, short in CONTRACTIONS
    for source, target in ((long, short), (short, long))
)
_CONTRACTIBLE = re.compile("|".join(rf"\b{re.escape(text)}\b" for pair in CONTRACTIONS for text in pair), re.IGNORECASE)
_ARTICLE = re.compile(r"^(el|la|los|las) (?=\w)")
_EN_LEAD = re.compile(r"^(the|to) (?=\w)", re.IGNORECASE)
_PLAIN_VOWELS = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_TARGET = re.compile(r"\{([^{}]+)\}")


def spanish(text: str) -> str:
    """Mark text as Spanish, so that a phone speaks it as Spanish."""
    return f"[{text}]{{lang={LANGUAGE}}}"


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, case folded, without punctuation; accents stay."""
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """A text reduced to its words, for comparing whether two answers are the same."""
    return " ".join(words(text))


def without_accents(text: str) -> str:
    """Remove acute accents and diaereses; ñ stays, because it is a letter of its own."""
    return text.translate(_PLAIN_VOWELS)


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    return f" {folded(text).translate(_PLAIN_VOWELS)} "


def article(text: str) -> str:
    """The definite article a Spanish noun is written with, or ""."""
    found = _ARTICLE.match(text)
    return found.group(1) if found else ""


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """Spanish without its leading definite article."""
    return _ARTICLE.sub("", text)


def bare_english(text: str) -> str:
    """English without a leading "the" or "to"."""
    return _EN_LEAD.sub("", text)


def accepted_english(glosses: Iterable[str], whole: bool) -> tuple[str, ...]:
    """All English answers that are right: contractions both ways and, unless `whole`, without "the" or "to"."""
    found: dict[str, str] = {}
    for gloss in glosses:
        found.setdefault(folded(gloss), gloss)
    for gloss in tuple(found.values()):
        if not whole:
            short = bare_english(gloss)
            found.setdefault(folded(short), short)
        if not _CONTRACTIBLE.search(gloss):
            continue
        for pattern, target in _CONTRACTION_PATTERNS:
            if pattern.search(gloss):
                other = pattern.sub(target, gloss)
                other = other[0].upper() + other[1:] if gloss[0].isupper() else other
                found.setdefault(folded(other), other)
    return tuple(found.values())


def split_example(text: str) -> tuple[str, str, str]:
    """An example as what stands before its braces, inside, and after; the middle is "" if there are none."""
    found = _TARGET.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found.group(1), text[found.end() :]


def around(before: str, middle: str, after: str) -> str:
    """Markup of Spanish text around a gap or blank that itself belongs to no language."""
    left = spanish(before.strip()) + before[len(before.rstrip()) :] if before.strip() else ""
    if not after.strip():
        return left + middle
    if not re.search(r"\w", after):
        return f"{left}{middle}{after.strip()}"
    joint = " " if after[0] == " " else ""
    return f"{left}{middle}{joint}{spanish(after.strip())}"


def reveals(hint: str, answers: Iterable[str]) -> bool:
    """Whether a hint holds one of the answers as whole words, whatever the case or accents."""
    text = _plain(hint)
    return any(_plain(answer) in text for answer in answers)
