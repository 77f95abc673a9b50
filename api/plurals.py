"""Words beside numbers: a text of a catalogue says both forms, and the number chooses one.

On the wire stand the code and the numbers beside the English text, so that a client may say it in its own language.
"""

from __future__ import annotations

from typing import Literal

NUMBER = "#"
Category = Literal["one", "other"]


class Count(int):
    """A number in a text. `{n:# day|# days}` becomes "1 day" or "2 days"; `{n}` is the number alone."""

    def __format__(self, forms: str) -> str:
        if "|" not in forms:
            return super().__format__(forms)
        one, other = forms.split("|")
        return (one if category(self) == "one" else other).replace(NUMBER, str(int(self)))


def category(n: int) -> Category:
    """The plural category of a whole number in English, and in German and Spanish where it is of no million.

    Source: Unicode CLDR 46, cardinal rules of `en`, `de` and `es`.
    """
    return "one" if abs(n) == 1 else "other"


def fill(text: str, **values: object) -> str:
    """A text with its values; each whole number chooses among the forms beside it. Raises KeyError, ValueError."""
    return text.format(**{name: Count(value) if type(value) is int else value for name, value in values.items()})


def counted(n: int, one: str, other: str = "") -> str:
    """A number with its noun: "1 day", "2 days"; `other` where it is not `one` with an s."""
    return f"{n} {one if category(n) == 'one' else other or f'{one}s'}"
