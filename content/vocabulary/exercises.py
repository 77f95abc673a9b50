"""All exercises of one entry."""

from __future__ import annotations

from content.items import Item
from content.vocabulary.entries import Entry
from content.vocabulary.lexicon import Lexicon
from content.vocabulary.material import Material
from content.vocabulary.produce import fill_gap, order_words, type_spanish
from content.vocabulary.recognise import choose_english, read_example, type_english


def exercises(lexicon: Lexicon, entry: Entry) -> tuple[Item, ...]:
    """The exercises of an entry, easiest first: what it means, then how it is said."""
    material = Material(lexicon, entry)
    items = (
        choose_english(material),
        read_example(material),
        type_english(material),
        order_words(material),
        fill_gap(material),
        type_spanish(material),
    )
    return tuple(item for item in items if item is not None)
