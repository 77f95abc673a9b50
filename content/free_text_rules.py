"""What must hold within an item whose answer is typed freely, from expressions and dates to essays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.draft import Finding
from content.grading.dates import read_key as read_date
from content.grading.expression import read_key as read_expression
from content.grading.grades import GradingError
from content.grading.patterns import PatternError, check_pattern
from content.grading.text import plain_form
from content.items import (
    CalendarDate,
    Essay,
    Expression,
    Listing,
    OpenResponse,
    ShortText,
    TextMisconception,
    TextPolicy,
    Translate,
)

LEAST_LEVELS = 2
_SURE_ENGLISH = "en"


def find_expression_faults(item: Expression) -> Iterator[Finding]:
    """The key and the misconceptions can be read, and the variables are single names."""
    for k, name in enumerate(item.variables):
        if not name.isalpha() or len(name) > 10 or item.variables.index(name) != k:
            fix = "Use letters, each name once: x, y, theta."
            yield Finding(f"/variables/{k}", f"{name!r} is no name of a variable, or stands twice.", fix)
    for pointer, text in _typed("/key", item.key, item.misconceptions):
        try:
            read_expression(text, item.variables)
        except GradingError as error:
            yield Finding(pointer, f"{error}.", "Write it like 2x + 1, with the item's variables only.")


def find_date_faults(item: CalendarDate) -> Iterator[Finding]:
    """The key and the misconceptions are dates."""
    for pointer, text in _typed("/key", item.key, item.misconceptions):
        try:
            read_date(text)
        except GradingError as error:
            yield Finding(pointer, f"{error}.", "Write it like 1492-10-12, 1492-10 or 1492.")


def find_listing_faults(item: Listing) -> Iterator[Finding]:
    """Every entry has a wording, no wording names two entries, and no more is asked for than there is."""
    if not item.entries:
        yield Finding("/entries", "nothing is to be listed.", "Give at least one entry.")
    if item.n_wanted is not None and not 1 <= item.n_wanted <= len(item.entries):
        message = f"{item.n_wanted} entries are asked for, but there are {len(item.entries)}."
        yield Finding("/n_wanted", message, f"Ask for 1 to {len(item.entries)}.")
    if item.ordered and item.n_wanted is not None:
        yield Finding("/n_wanted", "in order, all entries are asked for.", "Remove n_wanted, or ordered.")
    owners: dict[str, int] = {}
    for k, wordings in enumerate(item.entries):
        yield from find_accepted_faults(wordings, f"/entries/{k}")
        for text in wordings:
            if owners.setdefault(plain_form(text, item.policy), k) != k:
                yield Finding(f"/entries/{k}", f"{text!r} names two entries.", "Give it to one of them.")
    yield from _right_by_key(item.misconceptions, list(owners), item.policy)


def find_translate_faults(item: Translate) -> Iterator[Finding]:
    """There is a reference, and no misconception is one."""
    yield from find_accepted_faults(item.references, "/references")
    forms = [plain_form(text, item.policy) for text in item.references]
    yield from _right_by_key(item.misconceptions, forms, item.policy)


def find_response_faults(item: OpenResponse) -> Iterator[Finding]:
    """There is a reference, the language is English, and no misconception is a reference."""
    yield from find_accepted_faults(item.references, "/references")
    if item.locale.split("-")[0] != _SURE_ENGLISH:
        message = f"the model that grades open responses knows English, not {item.locale!r}."
        yield Finding("/locale", message, "Set stakes: high, so that a person grades, or use another kind of item.")
    policy = TextPolicy(accents="ignored", typos="none")
    yield from _right_by_key(item.misconceptions, [plain_form(text, policy) for text in item.references], policy)


def find_essay_faults(item: Essay) -> Iterator[Finding]:
    """There are traits with levels, and the lengths can be met."""
    if not item.traits:
        yield Finding("/traits", "the rubric is empty.", "Give at least one trait with its levels.")
    ids = [trait.id for trait in item.traits]
    for k, trait in enumerate(item.traits):
        if ids.index(trait.id) != k or not trait.title.strip():
            yield Finding(f"/traits/{k}", f"trait {trait.id!r} stands twice, or has no title.", "Name each trait once.")
        if len(trait.levels) < LEAST_LEVELS or not all(level.strip() for level in trait.levels):
            yield Finding(f"/traits/{k}/levels", "fewer than two levels are described.", "Say what each level means.")
    if item.least_words < 0 or (item.most_words is not None and item.most_words < max(item.least_words, 1)):
        message = f"{item.least_words} to {item.most_words} words cannot be written."
        yield Finding("/most_words", message, "Let most_words be at least least_words, and 1 or more.")
    if item.misconceptions:
        yield Finding("/misconceptions", "an essay is not compared with wrong answers.", "Remove them.")


def find_pattern_faults(item: ShortText) -> Iterator[Finding]:
    """Every pattern can be matched in linear time."""
    for k, pattern in enumerate(item.patterns):
        try:
            check_pattern(pattern)
        except PatternError as error:
            fix = "Use RE2 syntax: no look-around, no back-references."
            yield Finding(f"/patterns/{k}", f"{error}.", fix)


def find_accepted_faults(accepted: Sequence[str], pointer: str) -> Iterator[Finding]:
    """At least one text is accepted, and none is empty."""
    if not accepted:
        yield Finding(pointer, "no answer is accepted.", "Give at least the model answer.")
    for k, text in enumerate(accepted):
        if not text.strip():
            yield Finding(f"{pointer}/{k}", "an accepted answer is empty.", "Remove it, or write it.")


def _typed(pointer: str, key: str, misconceptions: Sequence[TextMisconception]) -> list[tuple[str, str]]:
    return [(pointer, key), *((f"/misconceptions/{k}/answer", one.answer) for k, one in enumerate(misconceptions))]


def _right_by_key(
    misconceptions: Sequence[TextMisconception], forms: Sequence[str], policy: TextPolicy
) -> Iterator[Finding]:
    for k, one in enumerate(misconceptions):
        if plain_form(one.answer, policy) in forms:
            fix = "Remove the misconception, or correct its answer."
            yield Finding(f"/misconceptions/{k}/answer", "this wrong answer is right by the key.", fix)
