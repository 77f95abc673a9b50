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
        "qué", "quién", "cómo", "cuándo", "dónde", "cuál", "cuánto", "cuántos", "adónde", "por qué", "más",
        "está", "estás", "están", "papá", "mamá", "esté", "dé", "aún",
        "si", "tu", "el", "mi", "te", "se", "que", "como", "cuando", "mas",
    }
)  # fmt: skip
"""Words that alone are told from another word by the accent only; in a sentence the rest tells most of them apart."""

CONTRACTIONS = (
    ("I am", "I'm"), ("you are", "you're"), ("he is", "he's"), ("she is", "she's"), ("it is", "it's"),
    ("we are", "we're"), ("they are", "they're"), ("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"),
    ("are not", "aren't"), ("cannot", "can't"), ("where is", "where's"), ("what is", "what's"), ("who is", "who's"),
    ("I would", "I'd"), ("let us", "let's"), ("how is", "how's"), ("that is", "that's"),
    ("there is", "there's"), ("I have", "I've"), ("you have", "you've"), ("we have", "we've"),
    ("they have", "they've"), ("I will", "I'll"),
)  # fmt: skip
_OTHER_WAY = {a.casefold(): b for long, short in CONTRACTIONS for a, b in ((long, short), (short, long))}
_CONTRACTIBLE = re.compile("|".join(rf"\b{re.escape(text)}\b" for pair in CONTRACTIONS for text in pair), re.IGNORECASE)
_ARTICLE = re.compile(r"^(el|la|los|las) (?=\w)")
_EN_LEAD = re.compile(r"^(the|to) (?=\w)", re.IGNORECASE)
_PLAIN_VOWELS = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")
_PUNCTUATION = str.maketrans(dict.fromkeys('¿?¡!.,;:()[]{}"“”«»—–…_`/=', " ") | {"’": "'"})
_MARK = f"{{lang={LANGUAGE}}}"
_TARGET = re.compile(r"\{([^{}]+)\}")


def spanish(text: str) -> str:
    """Mark text as Spanish, so that a phone speaks it as Spanish."""
    return f"[{text}]{{lang={LANGUAGE}}}"


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, case folded, without punctuation; accents stay."""
    return tuple(text.casefold().translate(_PUNCTUATION).split())


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """A text reduced to its words, for comparing whether two answers are the same."""
    return " ".join(words(text))


def without_accents(text: str) -> str:
    """Remove acute accents and diaereses; ñ stays, because it is a letter of its own."""
    return text.translate(_PLAIN_VOWELS)


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


def _other_way(match: re.Match[str]) -> str:
    """A contraction for its long form or the other way round, with the capital it had."""
    other = _OTHER_WAY[match[0].casefold()]
    return other[0].upper() + other[1:] if match[0][0].isupper() else other


def accepted_english(glosses: Iterable[str], whole: bool) -> tuple[str, ...]:
    """All English answers that are right: contractions both ways and, unless `whole`, without "the" or "to"."""
    found: dict[str, str] = {}
    for gloss in glosses:
        found.setdefault(folded(gloss), gloss)
    for gloss in tuple(found.values()):
        if not whole:
            short = bare_english(gloss)
            found.setdefault(folded(short), short)
        for match in _CONTRACTIBLE.finditer(gloss):
            other = gloss[: match.start()] + _other_way(match) + gloss[match.end() :]
            found.setdefault(folded(other), other)
        everywhere = _CONTRACTIBLE.sub(_other_way, gloss)
        found.setdefault(folded(everywhere), everywhere)
    return tuple(found.values())


@lru_cache(maxsize=4096)
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


_SWAPS = {"el": "la", "la": "el", "los": "las", "las": "los", "un": "una", "una": "un"}
_SWAPPED = re.compile(rf"\b({'|'.join(_SWAPS)})\b", re.IGNORECASE)


def swapped_articles(sentence: str) -> tuple[tuple[str, str], ...]:
    """The sentence with each article in turn in the wrong gender, and the article that is right there."""
    found = []
    for match in _SWAPPED.finditer(sentence):
        wrong = _SWAPS[match[0].casefold()]
        wrong = wrong.capitalize() if match[0][0].isupper() else wrong
        found.append((sentence[: match.start()] + wrong + sentence[match.end() :], match[0].casefold()))
    return tuple(found)


def reveals(hint: str, answers: Iterable[str]) -> bool:
    """Whether a hint holds one of the answers as whole words, whatever the case."""
    return holds_any(hint, tuple(folded(answer) for answer in answers))


def holds_any(hint: str, texts: Iterable[str]) -> bool:
    """Whether a hint holds one of the texts, folded already, as whole words."""
    said = hint.casefold()
    near = [text for text in texts if text in said]  # a quick look, which almost no hint passes
    return bool(near) and any(f" {text} " in f" {folded(hint.replace(_MARK, ''))} " for text in near)
