"""The settings of a generator: what each may be, and how a template's own values are checked against that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Value = int | float | str | bool | list[int | float | str]


class TemplateError(ValueError):
    """A template names an unknown generator or setting, or a setting has a value that is not allowed."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole-number setting between `low` and `high`, both allowed."""

    name: str
    default: int
    low: int
    high: int

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        return f"a whole number from {self.low} to {self.high}"

    def accepts(self, value: Value) -> bool:
        """Whether `value` is an int (not a bool) in range."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Words:
    """A setting that is one word or a list of words, each from `options`; a draw uses one of them."""

    name: str
    options: tuple[str, ...]
    default: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        return f"one or more of {', '.join(self.options)}"

    def accepts(self, value: Value) -> bool:
        """Whether `value` is an allowed word or a non-empty list of allowed words."""
        words = value if isinstance(value, list) else [value]
        return bool(words) and all(isinstance(word, str) and word in self.options for word in words)


Parameter = Whole | Words


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings: whole numbers by name, and for each word setting the words to draw from."""

    numbers: dict[str, int] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]


def settle(where: str, declared: Sequence[Parameter], given: Mapping[str, Value]) -> Settings:
    """Fill in defaults and check every value; `where` opens the message of an error.

    Raises:
        TemplateError: naming every bad setting, its value and what is allowed, one to a line.
    """
    known = {parameter.name: parameter for parameter in declared}
    faults = [
        f"unknown parameter {name!r}; allowed: {', '.join(known) or 'none'}" for name in given if name not in known
    ]
    settings = Settings()
    for parameter in declared:
        if parameter.name in given and not parameter.accepts(given[parameter.name]):
            value = given[parameter.name]
            faults.append(f"parameter {parameter.name!r} is {value!r}; allowed: {parameter.allowed}")
        else:
            _store(settings, parameter, given.get(parameter.name))
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    return settings


def _store(settings: Settings, parameter: Parameter, value: Value | None) -> None:
    if isinstance(parameter, Whole):
        settings.numbers[parameter.name] = value if isinstance(value, int) else parameter.default
    elif isinstance(value, list):
        settings.words[parameter.name] = tuple(str(word) for word in value)
    elif isinstance(value, str):
        settings.words[parameter.name] = (value,)
    else:
        settings.words[parameter.name] = parameter.default or parameter.options
