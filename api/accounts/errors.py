"""What can be wrong with an account, its tokens or a way to sign in."""

from __future__ import annotations


class AccountError(Exception):
    """Base of this room's errors."""


class TokenError(AccountError):
    """The access token is missing, damaged, foreign or expired."""


class CredentialsError(AccountError):
    """What was shown does not open the account: a device secret, a password, a recovery code."""


class RefreshTokenError(AccountError):
    """The refresh token is damaged, foreign, expired or revoked."""


class RefreshReusedError(AccountError):
    """A refresh token that had been replaced was used again after the grace period; its family is now revoked."""


class UnknownAccountError(AccountError):
    """The token is genuine, but its account is gone."""


class AccountGoneError(AccountError):
    """The account was merged into another."""


class NotAGuestError(AccountError):
    """Only a guest is merged into another account, and only into one that is none."""


class EmailTakenError(AccountError):
    """The address belongs to another account."""


class AlreadyRegisteredError(AccountError):
    """The account that wants to become one with a password has one."""


class SignInAgainError(AccountError):
    """What was asked for needs a sign-in of the last minutes."""


class DeviceNotFoundError(AccountError):
    """The learner has no such sign-in."""


class TooManyAttemptsError(AccountError):
    """Too many attempts from one place or at one account. `retry_after` is in seconds."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class OverloadedError(AccountError):
    """More passwords wait to be checked than the server takes on."""


class LinkError(AccountError):
    """The token of a letter is not one of this server's, has expired, or was used."""


class MailOffError(AccountError):
    """What was asked for needs mail, and this server sends none."""


class ProviderNotFoundError(AccountError):
    """There is no OpenID provider of that name."""


class IdTokenError(AccountError):
    """An ID token, or the code for one, is not proof of anything."""


class ProviderDownError(AccountError):
    """An OpenID provider cannot be reached, or does not answer as one."""


class LinkNeededError(AccountError):
    """The person's address has an account, which they have to sign in to before the provider opens it."""


class LinkedElsewhereError(AccountError):
    """The person of the provider has another account."""


class IdentityNotFoundError(AccountError):
    """The learner is nobody's person of that id."""


class LastSignInError(AccountError):
    """Without it nothing would sign in to the account."""


class ForbiddenError(AccountError):
    """The learner lacks the role for it."""


class OrganisationNotFoundError(AccountError):
    """There is no such organisation, or the learner does not belong to it."""


class MemberNotFoundError(AccountError):
    """The organisation has no such member."""


class InvitationError(AccountError):
    """An invitation has expired, was used, or never was."""


class LastAdminError(AccountError):
    """The organisation would be left without an admin."""


class AgeGroupKeptError(AccountError):
    """The learner wants less protection than their age group has, which is not theirs to decide."""
