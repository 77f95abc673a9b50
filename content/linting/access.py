"""Rules about who can answer: without seeing, without a pointer, without hurry.

Source: Web Content Accessibility Guidelines 2.2, success criteria 1.1.1, 1.4.1, 1.4.11, 2.1.1, 2.2.1, 3.1.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from content.items import Item
from content.linting.findings import LintFinding, at
from content.linting.words import lix, n_sentences, plain, reading_grade, said, shown_options, words_in

FILE_NAME = re.compile(r"\.(png|jpe?g|gif|webp|svg|mp3|wav|ogg)$|^(image|picture|photo|img|bild|foto)[\s_-]*\d*$", re.I)
POINTER = re.compile(r"\b(drag|drop|click|tap|hover|swipe|pinch|mouse|arrastra|haz clic|ziehe|klicke)\b", re.IGNORECASE)
SIGHT = re.compile(
    r"\b(look at|as shown|shown (?:below|above)|in the (?:picture|figure|image|diagram|graph))\b", re.IGNORECASE
)
COLOUR = re.compile(
    r"\b(red|green|blue|yellow|orange|purple|pink)\b[^.?!]{0,30}\b(one|line|box|arrow|part|area|bar|dot|circle|text)s?\b",
    re.IGNORECASE,
)
HURRY = re.compile(
    r"\b(?:with)?in (?:the next |under )?(?:\d+|a|one|two|three|five|ten|thirty|sixty) (?:second|minute)s?\b"
    r"|\bas (?:fast|quickly) as you can\b|\bbefore the time (?:is up|runs out)\b",
    re.IGNORECASE,
)
SYMBOLS = re.compile(r"[√∑∏∫≤≥≠≈∞²³⁴½⅓¼¾→⇒∈∪∩πθ]|\d\s*/\s*\d|\^|[\u2500-\u259f]")
WORDS_PER_SECOND = 4.0
"""240 words a minute, silent reading of adults; Brysbaert, "How many words do we read per minute?", 2019, has 238."""

MIN_ALT = 3
MIN_CONTRAST = 3.0
SENTENCE_WORDS = 30


def alt_text(item: Item) -> Iterator[LintFinding]:
    """Media without words for who does not see or hear them, or with words that say nothing."""
    for place, media in enumerate(item.media):
        where, alt = at(item.id, "media", place, "alt"), media.alt.strip()
        what = "hears" if media.type.startswith("audio/") else "sees"
        if not alt:
            why = f"nobody who does not {what[:-1]} {media.name or 'it'} learns what it holds."
            how = "Say in a sentence what of it is needed to answer, and not the answer."
            yield LintFinding(rule="alt-text", where=where, why=why, how=how)
        elif len(alt) < MIN_ALT or FILE_NAME.search(alt):
            why = f"{alt!r} is a name, not a description."
            yield LintFinding(rule="alt-text", where=where, why=why, how="Say what it shows.")


def screen_reader(item: Item) -> Iterator[LintFinding]:
    """Signs that are read aloud badly, and prompts that point to what has to be seen."""
    told, access = said(item.prompt), item.accessibility
    if not access.speech and (found := SYMBOLS.search(plain(item.prompt))):
        why = f"{found[0]!r} is read aloud in many ways, or not at all."
        how = "Write under accessibility.speech how it is said: 3/4 as three quarters."
        yield LintFinding(rule="screen-reader", where=at(item.id, "accessibility", "speech"), why=why, how=how)
    described = access.description or (item.media and all(media.alt for media in item.media))
    if not described and (seen := SIGHT.search(told)):
        why = f"{seen[0]!r} sends to something that only who sees can find."
        how = "Describe it under accessibility.description, or in the alt text."
        yield LintFinding(rule="screen-reader", where=at(item.id, "accessibility", "description"), why=why, how=how)


def keyboard(item: Item) -> Iterator[LintFinding]:
    """Prompts that ask for a pointer. All kinds are answered by keys; what is said has to allow it."""
    if not item.accessibility.keyboard and (found := POINTER.search(said(item.prompt))):
        why = f"the prompt says {found[0]!r}, and some have neither mouse nor finger to do it."
        how = "Say what is to be done, not how (choose, order, match); or fill accessibility.keyboard."
        yield LintFinding(rule="keyboard", where=at(item.id, "prompt"), why=why, how=how)


def colour_alone(item: Item) -> Iterator[LintFinding]:
    """Prompts that tell things apart by colour only."""
    if not item.accessibility.description and (found := COLOUR.search(said(item.prompt))):
        why = f"{found[0]!r} is found by colour alone, which one man in twelve does not see well."
        how = "Name a letter, a place or a pattern beside the colour."
        yield LintFinding(rule="colour-alone", where=at(item.id, "prompt"), why=why, how=how)


def time_limit(item: Item) -> Iterator[LintFinding]:
    """Limits of time in words, which nobody can extend; and expected times that do not suffice for reading."""
    if found := HURRY.search(said(item.prompt)):
        why = f"the prompt says {found[0]!r}, and who needs longer has no way to get it."
        how = "Leave it out; slow answers are no worse. Fluency shows in the time taken, which is recorded."
        yield LintFinding(rule="time-limit", where=at(item.id, "prompt"), why=why, how=how)
    text = " ".join([said(item.prompt), getattr(item, "text", ""), *(said(one.text) for one in shown_options(item))])
    needed = len(words_in(text)) / WORDS_PER_SECOND
    if needed > item.seconds:
        why = f"reading it takes about {needed:.0f} seconds, and {item.seconds:g} are expected for all."
        yield LintFinding(
            rule="time-too-short",
            where=at(item.id, "seconds"),
            why=why,
            how=f"Set seconds to {2 * needed:.0f} or more.",
        )


def reading_level(item: Item, most_grade: float, most_lix: float) -> Iterator[LintFinding]:
    """Prompts that are hard to read: by grade in English, by LIX elsewhere; and sentences without an end."""
    text = plain(item.prompt)
    n_words = len(words_in(text))
    if n_words < 8:
        return
    english = item.locale.lower().startswith("en")
    level, most, name = (reading_grade(text), most_grade, "grade") if english else (lix(text), most_lix, "LIX")
    where, how = at(item.id, "prompt"), "Shorten sentences, and use the words that learners use."
    if level > most:
        why = f"it reads at {name} {level:.0f}; {most:.0f} is set as the most."
        yield LintFinding(rule="reading-level", where=where, why=why, how=how)
    elif n_words / n_sentences(text) > SENTENCE_WORDS:
        why = f"a sentence has {n_words / n_sentences(text):.0f} words on average."
        yield LintFinding(rule="reading-level", where=where, why=why, how=how)


def luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance of an sRGB colour, each part 0 to 255; WCAG 2.2, definition "relative luminance"."""
    parts = [part / 255.0 for part in (red, green, blue)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(first: float, second: float) -> float:
    """Contrast of two luminances, 1 to 21; WCAG 2.2, definition "contrast ratio"."""
    lighter, darker = max(first, second), min(first, second)
    return (lighter + 0.05) / (darker + 0.05)


def faint_picture(item: Item, place: int, luminances: Sequence[float]) -> Iterator[LintFinding]:
    """A picture whose light and dark parts hardly differ; luminances of its pixels, the extreme 2 % left out."""
    ordered = sorted(luminances)
    if len(ordered) < 2:
        return
    cut = len(ordered) // 50
    ratio = contrast_ratio(ordered[cut], ordered[-1 - cut])
    if ratio < MIN_CONTRAST:
        why = f"its lightest and darkest parts have a contrast of {ratio:.1f} to 1; {MIN_CONTRAST:g} to 1 is the least."
        how = "Take stronger lines on a plain background."
        yield LintFinding(rule="contrast", where=at(item.id, "media", place), why=why, how=how)
