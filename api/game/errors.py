"""What can be wrong with what a learner wants of the game."""

from __future__ import annotations


class OfferNotFoundError(Exception):
    """The shop has no such offer."""


class PurchaseError(Exception):
    """The offer cannot be bought now: nothing was spent."""


class NotEnoughGemsError(PurchaseError):
    """The wallet holds less than the price."""


class PriceChangedError(PurchaseError):
    """The offer costs something else than the learner saw."""


class AlreadyHeldError(PurchaseError):
    """What is bought once is owned already, or no more freezes can be held."""


class HolidayError(Exception):
    """The holiday cannot be planned."""


class HolidayNotFoundError(Exception):
    """Not one of the learner's holidays that are not over."""


class FlagNotFoundError(Exception):
    """Not one of the learner's flags."""
