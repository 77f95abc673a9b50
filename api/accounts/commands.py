"""`pacer admin`: what must be done by whoever runs the server, before anybody can do it over HTTP."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from api.accounts.account import Account, Accounts
from api.accounts.ages import aged
from api.accounts.errors import AccountError
from api.accounts.organisations.organisation import HOME, Organisations
from api.accounts.signin.addresses import normalised
from api.accounts.signin.breached import BreachedList
from api.accounts.signin.passwords import Passwords
from api.accounts.signin.schemas import MIN_PASSWORD
from api.composition import open_default_store, system_clock
from api.game.facts import AgeGroup
from api.settings import Settings, SettingsError, load_settings
from api.store.ports import StoreError
from api.wire import WireError, new_id

PASSWORD_BYTES = 15
UNVERIFIED = (
    "an account has {email}, but nobody has shown that the address is theirs: it may be somebody else's account"
)


class UnverifiedError(AccountError):
    """Whoever has the account may be another than the owner of its address."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it: whose account, and whether it is new."""

    account: Account
    organisation: str
    new: bool


@click.group()
def admin() -> None:
    """Make the first admin of an organisation, and set age groups.

    \b
    One who signs in with a password that you type:
        pacer admin create --email ana@example.org
    They have come of age:
        pacer admin age LEARNER adult
    """


@admin.command()
@click.option("--email", required=True, help="Address that signs in; an account that has it becomes admin as it is.")
@click.option("--organisation", default=HOME, show_default=True, help="Id of the organisation.")
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
@click.option("--force", is_flag=True, help="Also if nobody has confirmed that the account's address is theirs.")
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
def create(email: str, organisation: str, generate: bool, force: bool, data: str | None) -> None:
    """Make an admin. There is no password until you choose one or have one made.

    While 'pacer serve' runs on a SQLite file, nobody else can use it: stop the server first.

    \b
    Typed twice, not shown:
        pacer admin create --email ana@example.org
    Made at random and printed once:
        pacer admin create --email ana@example.org --generate
    """
    made_up = secrets.token_urlsafe(PASSWORD_BYTES)

    def ask() -> str:
        if generate:
            return made_up
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed

    try:
        settings = load_settings(os.environ, data=data)
        made = asyncio.run(make_admin(settings, normalised(email), organisation, ask, force=force))
    except (SettingsError, StoreError, AccountError, WireError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if not made.new and not made.account.email_verified:
        click.echo(f"Warning: {UNVERIFIED.format(email=made.account.email)}.", err=True)
    click.echo(f"{made.account.email} is admin of {made.organisation}. Learner id: {made.account.id}")
    if generate and made.new:
        click.echo(f"Password, shown only now: {made_up}")


@admin.command()
@click.argument("learner")
@click.argument("group", type=click.Choice(["under13", "under18", "adult", "none"]))
@click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
@click.option("--store", help="URL of the MongoDB database [PACER_STORE, a file in the data directory]")
def age(learner: str, group: str, data: str | None, store: str | None) -> None:
    """Set the age group of a learner, by their id.

    Whoever said that they are under 18 cannot take it back by themselves: it keeps quiet hours and a softened game.
    Be sure who asks you.

    \b
    They have come of age:
        pacer admin age 0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d adult
    """
    chosen = msgspec.convert("" if group == "none" else group, AgeGroup)
    try:
        account = asyncio.run(set_age(load_settings(os.environ, data=data, store=store), learner, chosen))
    except (SettingsError, StoreError, AccountError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{account.id}: {account.age_group or 'none'}")


async def set_age(settings: Settings, learner: str, group: AgeGroup) -> Account:
    """Set an age group; servers see it when they next look at the account. Raises UnknownAccountError, StoreError."""
    store = await open_default_store(settings)
    try:
        accounts = Accounts(store.documents)
        await accounts.declare()
        return await accounts.change(learner, aged(group))
    finally:
        await store.close()


async def make_admin(
    settings: Settings, email: str, organisation: str, ask: Callable[[], str], *, force: bool = False
) -> Made:
    """Make the account of an address an admin, with the password that `ask` gives if it is new.

    `force` takes an account whose address nobody has confirmed, too.

    Raises:
        UnverifiedError: there is such an account, and no `force`. Nothing was changed.
        StoreError, OrganisationNotFoundError, WireError: nothing was changed.
    """
    store = await open_default_store(settings)
    try:
        accounts, organisations = Accounts(store.documents), Organisations(store.documents, system_clock)
        await accounts.declare()
        await organisations.declare()
        name = (await organisations.get(organisation)).name
        known = await accounts.by_email(email)
        if known is not None and not known.email_verified and not force:
            raise UnverifiedError(
                f"{UNVERIFIED.format(email=email)}; have the address confirmed first, take another, or say --force if "
                f"you know that the account ({known.id}) is the right one"
            )
        account = known or await _register(settings, accounts, email, ask())
        await organisations.admit(organisation, account.id, ("admin",))
        return Made(account, name, known is None)
    finally:
        await store.close()


async def _register(settings: Settings, accounts: Accounts, email: str, password: str) -> Account:
    breached = BreachedList(Path(settings.breached_passwords)) if settings.breached_passwords else None
    passwords = Passwords(breached)
    if len(password) < MIN_PASSWORD:
        raise WireError(("/password", f"the password needs {MIN_PASSWORD} characters or more"))
    await passwords.check_new(password, email)
    account = Account(
        id=new_id(),
        zone="UTC",
        locale="en",
        created_at=system_clock(),
        email=email,
        password=await passwords.hash(password),
    )
    await accounts.create(account)
    return account
