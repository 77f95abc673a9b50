"""What MongoDB and its drivers report, as the store's own errors with advice."""

from __future__ import annotations

from bson.errors import BSONError
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    DocumentTooLarge,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from api.store.ports import StoreError

# ValueError: text that is no UTF-8. OverflowError: integers of more than 64 bits.
FAULTS = (PyMongoError, BSONError, ValueError, OverflowError)

# Codes of MongoDB's error_codes.yml.
_UNAUTHORIZED, _AUTHENTICATION_FAILED, _OUT_OF_DISK_SPACE = 13, 18, 14031
_ADVICE = {
    _UNAUTHORIZED: "give the user of the store's URL the role readWrite on the database",
    _AUTHENTICATION_FAILED: "check user, password and authSource in the store's URL",
    _OUT_OF_DISK_SPACE: "free some disk space on the database's servers and try again",
}
# The server gave up for now: MaxTimeMSExpired, ExceededTimeLimit, and elections of several kinds.
_PASSING = frozenset({50, 262, 6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436})


def unsent(error: BaseException) -> bool:
    """Whether an error says that nothing reached a server."""
    return isinstance(error, ServerSelectionTimeoutError | WaitQueueTimeoutError)


def passing(error: BaseException) -> bool:
    """Whether the same operation may succeed a moment later; unless `unsent`, it may also have been carried out."""
    if isinstance(error, AutoReconnect | WriteConcernError | WaitQueueTimeoutError):
        return True
    if isinstance(error, OperationFailure):
        return error.has_error_label("RetryableWriteError") or error.code in _PASSING
    return False


def store_error(doing: str, error: BaseException) -> StoreError:
    """The store's error for a fault met while `doing` something, with what to do about it."""
    if isinstance(error, InvalidOperation) and "close" in str(error):
        return StoreError("the store is closed")
    if isinstance(error, DocumentTooLarge):
        return StoreError(f"{doing} failed: it is larger than the 16 MB that a MongoDB document holds; make it smaller")
    if unsent(error):
        return StoreError(f"{doing} failed: the database does not answer ({short(error)}); is it running?")
    advice = _ADVICE.get(error.code or 0) if isinstance(error, OperationFailure) else None
    if isinstance(error, ConfigurationError):
        advice = "check the options of the store's URL"
    return StoreError(f"{doing} failed: {short(error)}" + (f"; {advice}" if advice else ""))


def short(error: BaseException) -> str:
    """The first part of a message; what follows in a driver's is its view of all servers, or the whole reply."""
    return str(error).partition(", full error:")[0].partition(", Timeout:")[0].partition(" (configured timeouts:")[0]
