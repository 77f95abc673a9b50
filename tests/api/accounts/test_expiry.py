"""Links and invitations that were never used do not stay."""

from __future__ import annotations

import pytest

from api.accounts.organisations.organisation import HOME, INVITATION
from api.accounts.organisations.roles import ORGANISATIONS
from api.accounts.signin.links import CLAIM
from api.accounts.signin.routes import SIGN_IN
from api.http.idempotency import KIND as RESPONSE
from api.jobs.expiry import sweep
from api.wire import new_id
from tests.api.accounts.conftest import EMAIL, Desk, bearer

DAY_SECONDS = 86_400


@pytest.mark.parametrize("kind", [CLAIM, INVITATION, RESPONSE])
async def test_what_expires_is_swept_by_a_job(desk: Desk, kind: str) -> None:
    jobs = SIGN_IN.fetch(desk.service.app)._post._jobs
    assert f"expire.{kind}" in jobs._runner.kinds


async def test_links_invitations_and_stored_responses_go_when_they_have_expired_and_not_before(desk: Desk) -> None:
    app, clock = desk.service.app, desk.service.clock
    sign_in, organisations = SIGN_IN.fetch(app), ORGANISATIONS.fetch(app)
    documents = organisations._documents
    account = await sign_in._accounts.get((await desk.register()).json()["learnerId"])
    expiring = {CLAIM: 2, INVITATION: 7, RESPONSE: 1}
    await sign_in._claims.keep(new_id(), "reset", account, EMAIL)
    await sign_in._claims.keep(new_id(), "confirm", account, EMAIL)
    await organisations.invite(HOME, ("learner",), "a code")
    headers = bearer((await desk.login()).json()) | {"idempotency-key": new_id()}
    assert (await desk.service.client.post("/v1/me/recovery-code", headers=headers)).status_code == 201
    counts = []
    for _ in range(9):
        counts.append([len(await documents.all(kind)) for kind in expiring])
        clock.forward(DAY_SECONDS)
        for kind in expiring:
            await sweep(documents, kind, clock.now)
    # a reset is over within the day, a confirmation after two, an invitation after seven, a response after one
    assert counts == [[2, 1, 1], [1, 1, 1], [1, 1, 0], *([[0, 1, 0]] * 5), [0, 0, 0]]
