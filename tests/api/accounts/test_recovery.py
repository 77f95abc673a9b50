"""A guest who loses the phone comes back with a code."""

import asyncio
import re
from pathlib import Path

from api.accounts.signin.recovery import ALPHABET, code_digest, new_code
from api.composition import DATABASE_FILE
from tests.api.accounts.conftest import Desk, kind


async def code_of(desk: Desk, tokens: dict[str, str]) -> str:
    answer = await desk.post("/me/recovery-code", tokens=tokens)
    assert answer.status_code == 201
    code: str = answer.json()["code"]
    return code


async def test_a_guest_comes_back_on_a_new_phone_and_the_lost_one_is_signed_out(desk: Desk) -> None:
    lost = await desk.service.guest()
    code = await code_of(desk, lost)
    found = (await desk.post("/auth/recover", {"code": code, "deviceName": "new phone"})).json()
    assert found["learnerId"] == lost["learnerId"]
    assert (await desk.me(found))["learnerId"] == lost["learnerId"]
    assert (await desk.refresh(lost)).status_code == 401
    old = {"zone": "UTC", "learnerId": lost["learnerId"], "deviceSecret": lost["deviceSecret"]}
    assert (await desk.post("/auth/guest", old)).status_code == 401
    again = await desk.post("/auth/guest", {**old, "deviceSecret": found["deviceSecret"]})
    assert again.json()["learnerId"] == lost["learnerId"]


async def test_a_code_works_once_also_for_many_who_try_at_once(desk: Desk) -> None:
    code = await code_of(desk, await desk.service.guest())
    answers = await asyncio.gather(*(desk.post("/auth/recover", {"code": code}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9
    assert kind(await desk.post("/auth/recover", {"code": code})) == (401, "bad-credentials")


async def test_a_new_code_ends_the_one_before(desk: Desk) -> None:
    tokens = await desk.service.guest()
    first, second = await code_of(desk, tokens), await code_of(desk, tokens)
    assert (await desk.post("/auth/recover", {"code": first})).status_code == 401
    assert (await desk.post("/auth/recover", {"code": second})).status_code == 200


async def test_a_code_is_read_as_people_write_it(desk: Desk) -> None:
    code = await code_of(desk, await desk.service.guest())
    written = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (await desk.post("/auth/recover", {"code": f" {written} "})).status_code == 200


async def test_a_code_is_not_stored_as_it_is(desk: Desk) -> None:
    code = await code_of(desk, await desk.service.guest())
    stored = b"".join(path.read_bytes() for path in Path(desk.service.settings.data).glob(DATABASE_FILE + "*"))
    assert code_digest(code).encode() in stored
    assert code.encode() not in stored
    assert code.replace("-", "").encode() not in stored


def test_codes_are_long_and_have_no_letters_that_look_alike() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch("([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", code)
    assert len(set(ALPHABET)) == 32
    assert set("".join(codes)) - {"-"} == set(ALPHABET)
