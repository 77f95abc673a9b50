"""The letters of accounts: which one goes where, decided after the answer, so that the answer betrays nothing."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from api.accounts.account import Account, Accounts
from api.accounts.errors import MailOffError
from api.accounts.signin.links import VALID_SECONDS, Claims, LinkTokens, Purpose
from api.jobs.ports import Jobs, PoisonError, Run
from api.mail.letters import write
from api.mail.ports import Letter, Mailer, MailError
from api.wire import new_id

CONFIRM, RESET, CHANGED = "accounts.confirm", "accounts.reset", "accounts.changed"
PAGES: dict[Purpose, str] = {"confirm": "confirm-email", "reset": "reset-password"}


class ClaimToConfirm(msgspec.Struct, frozen=True, kw_only=True):
    """A claim whose address has to be asked."""

    claim_id: str


class ResetWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has forgotten the password of an address; the claim is to have this id."""

    claim_id: str
    email: str


class ChangeToTell(msgspec.Struct, frozen=True, kw_only=True):
    """An address that has to hear of a change."""

    id: str
    email: str
    locale: str


class Post:
    """Asks for letters, and writes them. Without a mailer there are none, and `on` is False."""

    def __init__(
        self, jobs: Jobs, mailer: Mailer | None, accounts: Accounts, claims: Claims, tokens: LinkTokens, app_url: str
    ) -> None:
        self._jobs = jobs
        self._mailer = mailer
        self._accounts = accounts
        self._claims = claims
        self._tokens = tokens
        self._app_url = app_url.rstrip("/")
        jobs.register(CONFIRM, ClaimToConfirm, self._confirm)
        jobs.register(RESET, ResetWanted, self._reset)
        jobs.register(CHANGED, ChangeToTell, self._changed)

    @property
    def on(self) -> bool:
        """Whether letters are sent."""
        return self._mailer is not None

    async def confirm(self, claim_id: str, learner_id: str) -> None:
        """Ask the owner of a claim's address whether it is theirs."""
        await self._jobs.enqueue(CONFIRM, ClaimToConfirm(claim_id=claim_id), learner_id=learner_id)

    async def reset(self, email: str) -> None:
        """Send a link for a new password to an address, if it has an account. Raises MailOffError."""
        if not self.on:
            raise MailOffError("this server sends no mail, so it cannot help with a forgotten password")
        account = await self._accounts.by_email(email)
        wanted = ResetWanted(claim_id=new_id(), email=email)
        await self._jobs.enqueue(RESET, wanted, learner_id=account.id if account else "")

    async def changed(self, account: Account) -> None:
        """Tell the address of an account that the way to sign in was changed."""
        if self.on and account.email and account.email_verified:
            told = ChangeToTell(id=new_id(), email=account.email, locale=account.locale)
            await self._jobs.enqueue(CHANGED, told, learner_id=account.id)

    async def _confirm(self, wanted: ClaimToConfirm, _: Run) -> None:
        claim = await self._claims.find(wanted.claim_id)
        account = await self._accounts.find(claim.learner_id) if claim else None
        if claim is None or account is None:
            return
        owner = await self._accounts.by_email(claim.email)
        if owner is not None and owner.id != account.id:
            await self._send(write("taken", owner.locale, to=claim.email, id=claim.id))
            return
        link, seconds = self._link("confirm", claim.id), VALID_SECONDS["confirm"]
        await self._send(write("confirm", account.locale, to=claim.email, id=claim.id, link=link, seconds=seconds))

    async def _reset(self, wanted: ResetWanted, _: Run) -> None:
        account = await self._accounts.by_email(wanted.email)
        if account is None:
            return
        await self._claims.keep(wanted.claim_id, "reset", account, wanted.email)
        link, seconds = self._link("reset", wanted.claim_id), VALID_SECONDS["reset"]
        letter = write("reset", account.locale, to=wanted.email, id=wanted.claim_id, link=link, seconds=seconds)
        await self._send(letter)

    async def _changed(self, told: ChangeToTell, _: Run) -> None:
        await self._send(write("changed", told.locale, to=told.email, id=told.id))

    async def _send(self, letter: Letter) -> None:
        if self._mailer is None:
            return
        try:
            await self._mailer.send(letter)
        except MailError as error:
            if error.lasting:
                raise PoisonError(str(error)) from error
            raise

    def _link(self, purpose: Purpose, claim_id: str) -> str:
        """A link into the app, its token in the fragment, which no server is sent; the token alone without an app."""
        token = self._tokens.seal(claim_id)
        return f"{self._app_url}/{PAGES[purpose]}#token={quote(token)}" if self._app_url else token
