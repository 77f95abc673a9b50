"""Rules about options and feedback: what lets a learner guess, and what leaves one without help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import mean

from content.guessing import guess_probability
from content.items import Item, MultipleChoice, MultipleResponse, TrueFalse
from content.linting.findings import LintFinding, at
from content.linting.words import said, words_in

GUESSABLE = 0.34
LONGER_BY = 1.6
LONGER_LETTERS = 12
MANY_CHOICES = 12
"""Below so many items nobody can tell a habit from chance."""

HABIT = 3.0
"""Standard deviations beyond chance at which a habit is told."""

ABSOLUTE = re.compile(
    r"\b(always|never|all|none|every|only|must|cannot|siempre|nunca|todos|ninguno|immer|nie|alle)\b", re.IGNORECASE
)
CATCH_ALL = re.compile(r"\b(all|none|both) of (the|these|them)\b|\bal+ the above\b", re.IGNORECASE)
ARTICLE = re.compile(r"\b(an?)\s*(?:_+|\.\.\.|…)?\s*[:?.]?\s*$", re.IGNORECASE)


def missing_feedback(item: Item) -> Iterator[LintFinding]:
    """Wrong options that nobody explains; other items that know no mistake at all."""
    known = {str(one.answer) for one in getattr(item, "misconceptions", ())}
    how = "Add a misconception for it: the idea behind the mistake, and what to think instead."
    if isinstance(item, MultipleChoice):
        for place, option in enumerate(item.options):
            if option.id != item.key and option.id not in known:
                why = f"nothing is said to whoever chooses {said(option.text)[:60]!r}."
                yield LintFinding(rule="missing-feedback", where=at(item.id, "options", place), why=why, how=how)
    elif not known:
        why = "no mistake is known, so that every wrong answer is told the same."
        yield LintFinding(rule="missing-feedback", where=at(item.id, "misconceptions"), why=why, how=how)


def guessable(item: Item) -> Iterator[LintFinding]:
    """Items that are guessed right in more than a third of all tries, and options that take all others in."""
    chance = guess_probability(item)
    if chance > GUESSABLE and not isinstance(item, TrueFalse):
        why = f"whoever knows nothing is right in {chance:.0%} of all tries."
        how = "Add plausible wrong options, or let the answer be typed."
        yield LintFinding(rule="guessable", where=at(item.id), why=why, how=how)
    if isinstance(item, MultipleChoice | MultipleResponse):
        for place, option in enumerate(item.options):
            if CATCH_ALL.search(said(option.text)):
                why = f"{said(option.text)!r} is settled by knowing two of the other options."
                how = "Replace it by a mistake that people make, or ask for all that apply."
                yield LintFinding(rule="guessable", where=at(item.id, "options", place), why=why, how=how)


def clue_in_wording(item: Item) -> Iterator[LintFinding]:
    """A word of the prompt that only the key repeats, an article that only the key fits, absolute words."""
    if not isinstance(item, MultipleChoice) or len(item.options) < 3:
        return
    where = at(item.id, "options", [option.id for option in item.options].index(item.key)) if _has_key(item) else ""
    if not where:
        return
    key = next(said(option.text) for option in item.options if option.id == item.key)
    wrong = [said(option.text) for option in item.options if option.id != item.key]
    for word in _repeated(said(item.prompt), key, wrong):
        why = f"{word!r} stands in the prompt and in no option but the right one."
        yield LintFinding(
            rule="clue-in-wording", where=where, why=why, how="Say it otherwise, or use the word in another option."
        )
        break
    if (
        (article := ARTICLE.search(said(item.prompt)))
        and _fits(article[1], key)
        and not any(_fits(article[1], text) for text in wrong)
    ):
        why = f"the prompt ends with {article[1]!r}, which fits only the right option."
        yield LintFinding(rule="clue-in-wording", where=at(item.id, "prompt"), why=why, how="Write a(n).")
    if all(_absolute(text) for text in wrong) and not _absolute(key):
        why = "every wrong option says always, never or the like, and the right one does not."
        yield LintFinding(rule="clue-in-wording", where=where, why=why, how="Word the options alike.")


def _has_key(item: MultipleChoice) -> bool:
    return any(option.id == item.key for option in item.options)


def _repeated(prompt: str, key: str, wrong: Sequence[str]) -> Iterator[str]:
    told = {word.lower() for word in words_in(prompt) if len(word) > 5}
    elsewhere = {word.lower() for text in wrong for word in words_in(text)}
    return (word for word in sorted({word.lower() for word in words_in(key)} & told) if word not in elsewhere)


def _fits(article: str, text: str) -> bool:
    return (text.strip()[:1].lower() in "aeiou") == (article.lower() == "an")


def _absolute(text: str) -> bool:
    return ABSOLUTE.search(text) is not None


def longest_is_right(item: Item) -> Iterator[LintFinding]:
    """A right option that is much longer than all others."""
    if not isinstance(item, MultipleChoice) or not _has_key(item) or len(item.options) < 2:
        return
    lengths = {option.id: len(said(option.text)) for option in item.options}
    others = [length for name, length in lengths.items() if name != item.key]
    if lengths[item.key] >= LONGER_BY * max(mean(others), 1.0) and lengths[item.key] - max(others) >= LONGER_LETTERS:
        why = f"the right option has {lengths[item.key]} letters, the others {mean(others):.0f} on average."
        how = "Shorten it, or say as much in the others; move the explanation to where it belongs."
        place = [option.id for option in item.options].index(item.key)
        yield LintFinding(rule="longest-is-right", where=at(item.id, "options", place), why=why, how=how)


def habit_of_length(items: Sequence[Item]) -> Iterator[LintFinding]:
    """Whether the longest option is right more often than chance has it, over the whole course.

    ``z = (right - sum p) / sqrt(sum p (1 - p))``, p the chance of one option of each item's.
    """
    chances, n_right = [], 0
    for item in items:
        if isinstance(item, MultipleChoice) and _has_key(item):
            lengths = {option.id: len(said(option.text)) for option in item.options}
            longest = max(lengths.values())
            if list(lengths.values()).count(longest) == 1:
                chances.append(1.0 / len(lengths))
                n_right += lengths[item.key] == longest
    if len(chances) < MANY_CHOICES:
        return
    spread = sqrt(sum(chance * (1.0 - chance) for chance in chances))
    if n_right - sum(chances) > HABIT * spread:
        why = f"of {len(chances)} items the longest option is right in {n_right}; by chance in {sum(chances):.0f}."
        how = "Lengthen some wrong options and shorten right ones, until the length tells nothing."
        yield LintFinding(rule="longest-is-right", where="/items", why=why, how=how)
