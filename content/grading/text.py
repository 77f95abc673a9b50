"""Grading of typed words and sentences: what counts as the same text, which accents matter, what is a mere typo.

Texts are compared in forms, each folding more than the one before:

1. *plain*: Unicode NFKC, curly quotes and dashes made straight, spaces joined, case folded and punctuation dropped
   unless the policy keeps them. With the language ``zxx`` (not a human language, such as code) spaces count only
   between two words.
2. *without accents*: combining marks removed, except on letters that are letters of their own in the language:
   Spanish ñ, German ä ö ü, Swedish å ä ö. ``ano`` is never ``año``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from random import Random

from rapidfuzz.distance import OSA

from content.answers import ShortTextAnswer
from content.grading.grades import AnswerShapeError, Grade, GradingError, Kind
from content.grading.patterns import PatternError, matches
from content.items import ShortText, TextPolicy
from content.text import as_code, spoken

MAX_CHARACTERS = 500
CODE_LANGUAGE = "zxx"

# Letters with marks that the language's alphabet lists on their own (Unicode CLDR 46, exemplar and index characters).
_OWN_LETTERS = {
    "es": "ñ", "gl": "ñ", "eu": "ñ", "fil": "ñ", "de": "äöü", "sv": "åäö", "fi": "åäö", "et": "äöüõšž",
    "da": "åæø", "nb": "åæø", "nn": "åæø", "no": "åæø", "is": "áéíóúýæö", "tr": "çğiöşü", "az": "çğiöşü",
    "pl": "ąćęłńóśźż", "cs": "áéíóúýčďěňřšťůž", "sk": "áéíóúýäčďĺľňôŕšťž", "hu": "áéíóöőúüű", "ro": "ăâîșț",
    "hr": "čćđšž", "sl": "čšž", "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž", "sq": "çë", "cy": "", "ru": "йё", "uk": "йї",
    "vi": "ăâđêôơư",
}  # fmt: skip

_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
     "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\u00a0": " ", "\u200b": "", "\u00ad": "", "\ufeff": ""}
)  # fmt: skip
_CODE_STRAIGHT = {key: value for key, value in _STRAIGHT.items() if key not in (ord("`"), ord("´"))}
_CODE_SPACE = re.compile(r"(?<!\w) +| +(?!\w)")


class Comparison(str):
    """How near a text is to an accepted one: one of the constants below."""

    __slots__ = ()


SAME = Comparison("same")
ACCENT = Comparison("accent")
TYPO = Comparison("typo")
DIFFERENT = Comparison("different")


def check_text(text: str) -> None:
    """Refuse what cannot be an answer typed by a person.

    Raises:
        AnswerShapeError: longer than 500 characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise AnswerShapeError(f"a text of {len(text)} characters is too long; expected at most {MAX_CHARACTERS}")


@lru_cache(maxsize=16_384)
def plain_form(text: str, policy: TextPolicy) -> str:
    """The first form of the module's list."""
    code = policy.language == CODE_LANGUAGE
    folded = unicodedata.normalize("NFKC", text.translate(_CODE_STRAIGHT if code else _STRAIGHT))
    if not policy.case_sensitive:
        folded = _casefold(folded, policy.language)
    if not policy.punctuation:
        folded = _without_punctuation(folded)
    joined = " ".join(folded.split())
    return _CODE_SPACE.sub("", joined) if code else joined


def _casefold(text: str, language: str) -> str:
    """Turkish and Azeri tell dotted from dotless i; ß stays ß so that its word keeps its length."""
    if language.split("-")[0] in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return "".join(c if c == "ß" else c.casefold() for c in text)


def _without_punctuation(text: str) -> str:
    """Punctuation goes; between two letters or digits an apostrophe goes and anything else becomes a space.

    A text of nothing but punctuation is kept, for the punctuation is then what was asked.
    """
    kept = "".join(c if not _is_punctuation(c) else "" if c == "'" else " " for c in text)
    return kept if kept.strip() else text


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"


@lru_cache(maxsize=16_384)
def without_accents(text: str, language: str) -> str:
    """The second form: marks removed where the language does not count the letter as one of its own."""
    own = _OWN_LETTERS.get(language.split("-")[0], "")
    return "".join(c if c.lower() in own else _bare(c) for c in text)


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or character


def compare(given: str, accepted: str, policy: TextPolicy) -> Comparison:
    """How near `given` is to `accepted` under the policy; what that is worth is `settle`'s matter."""
    left, right = plain_form(given, policy), plain_form(accepted, policy)
    if left == right:
        return SAME
    left_bare, right_bare = without_accents(left, policy.language), without_accents(right, policy.language)
    if left_bare == right_bare:
        return SAME if policy.accents == "ignored" else ACCENT
    if policy.typos == "lenient" and _is_typo(left, right, left_bare, right_bare, policy):
        return TYPO
    return DIFFERENT


def _is_typo(left: str, right: str, left_bare: str, right_bare: str, policy: TextPolicy) -> bool:
    """Word by word, at most `allowed_edits` each, at most two words; accents and own letters are never typos."""
    words, wanted = left_bare.split(" "), right_bare.split(" ")
    if len(words) != len(wanted):
        return False
    differing = [(one, other) for one, other in zip(words, wanted, strict=True) if one != other]
    if len(differing) > 2 or not all(_is_word_typo(one, other) for one, other in differing):
        return False
    if policy.accents != "required":
        return True
    return bool(OSA.distance(left, right) == OSA.distance(left_bare, right_bare))


def allowed_edits(word: str) -> int:
    """Edits that are a typo: none up to 4 letters, one from 5, two from 9; none in a word with a digit."""
    if any(c.isdigit() for c in word):
        return 0
    return 0 if len(word) <= 4 else 1 if len(word) <= 8 else 2


def _is_word_typo(given: str, wanted: str) -> bool:
    """A slip of the finger inside a word.

    Insertions, deletions, substitutions and swaps of neighbours count one each (optimal string alignment). First and
    last letter must stand, since endings carry number, person and gender. If all marks removed the words are nearer,
    then a letter of the language's own, such as ñ, was missed, which is an error and not a slip.
    """
    limit = min(allowed_edits(wanted), allowed_edits(given) or 1)
    if not limit or given[:1] != wanted[:1] or given[-1:] != wanted[-1:]:
        return False
    distance = OSA.distance(given, wanted, score_cutoff=limit)
    if distance > limit:
        return False
    bare_given, bare_wanted = ("".join(_bare(c) for c in word) for word in (given, wanted))
    return bool(OSA.distance(bare_given, bare_wanted) == distance)


def settle(given: str, accepted: tuple[str, ...], policy: TextPolicy) -> tuple[Comparison, str]:
    """The nearest accepted text and how near it is; earlier ones win ties."""
    best = (DIFFERENT, accepted[0])
    for text in accepted:
        comparison = compare(given, text, policy)
        if comparison is SAME:
            return SAME, text
        if best[0] is DIFFERENT or (best[0] is TYPO and comparison is ACCENT):
            best = (comparison, text) if comparison is not DIFFERENT else best
    return best


def is_right(comparison: Comparison, policy: TextPolicy) -> bool:
    """Whether the policy lets a text pass."""
    return comparison in (SAME, TYPO) or (comparison is ACCENT and policy.accents != "required")


def shown(text: str, policy: TextPolicy, locale: str) -> str:
    """Markup for an accepted text, marked as code or with its language where that is not the surroundings'."""
    if policy.language == CODE_LANGUAGE:
        return as_code(text)
    return spoken(text, "" if policy.language.split("-")[0] == locale.split("-")[0] else policy.language)


def note_on(comparison: Comparison, text: str, policy: TextPolicy, locale: str) -> str:
    """What to tell a learner whose text was near."""
    if comparison is ACCENT:
        return f"Mind the accents: {shown(text, policy, locale)}."
    if comparison is TYPO:
        return f"Mind the spelling: {shown(text, policy, locale)}."
    return ""


def grade_short_text(item: ShortText, answer: ShortTextAnswer) -> Grade:
    """1 for an accepted text, one that a pattern matches, or one that the policy lets pass with a note; else 0.

    A text that is a misconception's own is wrong even if it would pass as a typo of the key.
    """
    check_text(answer.text)
    if not answer.text.strip():
        raise AnswerShapeError("the text is empty; expected a word or a sentence")
    comparison, accepted = settle(answer.text, item.accepted, item.policy)
    if comparison is not SAME:
        for misconception in item.misconceptions:
            if plain_form(misconception.answer, item.policy) == plain_form(answer.text, item.policy):
                return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    if comparison is not SAME and _matches_pattern(item, answer.text):
        return Grade(score=1.0, correct=True)
    right = is_right(comparison, item.policy)
    note = note_on(comparison, accepted, item.policy, item.locale)
    return Grade(score=float(right), correct=right, feedback=note)


def _matches_pattern(item: ShortText, text: str) -> bool:
    """Whether one of the item's patterns matches the whole text, spaces around it aside."""
    try:
        return any(matches(one, text.strip(), case_sensitive=item.policy.case_sensitive) for one in item.patterns)
    except PatternError as error:
        raise GradingError(str(error)) from error


def wrong_texts(accepted: str, rng: Random) -> list[str]:
    """A word left out, letters shuffled, letters reversed, and last a text that is never accepted."""
    words = accepted.split()
    fewer = [" ".join(words[:k] + words[k + 1 :]) for k in rng.sample(range(len(words)), len(words))]
    letters = "".join(rng.sample(accepted, len(accepted)))
    return [text for text in [*fewer, letters, accepted[::-1]] if text.strip()] + [f"{accepted} {accepted} xx"]


def _wrong_short_texts(item: ShortText, rng: Random) -> list[ShortTextAnswer]:
    return [ShortTextAnswer(text=text) for text in wrong_texts(item.accepted[0], rng)]


SHORT_TEXT = Kind(
    answer_type=ShortTextAnswer,
    grade=grade_short_text,
    model_answer=lambda item: ShortTextAnswer(text=item.accepted[0]),
    misconception_answers=lambda item: [(m.id, ShortTextAnswer(text=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: shown(item.accepted[0], item.policy, item.locale),
    wrong_answers=_wrong_short_texts,
)
