"""Confirming an address and choosing a new password by letter, over a real mail server."""

import asyncio
import logging
from pathlib import Path

import pytest

from api.accounts.errors import LinkError
from api.accounts.leaving.routes import LEAVING
from api.accounts.oidc.tokens import Person
from api.accounts.signin.links import CLAIM, VALID_SECONDS, LinkTokens
from api.accounts.signin.throttle import LETTERS
from api.composition import DATABASE_FILE
from api.settings import Settings
from tests.api.accounts.conftest import EMAIL, PASSWORD, Desk, bearer, kind, token_in, with_mail
from tests.api.conftest import MovableClock, running
from tests.servers.smtp import Mailbox

NEW = "another horse battery"


async def confirmed(desk: Desk, mailbox: Mailbox, email: str = EMAIL) -> dict[str, str]:
    """A learner whose address is confirmed."""
    registered = (await desk.register(email=email)).json()
    token = token_in((await mailbox.next()).get_content())
    assert (await desk.post("/auth/confirm-email", {"token": token})).status_code == 200
    tokens: dict[str, str] = registered["tokens"]
    return tokens


async def asked_for_reset(desk: Desk, mailbox: Mailbox, email: str = EMAIL) -> str:
    """The token of a letter about a forgotten password."""
    assert (await desk.post("/auth/forgot-password", {"email": email})).status_code == 202
    return token_in((await mailbox.next()).get_content())


async def test_an_address_signs_in_once_its_letter_was_answered(mailing: Desk, mailbox: Mailbox) -> None:
    answer = await mailing.register(locale="de")
    registered = answer.json()
    assert (answer.status_code, registered["state"]) == (201, "confirmEmail")
    assert (await mailing.me(registered["tokens"]))["email"] is None
    assert (await mailing.login()).status_code == 401
    letter = await mailbox.next()
    assert (letter["To"], letter["Subject"]) == (EMAIL, "Bestätige deine Adresse")
    answer = await mailing.post("/auth/confirm-email", {"token": token_in(letter.get_content())})
    assert answer.json() == {"learnerId": registered["learnerId"], "email": EMAIL}
    me = await mailing.me((await mailing.login()).json())
    assert (me["learnerId"], me["emailVerified"], me["hasPassword"]) == (registered["learnerId"], True, True)


async def test_a_guest_goes_on_as_one_until_the_letter_is_answered(mailing: Desk, mailbox: Mailbox) -> None:
    guest = await mailing.service.guest()
    assert (await mailing.register(guest)).json() == {
        "learnerId": guest["learnerId"],
        "state": "confirmEmail",
        "tokens": None,
    }
    assert not (await mailing.me(guest))["hasPassword"]
    await mailing.post("/auth/confirm-email", {"token": token_in((await mailbox.next()).get_content())})
    assert (await mailing.login()).json()["learnerId"] == guest["learnerId"]


async def test_registering_a_taken_address_looks_the_same_and_only_its_owner_is_told(
    mailing: Desk, mailbox: Mailbox
) -> None:
    owner = await confirmed(mailing, mailbox)
    fresh, taken = await mailing.register(email="ben@example.org"), await mailing.register()
    assert fresh.status_code == taken.status_code
    assert fresh.json().keys() == taken.json().keys()
    assert fresh.json()["state"] == taken.json()["state"]
    letters = [await mailbox.next(), await mailbox.next()]
    told = next(letter for letter in letters if letter["To"] == EMAIL)
    assert told["Subject"] == "You already have an account"
    assert "token=" not in told.get_content()
    assert (await mailing.login()).json()["learnerId"] == owner["learnerId"]


async def test_an_address_confirmed_by_two_belongs_to_the_first(mailing: Desk, mailbox: Mailbox) -> None:
    first, second = (await mailing.register()).json(), (await mailing.register(password=NEW)).json()
    tokens = [token_in((await mailbox.next()).get_content()) for _ in range(2)]
    answers = await asyncio.gather(*(mailing.post("/auth/confirm-email", {"token": token}) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    winner = next(answer.json()["learnerId"] for answer in answers if answer.status_code == 200)
    password = PASSWORD if winner == first["learnerId"] else NEW
    assert winner in (first["learnerId"], second["learnerId"])
    assert (await mailing.login(password=password)).json()["learnerId"] == winner


async def test_a_letter_that_did_not_come_is_sent_again_and_only_the_last_one_works(
    mailing: Desk, mailbox: Mailbox
) -> None:
    guest = await mailing.service.guest()
    await mailing.register(guest)
    first = token_in((await mailbox.next()).get_content())
    await mailing.register(guest, password=NEW)
    second = token_in((await mailbox.next()).get_content())
    assert kind(await mailing.post("/auth/confirm-email", {"token": first})) == (400, "bad-link")
    assert (await mailing.post("/auth/confirm-email", {"token": second})).status_code == 200
    assert (await mailing.login(password=NEW)).status_code == 200


async def test_a_forgotten_password_is_replaced_and_with_it_every_way_in(mailing: Desk, mailbox: Mailbox) -> None:
    tokens = await confirmed(mailing, mailbox)
    code = (await mailing.post("/me/recovery-code", tokens=tokens)).json()["code"]
    token = await asked_for_reset(mailing, mailbox)
    assert (await mailing.post("/auth/reset-password", {"token": token, "password": NEW})).status_code == 204
    assert (await mailbox.next())["Subject"] == "The way to sign in was changed"
    assert (await mailing.login()).status_code == 401
    assert (await mailing.refresh(tokens)).status_code == 401
    known = {"zone": "UTC", "learnerId": tokens["learnerId"], "deviceSecret": tokens["deviceSecret"]}
    assert (await mailing.post("/auth/guest", known)).status_code == 401
    assert (await mailing.post("/auth/recover", {"code": code})).status_code == 401
    assert (await mailing.login(password=NEW)).json()["learnerId"] == tokens["learnerId"]


async def test_whoever_took_an_address_that_is_not_theirs_has_lost_it_when_its_owner_asks(
    trackless: Settings, clock: MovableClock, mailbox: Mailbox
) -> None:
    person = Person(issuer="https://school.example", subject="stranger")
    async with running(trackless, clock) as silent:
        stranger = (await Desk(silent).register()).json()["tokens"]
        await LEAVING.fetch(silent.app)._identities.link(person, "school", stranger["learnerId"])
    async with running(with_mail(trackless, mailbox), clock) as served:
        desk, identities = Desk(served), LEAVING.fetch(served.app)._identities
        token = await asked_for_reset(desk, mailbox)
        assert (await desk.post("/auth/reset-password", {"token": token, "password": NEW})).status_code == 204
        assert await identities.find(person) is None
        assert (await desk.login()).status_code == 401
        assert (await desk.refresh(stranger)).status_code == 401
        owner = (await desk.login(password=NEW)).json()
        assert (await desk.me(owner))["emailVerified"]
        await identities.link(person, "school", owner["learnerId"])
        await mailbox.next()
        token = await asked_for_reset(desk, mailbox)
        await desk.post("/auth/reset-password", {"token": token, "password": PASSWORD})
        assert await identities.find(person) is not None


async def test_a_forgotten_password_is_answered_alike_for_addresses_nobody_has(mailing: Desk, mailbox: Mailbox) -> None:
    await confirmed(mailing, mailbox)
    answers = [await mailing.post("/auth/forgot-password", {"email": email}) for email in (EMAIL, "ben@example.org")]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    await mailbox.next()
    assert mailbox.recipients == [EMAIL, EMAIL]


@pytest.mark.parametrize("purpose", ["confirm", "reset"])
async def test_a_link_works_once_and_not_for_long(mailing: Desk, mailbox: Mailbox, purpose: str) -> None:
    if purpose == "confirm":
        path, body = "/auth/confirm-email", {}
        await mailing.register()
        late = token_in((await mailbox.next()).get_content())
    else:
        path, body = "/auth/reset-password", {"password": NEW}
        await confirmed(mailing, mailbox)
        late = await asked_for_reset(mailing, mailbox)
    mailing.service.clock.forward(VALID_SECONDS[purpose])  # type: ignore[index]
    assert kind(await mailing.post(path, {**body, "token": late})) == (400, "bad-link")
    if purpose == "confirm":
        await mailing.register(email="ben@example.org")
        token = token_in((await mailbox.next()).get_content())
    else:
        token = await asked_for_reset(mailing, mailbox)
    mailing.service.clock.forward(VALID_SECONDS[purpose] - 1)  # type: ignore[index]
    answers = await asyncio.gather(*(mailing.post(path, {**body, "token": token}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers)[0] in (200, 204)
    assert [kind(answer) for answer in answers if answer.status_code >= 400] == [(400, "bad-link")] * 4


async def test_a_link_serves_no_other_purpose(mailing: Desk, mailbox: Mailbox) -> None:
    await mailing.register()
    token = token_in((await mailbox.next()).get_content())
    answer = await mailing.post("/auth/reset-password", {"token": token, "password": NEW})
    assert kind(answer) == (400, "bad-link")
    assert (await mailing.post("/auth/confirm-email", {"token": token})).status_code == 200


async def test_a_changed_password_ends_a_link_to_replace_it(mailing: Desk, mailbox: Mailbox) -> None:
    await confirmed(mailing, mailbox)
    token = await asked_for_reset(mailing, mailbox)
    tokens = (await mailing.login()).json()
    change = {"currentPassword": PASSWORD, "newPassword": NEW}
    await mailing.service.client.put("/v1/me/password", headers=bearer(tokens), json=change)
    answer = await mailing.post("/auth/reset-password", {"token": token, "password": "a third horse battery"})
    assert kind(answer) == (400, "bad-link")
    assert (await mailing.login(password=NEW)).status_code == 200


async def test_an_address_is_changed_by_a_letter_to_the_new_one_and_the_old_one_is_told(
    mailing: Desk, mailbox: Mailbox
) -> None:
    tokens = await confirmed(mailing, mailbox)
    client, change = mailing.service.client, {"email": "ana@new.example"}
    answer = await client.put("/v1/me/email", headers=bearer(tokens), json=change)
    assert answer.json() == {"state": "confirmEmail"}
    letter = await mailbox.next()
    assert letter["To"] == "ana@new.example"
    assert (await mailing.login()).status_code == 200
    await mailing.post("/auth/confirm-email", {"token": token_in(letter.get_content())})
    told = await mailbox.next()
    assert (told["To"], told["Subject"]) == (EMAIL, "The way to sign in was changed")
    assert (await mailing.login()).status_code == 401
    assert (await mailing.login("ana@new.example")).status_code == 200


async def test_an_old_sign_in_changes_no_address_and_makes_no_recovery_code(mailing: Desk, mailbox: Mailbox) -> None:
    await confirmed(mailing, mailbox)
    tokens = (await mailing.login()).json()
    mailing.service.clock.forward(601)
    for _ in range(2):
        answer = await mailing.service.client.put(
            "/v1/me/email", headers=bearer(tokens), json={"email": "ana@new.example"}
        )
        assert kind(answer) == (403, "sign-in-again")
        assert kind(await mailing.post("/me/recovery-code", tokens=tokens)) == (403, "sign-in-again")
        tokens = (await mailing.refresh(tokens)).json()
    fresh = (await mailing.login()).json()
    assert (await mailing.post("/me/recovery-code", tokens=fresh)).status_code == 201


async def test_letters_to_an_address_are_few(mailing: Desk, mailbox: Mailbox) -> None:
    for _ in range(LETTERS.limit):
        assert (await mailing.post("/auth/forgot-password", {"email": EMAIL})).status_code == 202
    assert kind(await mailing.post("/auth/forgot-password", {"email": EMAIL})) == (429, "too-many-requests")
    assert mailbox.taken == []


async def passing(clock: MovableClock) -> None:
    """Let the service's time go by."""
    while True:
        await asyncio.sleep(0.05)
        clock.forward(0.5)


async def test_a_letter_the_relay_refuses_for_now_is_sent_again_and_no_link_or_address_is_stored_or_logged(
    mailing: Desk, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="pacer")
    mailbox.answers = ["451 later"]
    await mailing.register()
    time = asyncio.create_task(passing(mailing.service.clock))
    letter = await mailbox.next()
    time.cancel()
    assert letter["To"] == EMAIL
    assert "accounts.confirm" in caplog.text or "MailError" in caplog.text
    token = token_in(letter.get_content())
    stored = b"".join(path.read_bytes() for path in Path(mailing.service.settings.data).glob(DATABASE_FILE + "*"))
    assert CLAIM.encode() in stored
    assert token.encode() not in stored
    own = [caplog.handler.format(record) for record in caplog.records if record.name.split(".")[0] != "mail"]
    for secret in (token, EMAIL, PASSWORD):  # the relay of the test, which logs as "mail", is told the address
        assert secret not in "\n".join(own)


async def test_a_server_without_mail_says_so_to_everybody(desk: Desk) -> None:
    await desk.register()
    for email in (EMAIL, "nobody@example.org"):
        assert kind(await desk.post("/auth/forgot-password", {"email": email})) == (409, "no-mail")
    tokens = (await desk.login()).json()
    answer = await desk.service.client.put("/v1/me/email", headers=bearer(tokens), json={"email": "ana@new.example"})
    assert answer.json() == {"state": "active"}
    assert (await desk.login("ana@new.example")).status_code == 200


def test_a_token_names_its_claim_and_none_can_be_invented() -> None:
    tokens, claim_id = LinkTokens("s" * 64), "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
    token = tokens.seal(claim_id)
    assert tokens.read(token) == claim_id
    assert tokens.seal(claim_id) == token
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    for wrong in ("", "é", "abc", changed, token[:-4], token + token, LinkTokens("t" * 64).seal(claim_id)):
        with pytest.raises(LinkError):
            tokens.read(wrong)
