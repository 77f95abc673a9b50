"""What an item's kind says about it before anyone has tried it: the chance to guess it right."""

from __future__ import annotations

from math import factorial, perm, prod

from content.items import (
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Item,
    Listing,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Ordering,
    ShortText,
    Translate,
    TrueFalse,
)


def guess_probability(item: Item) -> float:
    """Chance that an answer drawn at random among all that the item admits is right; 0 where it is typed.

    With n options: 1/n for a choice, 2^-n for several, 1/2 for a truth value, 1/n! for an order. With n left and m
    right options 1/(m (m-1) ... (m-n+1)) if m >= n, else m^-n. For a cloze the product over its gaps.
    """
    match item:
        case MultipleChoice():
            return 1.0 / len(item.options)
        case MultipleResponse():
            return 0.5 ** len(item.options)
        case TrueFalse():
            return 0.5
        case Numeric() | ShortText() | Expression() | CalendarDate() | Listing():
            return 0.0
        case Translate() | OpenResponse() | Essay():
            return 0.0
        case Cloze():
            return prod(len(gap.accepted) / len(gap.options) if gap.options else 0.0 for gap in item.gaps)
        case Ordering():
            return 1.0 / factorial(len(item.options))
        case Matching():
            n_left, n_right = len(item.left), len(item.right)
            return 1.0 / (perm(n_right, n_left) if n_right >= n_left else n_right**n_left)
