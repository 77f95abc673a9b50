"""Signing in with an OpenID provider, against a real one on loopback."""

import asyncio
import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from api.accounts.oidc.endpoints import FLOOR_SECONDS, KEYS_FRESH_SECONDS
from api.accounts.oidc.providers import read_providers
from api.accounts.oidc.tokens import LEEWAY_SECONDS, MAX_AGE_SECONDS
from api.settings import SettingsError
from tests.api.accounts.conftest import CLIENT, EMAIL, NONCE, REDIRECT, Front, kind
from tests.servers.oidc import ec_key, rsa_key, signed

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


@pytest.mark.parametrize("number", [0, 1], ids=["RS256", "ES256"])
async def test_a_person_who_is_new_gets_an_account_and_who_is_known_comes_back_to_it(front: Front, number: int) -> None:
    key = front.provider.keys[number]
    first = await front.show(signed(key, front.claims(email=EMAIL, email_verified=True)), deviceName="phone")
    assert first.status_code == 200, first.text
    me = await front.desk.me(first.json())
    assert (me["email"], me["emailVerified"], me["hasPassword"]) == (EMAIL, True, False)
    again = await front.show(signed(key, front.claims()))
    assert again.json()["learnerId"] == first.json()["learnerId"]
    headers = {"authorization": f"Bearer {again.json()['accessToken']}"}
    devices = (await front.desk.service.client.get("/v1/me/devices", headers=headers)).json()["items"]
    assert {device["signedInBy"] for device in devices} == {"school"}
    assert (await front.show(signed(key, front.claims(sub="person-2")))).json()["learnerId"] != me["learnerId"]


async def test_ten_first_sign_ins_at_once_make_one_account(front: Front) -> None:
    answers = await asyncio.gather(*(front.show(front.token()) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["learnerId"] for answer in answers}) == 1


async def test_a_guest_who_comes_with_a_provider_keeps_the_id(front: Front) -> None:
    guest = await front.desk.service.guest()
    answer = await front.show(front.token(email=EMAIL, email_verified=True), guest)
    assert answer.json()["learnerId"] == guest["learnerId"]
    assert (await front.show(front.token())).json()["learnerId"] == guest["learnerId"]
    assert (await front.desk.me(guest))["email"] == EMAIL


async def test_a_guest_whose_person_is_known_is_signed_in_to_the_account_they_have(front: Front) -> None:
    known = (await front.show(front.token())).json()
    guest = await front.desk.service.guest()
    answer = await front.show(front.token(), guest)
    assert answer.json()["learnerId"] == known["learnerId"]
    assert (await front.desk.me(guest))["learnerId"] == guest["learnerId"]


async def test_no_account_is_opened_because_its_address_is_the_same(front: Front) -> None:
    owner = (await front.desk.register()).json()["tokens"]
    refused = await front.show(front.token(email=EMAIL.upper(), email_verified=True))
    assert kind(refused) == (409, "link-needed")
    linked = await front.show(front.token(email=EMAIL, email_verified=True), owner)
    assert linked.json()["learnerId"] == owner["learnerId"]
    assert (await front.show(front.token())).json()["learnerId"] == owner["learnerId"]


async def test_an_address_the_provider_has_not_verified_counts_for_nothing(front: Front) -> None:
    await front.desk.register()
    answer = await front.show(front.token(email=EMAIL, email_verified=False))
    assert answer.status_code == 200
    assert (await front.desk.me(answer.json()))["email"] is None


async def test_a_registered_account_is_linked_only_after_a_recent_sign_in_and_never_to_another_person(
    front: Front,
) -> None:
    owner = (await front.desk.register()).json()["tokens"]
    await front.show(front.token(sub="person-9"))
    assert kind(await front.show(front.token(sub="person-9"), owner)) == (409, "linked-elsewhere")
    front.desk.service.clock.forward(700)
    assert kind(await front.show(front.token(), owner)) == (403, "sign-in-again")


def forged(front: Front, algorithm: str, key: bytes, claims: dict[str, Any]) -> str:
    """A token made without the library, which refuses to make such ones."""
    header = {"alg": algorithm, "kid": front.provider.keys[0].id, "typ": "JWT"}
    head, body = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    tag = hmac.digest(key, head + b"." + body, hashlib.sha256) if key else b""
    return (head + b"." + body + b"." + urlsafe_b64encode(tag).rstrip(b"=")).decode()


async def test_a_token_without_a_signature_or_signed_with_the_public_key_is_refused(front: Front) -> None:
    public = front.provider.keys[0].pem()
    shared = b"secret"
    for token in (
        forged(front, "none", b"", front.claims()),
        forged(front, "None", b"", front.claims()),
        forged(front, "HS256", public, front.claims()),
        forged(front, "HS256", public.strip(), front.claims()),
        forged(front, "RS256", public, front.claims()),
        forged(front, "HS256", shared, front.claims()),
    ):
        assert kind(await front.show(token)) == (401, "bad-id-token")


async def test_a_token_signed_by_another_is_refused_whatever_it_claims_of_its_key(front: Front) -> None:
    stranger = rsa_key("rsa-1", "stranger")
    jwk = stranger.public()
    for headers in ({}, {"kid": None}, {"kid": "unknown"}, {"jwk": jwk}, {"jku": "http://127.0.0.1:1/keys"}):
        front.seconds += FLOOR_SECONDS
        assert kind(await front.show(signed(stranger, front.claims(), **headers))) == (401, "bad-id-token")
    mismatched = jwt.encode(front.claims(), ec_key("x").private, algorithm="ES256", headers={"kid": "rsa-1"})
    assert kind(await front.show(mismatched)) == (401, "bad-id-token")


OTHERS: list[dict[str, Any]] = [
    {"iss": "http://127.0.0.1:1"},
    {"iss": None},
    {"aud": "another-app"},
    {"aud": None},
    {"aud": []},
    {"aud": [CLIENT, "another-app"]},
    {"aud": [CLIENT, "another-app"], "azp": "another-app"},
    {"azp": "another-app"},
    {"sub": None},
    {"sub": ""},
    {"nonce": None},
    {"nonce": "another-nonce-00"},
    {"nonce": ""},
    {"exp": None},
    {"exp": "tomorrow"},
    {"iat": None},
]


async def test_a_genuine_token_for_somebody_or_something_else_is_refused(front: Front) -> None:
    assert (await front.show(front.token())).status_code == 200
    for changes in OTHERS:
        assert kind(await front.show(front.token(**changes))) == (401, "bad-id-token"), changes


async def test_a_token_counts_from_its_issue_for_ten_minutes_at_most(front: Front) -> None:
    now = front.desk.service.clock.now // 1000
    for times, status in (
        ({"exp": now - LEEWAY_SECONDS}, 401),
        ({"exp": now - LEEWAY_SECONDS + 1, "iat": now - 300}, 200),
        ({"iat": now - MAX_AGE_SECONDS - 1}, 401),
        ({"iat": now - MAX_AGE_SECONDS}, 200),
        ({"iat": now + LEEWAY_SECONDS + 1, "exp": now + 3600}, 401),
        ({"iat": now + LEEWAY_SECONDS, "exp": now + 3600}, 200),
        ({"nbf": now + LEEWAY_SECONDS + 1}, 401),
    ):
        assert (await front.show(front.token(**times))).status_code == status, times


async def test_an_audience_of_several_names_the_party_it_was_issued_to(front: Front) -> None:
    token = front.token(aud=["another-app", "pacer-web"], azp="pacer-web")
    assert (await front.show(token)).status_code == 200


async def test_what_is_no_token_is_refused(front: Front) -> None:
    for token in ("x", "a.b.c", "....", "\ud7ff", "e30.e30.e30"):
        assert kind(await front.show(token)) == (401, "bad-id-token"), token


async def test_keys_are_fetched_once_and_again_for_a_new_one_but_not_for_every_invented_one(front: Front) -> None:
    asked = front.provider.asked
    for _ in range(3):
        await front.show(front.token())
    assert (asked["/keys"], asked["/.well-known/openid-configuration"]) == (1, 1)
    fresh = rsa_key("rsa-2")
    front.provider.keys.insert(0, fresh)
    assert (await front.show(front.token())).status_code == 401
    assert asked["/keys"] == 1
    front.seconds = FLOOR_SECONDS
    assert (await front.show(front.token())).status_code == 200
    assert asked["/keys"] == 2
    for number in range(20):
        await front.show(signed(rsa_key(f"invented-{number}") if number == 0 else fresh, front.claims(), kid="none"))
    assert asked["/keys"] == 2


async def test_a_key_that_was_withdrawn_counts_for_an_hour_at_most(front: Front) -> None:
    old = front.token()
    assert (await front.show(old)).status_code == 200
    del front.provider.keys[0]
    front.seconds = KEYS_FRESH_SECONDS + 1
    assert kind(await front.show(old)) == (401, "bad-id-token")


async def test_a_provider_that_is_down_or_lies_about_itself_is_unavailable(front: Front) -> None:
    front.provider.status = 500
    assert kind(await front.show(front.token())) == (503, "unavailable")
    front.provider.status = 200
    front.provider.claimed_issuer = "https://evil.example"
    assert kind(await front.show(front.token())) == (503, "unavailable")
    front.provider.claimed_issuer = None
    assert (await front.show(front.token())).status_code == 200


async def test_an_unknown_provider_is_not_found(front: Front) -> None:
    body = {"proof": {"kind": "idToken", "idToken": "x"}, "nonce": NONCE, "zone": "UTC"}
    assert kind(await front.desk.post("/auth/oidc/other", body)) == (404, "not-found")


async def exchange(front: Front, code: str, verifier: str = VERIFIER, redirect: str = REDIRECT) -> httpx.Response:
    proof = {"kind": "code", "code": code, "codeVerifier": verifier, "redirectUri": redirect}
    return await front.desk.post("/auth/oidc/school", {"proof": proof, "nonce": NONCE, "zone": "UTC"})


async def test_a_code_is_exchanged_with_its_verifier_once(front: Front) -> None:
    front.provider.codes = {"code-1": (CHALLENGE, front.token())}
    answer = await exchange(front, "code-1")
    assert answer.status_code == 200, answer.text
    assert front.provider.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code-1",
            "code_verifier": VERIFIER,
            "redirect_uri": REDIRECT,
            "client_id": CLIENT,
            "client_secret": "hush",
        }
    ]
    assert kind(await exchange(front, "code-1")) == (401, "bad-id-token")


async def test_a_code_with_another_verifier_or_to_another_place_is_refused(front: Front) -> None:
    front.provider.codes = {"code-1": (CHALLENGE, front.token()), "code-2": (CHALLENGE, front.token(nonce="other" * 4))}
    assert kind(await exchange(front, "code-1", "x" * 43)) == (401, "bad-id-token")
    assert kind(await exchange(front, "code-2")) == (401, "bad-id-token")
    front.provider.forms.clear()
    assert kind(await exchange(front, "code-1", redirect="https://evil.example")) == (401, "bad-id-token")
    assert front.provider.forms == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("providers: {school: {issuer: 'http://school.example', clients: [a]}}", "https"),
        ("providers: {school: {issuer: 'https://school.example', clients: []}}", "length"),
        ("providers: {school: {issuer: 'https://school.example', clients: [a], algorithms: [HS256]}}", "HS256"),
        ("providers: {school: {issuer: 'https://school.example', clients: [a], algorithms: [none]}}", "none"),
        ("providers: {school: {issuer: 'https://school.example', clients: [a], audience: b}}", "audience"),
        ("providers: {guest: {issuer: 'https://school.example', clients: [a]}}", "guest"),
        ("providers: {'../x': {issuer: 'https://school.example', clients: [a]}}", "match"),
        ("providers: [", "oidc"),
        ("", "object"),
    ],
)
def test_a_file_of_providers_that_cannot_be_trusted_stops_the_start(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "oidc.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=told):
        read_providers(path)


def test_providers_are_read_with_their_defaults(tmp_path: Path) -> None:
    path = tmp_path / "oidc.yaml"
    path.write_text("providers:\n  school:\n    issuer: https://school.example\n    clients: [a, b]\n")
    (found,) = read_providers(path).values()
    assert (found.clients, found.algorithms, found.redirects) == (("a", "b"), ("RS256", "ES256"), ())
    with pytest.raises(SettingsError, match="cannot be read"):
        read_providers(tmp_path / "none.yaml")
