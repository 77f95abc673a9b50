"""What can be wrong with an account or its tokens."""

from __future__ import annotations


class AccountError(Exception):
    """Base of this room's errors."""


class TokenError(AccountError):
    """The access token is missing, damaged, foreign or expired."""


class CredentialsError(AccountError):
    """The learner id and the device secret do not belong together."""


class RefreshTokenError(AccountError):
    """The refresh token is damaged, foreign, expired or revoked."""


class RefreshReusedError(AccountError):
    """A refresh token that had been replaced was used again after the grace period; its family is now revoked."""


class UnknownAccountError(AccountError):
    """The token is genuine, but its account is gone."""
