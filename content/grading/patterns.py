"""Regular expressions of authors, matched by RE2: time linear in the text, whatever the pattern (Cox 2007)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

MAX_PATTERN_CHARACTERS = 500
MAX_MEMORY_BYTES = 1 << 20


class PatternError(ValueError):
    """A pattern that RE2 does not take: malformed, too large, or with what needs backtracking."""


def matches(pattern: str, text: str, *, case_sensitive: bool) -> bool:
    """Whether the whole text matches. Raises PatternError."""
    return _compiled(pattern, case_sensitive).fullmatch(text) is not None


def check_pattern(pattern: str) -> None:
    """Refuse what cannot be matched safely. Raises PatternError."""
    _compiled(pattern, True)


@lru_cache(maxsize=512)
def _compiled(pattern: str, case_sensitive: bool) -> Any:
    import re2

    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise PatternError(f"a pattern of {len(pattern)} characters is too long; {MAX_PATTERN_CHARACTERS} are allowed")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY_BYTES
    options.case_sensitive = case_sensitive
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(f"the pattern {pattern[:60]!r} is not RE2's: {error}") from error
