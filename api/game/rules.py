"""The rules of the game as data: versions with the date from which each holds.

What was decided under a version keeps it: rows name the version they were written under, and a streak judges each date
by the version of that date. An operator adds versions by a file (`read_rules`), which names only what changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec

from api.game.leagues.rules import LeagueRules
from api.game.quests.drawing import QuestRules
from api.settings import Settings

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


OFFERS = {
    "freeze": 40,
    "theme.forest": 80,
    "theme.ocean": 80,
    "theme.night": 120,
    "frame.stars": 150,
    "frame.laurel": 250,
}
"""Prices in gems. Gems are earned by learning alone; nothing here is sold for money."""


class RulesError(Exception):
    """The file of rules cannot be used; the text names the file, what is wrong and what is allowed."""


class XpRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Numbers of `api.game.xp`, where each is explained. `flagged_share` is paid while a flag is open: for
    everything, or with `flagged_alike` for answers that look like what was flagged (`api.game.fairplay.softening`)."""

    base: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.6
    known: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.5
    gain: Annotated[float, msgspec.Meta(ge=0, le=100)] = 4.0
    max_information: Annotated[float, msgspec.Meta(ge=0.5, le=10)] = 1.4
    repeat_share: Share = 0.85
    rapid_share: Share = 0.1
    rapid_cap_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 10.0
    flagged_share: Share = 0.5
    flagged_alike: bool = False
    quick_share: Share = 0.0


class StreakRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Numbers of `api.game.streak`.

    Attributes:
        answers_for_a_day: graded answers that make a day count without a finished lesson.
        starting_freezes: of a new learner.
        max_freezes: held at most.
        earn_back_days: days after the one that broke a streak in which it can be earned back.
        earn_back_lessons: lessons that earn it back.
        days_a_week: days that keep a week in weekly mode.
        holiday_days_a_year: dates of a calendar year that may be holidays.
        soft_gap_days: days missed in a row that a softened streak bridges by itself.
    """

    answers_for_a_day: Positive = 10
    starting_freezes: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    max_freezes: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    earn_back_days: Annotated[int, msgspec.Meta(ge=0, le=7)] = 2
    earn_back_lessons: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3
    days_a_week: Annotated[int, msgspec.Meta(ge=1, le=7)] = 3
    holiday_days_a_year: Annotated[int, msgspec.Meta(ge=0, le=366)] = 14
    soft_gap_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 7


class GemRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What brings gems, beside quests, and what things of the shop cost.

    Attributes:
        welcome: with the first answer that earns XP, once for a person.
        level_up: for each level from the second on.
        offers: prices by offer; see `api.game.shop`.
    """

    welcome: Count = 50
    level_up: Count = 10
    offers: dict[str, Positive] = msgspec.field(default_factory=lambda: dict(OFFERS))


class GameRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One version of all rules. It holds for local dates from `begins` on."""

    version: int
    begins: date
    xp: XpRules = XpRules()
    streak: StreakRules = StreakRules()
    gems: GemRules = GemRules()
    quests: QuestRules = QuestRules()
    league: LeagueRules = LeagueRules()


RULES: tuple[GameRules, ...] = (
    GameRules(version=1, begins=date.min),
    GameRules(
        version=2,
        begins=date(2026, 12, 1),
        xp=XpRules(base=2.0, known=0.2, gain=5.0, quick_share=0.5, flagged_alike=True),
    ),
)
"""The versions that are shipped, the earliest first. A version that has begun is never changed."""


class RuleBook:
    """All versions, the earliest first."""

    def __init__(self, versions: Sequence[GameRules] = RULES) -> None:
        """Raises RulesError if versions or dates do not rise."""
        for earlier, later in pairwise(versions):
            if later.version <= earlier.version or later.begins <= earlier.begins:
                raise RulesError(
                    f"version {later.version} from {later.begins} follows version {earlier.version} from"
                    f" {earlier.begins}; both numbers and dates must rise"
                )
        self.versions = tuple(versions)
        self._begins = tuple(rules.begins.toordinal() for rules in versions)

    def on(self, day: int) -> GameRules:
        """The rules of a local date, given as an ordinal."""
        if len(self.versions) == 1 or day >= self._begins[-1]:
            return self.versions[-1]
        return next(rules for rules in reversed(self.versions) if rules.begins.toordinal() <= day)


RULE_BOOK = RuleBook()
"""The shipped versions alone."""


def rules_on(day: date) -> GameRules:
    """The shipped rules of a local date."""
    return RULE_BOOK.on(day.toordinal())


def rule_book_of(settings: Settings) -> RuleBook:
    """The rules that a server plays by: those that are shipped, and those of the settings' file. Raises RulesError."""
    return read_rules(Path(settings.game_rules)) if settings.game_rules else RULE_BOOK


def read_rules(path: Path, shipped: Sequence[GameRules] = RULES) -> RuleBook:
    """The shipped versions and those of a file, a JSON list of versions in `versions`.

    A version names `version`, `begins` and what changes; everything else stays as in the version before.

    Raises:
        RulesError: the file cannot be read, or names the place of what is wrong in it and what is allowed.
    """
    try:
        read = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise RulesError(
            f"{path} cannot be read ({error.strerror}); set PACER_GAME_RULES to a file or unset it"
        ) from error
    except msgspec.DecodeError as error:
        raise RulesError(f"{path} is not JSON: {error}") from error
    if not isinstance(read, dict) or read.keys() != {"versions"} or not isinstance(read["versions"], list):
        raise RulesError(f'{path} must be {{"versions": [...]}} and nothing else')
    versions = list(shipped)
    for place, changes in enumerate(read["versions"]):
        versions.append(_changed(versions[-1], changes, f"{path}: versions[{place}]"))
    try:
        return RuleBook(versions)
    except RulesError as error:
        raise RulesError(f"{path}: {error}") from error


def _changed(before: GameRules, changes: Any, where: str) -> GameRules:
    if not isinstance(changes, dict) or not {"version", "begins"} <= changes.keys():
        raise RulesError(f"{where} must be an object with version and begins (YYYY-MM-DD)")
    known = msgspec.to_builtins(before)
    merged = _merged(known, changes, where)
    try:
        return msgspec.convert(merged, GameRules)
    except msgspec.ValidationError as error:
        raise RulesError(f"{where}: {error}") from error


def _merged(known: dict[str, Any], changes: dict[str, Any], where: str) -> dict[str, Any]:
    """The rules with the changes in them, down to single numbers; the shop's offers are replaced one by one."""
    strange = [] if where.endswith("offers") else sorted(changes.keys() - known.keys())
    if strange:
        raise RulesError(f"{where} has no {', '.join(strange)}; allowed: {', '.join(known)}")
    found = dict(known)
    for name, value in changes.items():
        inner = isinstance(known.get(name), dict) and isinstance(value, dict)
        found[name] = _merged(known[name], value, f"{where}.{name}") if inner else value
    return found
