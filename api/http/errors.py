"""What can be wrong with how a request was sent, whatever it asks for."""

from __future__ import annotations


class HttpError(Exception):
    """Base of this room's errors. `headers` leave with the problem."""

    headers: tuple[tuple[str, str], ...] = ()


class NotAcceptableError(HttpError):
    """None of the media types that the caller takes can be made."""


class UnsupportedMediaError(HttpError):
    """The body has a media type or a content coding that is not read here."""

    def __init__(self, text: str, header: str, allowed: str) -> None:
        super().__init__(text)
        self.headers = ((header, allowed),)


class BodyTooLargeError(HttpError):
    """The body is larger than a body may be, or becomes so when it is decompressed."""


class BadBodyError(HttpError):
    """The body is not what its content coding says."""


class BadHeaderError(HttpError):
    """A header of the request cannot be read. `header` is its name."""

    def __init__(self, header: str, text: str) -> None:
        super().__init__(text)
        self.header = header


class PreconditionError(HttpError):
    """The resource is not in the state that If-Match names."""


class KeyReusedError(HttpError):
    """The idempotency key was used for another request."""


class KeyInUseError(HttpError):
    """The request with this idempotency key is still under way."""

    headers = (("retry-after", "1"),)


class CursorError(HttpError):
    """The cursor is not one that this server gave for this list."""


class ClientTooOldError(HttpError):
    """The client is older than the oldest one that is served. `needed` is "name/version"."""

    def __init__(self, text: str, needed: str) -> None:
        super().__init__(text)
        self.headers = (("upgrade", needed), ("connection", "upgrade"))


class TooManyStreamsError(HttpError):
    """The server holds as many live views open as it can."""

    headers = (("retry-after", "5"),)
