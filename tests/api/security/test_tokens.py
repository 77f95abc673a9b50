"""Access tokens that this server never made: every known way to forge one is refused alike."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.api.accounts.conftest import bearer
from tests.api.conftest import Served
from tests.api.security.conftest import SECRET, Target

LEARNER = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
NOW = int(time.time())
Json = dict[str, Any]


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Json, claims: Json, key: str | bytes, digest: Callable[..., Any] = hashlib.sha256) -> str:
    """A token made by hand, so that no library keeps it from being absurd."""
    body = f"{encoded(header)}.{encoded(claims)}"
    raw = key.encode() if isinstance(key, str) else key
    return f"{body}.{encoded(hmac.new(raw, body.encode(), digest).digest())}"


def claims_for(learner_id: str, **others: Any) -> Json:
    """What a genuine token says."""
    return {"iss": "pacer", "sub": learner_id, "iat": NOW, "exp": NOW + 86_400, "sid": "", "auth_time": 0, **others}


@pytest.fixture
def claims(target: Target) -> Json:
    """What a genuine token of a learner there is says."""
    return claims_for(target.guest()["learnerId"])


def status_of(target: Target, token: str, scheme: str = "Bearer") -> int:
    """What a token opens."""
    answer = target.client.get("/v1/me", headers={"authorization": f"{scheme} {token}".encode("latin-1")})
    if answer.status_code == 401:
        assert answer.json()["type"] == "urn:pacer:problem:unauthenticated"
        assert answer.headers["www-authenticate"] == "Bearer"
    return answer.status_code


HS256 = {"alg": "HS256", "typ": "JWT"}


def test_a_token_made_by_hand_as_the_server_makes_it_is_taken(target: Target, claims: Json) -> None:
    """Without this, all refusals below might be for a slip of the test."""
    assert status_of(target, signed(HS256, claims, SECRET)) == 200


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, ["HS256"], "HS256 ", "hs256"])
@pytest.mark.parametrize("signature", ["", "of the secret"])
def test_no_token_says_itself_how_it_is_to_be_verified(target: Target, claims: Json, name: Any, signature: str) -> None:
    token = signed({"alg": name, "typ": "JWT"}, claims, SECRET)
    if not signature:
        token = token.rpartition(".")[0] + "."
    assert status_of(target, token) == 401


@pytest.mark.parametrize(("name", "digest"), [("HS384", hashlib.sha384), ("HS512", hashlib.sha512)])
def test_another_algorithm_under_the_right_secret_is_refused(
    target: Target, claims: Json, name: str, digest: Callable[..., Any]
) -> None:
    assert status_of(target, signed({"alg": name}, claims, SECRET, digest)) == 401


def test_a_token_signed_with_a_key_pair_is_refused_whoever_has_the_public_half(target: Target, claims: Json) -> None:
    rsa, edwards = generate_private_key(65537, 2048), Ed25519PrivateKey.generate()
    assert status_of(target, jwt.encode(claims, rsa, algorithm="RS256")) == 401
    assert status_of(target, jwt.encode(claims, edwards, algorithm="EdDSA")) == 401
    for key in (rsa.public_key(), edwards.public_key()):
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        assert status_of(target, signed(HS256, claims, pem)) == 401


def test_what_the_server_publishes_is_no_key_for_its_tokens(target: Target, claims: Json) -> None:
    (published,) = target.client.get("/v1/.well-known/jwks.json").json()["keys"]
    raw = base64.urlsafe_b64decode(published["x"] + "=")
    for key in (published["x"], raw, json.dumps(published), published["kid"]):
        assert status_of(target, signed({**HS256, "kid": published["kid"]}, claims, key)) == 401


@pytest.mark.parametrize("key", ["", "secret", "pacer", "\x00", "a" * 64, "null", "undefined"])
def test_a_token_under_another_secret_is_refused(target: Target, claims: Json, key: str) -> None:
    assert status_of(target, signed(HS256, claims, key)) == 401
    assert status_of(target, signed(HS256, claims, SECRET + "\n")) == 401
    assert status_of(target, signed(HS256, claims, SECRET[:-1])) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"exp": NOW - 1},
        {"exp": NOW},
        {"exp": 0},
        {"exp": -1},
        {"exp": None},
        {"nbf": int(time.time()) + 86_400},
        {"aud": "another service"},
        {"aud": ["another service"]},
        {"iss": "another issuer"},
        {"iss": ["pacer"]},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"sub": {"$ne": ""}},
        {"sub": LEARNER},
        {"sub": "../" + LEARNER},
    ],
)
def test_a_claim_that_does_not_hold_refuses_the_token(target: Target, claims: Json, change: Json) -> None:
    changed = {name: value for name, value in {**claims, **change}.items() if value is not None}
    assert status_of(target, signed(HS256, changed, SECRET)) == 401


async def test_a_token_ends_at_its_second_however_often_it_was_seen(service: Served) -> None:
    tokens = await service.guest()
    headers = bearer(tokens)
    expires = jwt.decode(tokens["accessToken"], options={"verify_signature": False})["exp"]
    service.clock.now = expires * 1000 - 1
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 200
    service.clock.now = expires * 1000
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../../../dev/null"},
        {"kid": "' UNION SELECT 'key' --"},
        {"kid": {"$ne": None}},
        {"kid": "http://127.0.0.1:9/key"},
        {"jku": "http://127.0.0.1:9/keys.json"},
        {"x5u": "http://127.0.0.1:9/cert.pem"},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"x5c": ["c2VjcmV0"]},
        {"zip": "DEF"},
    ],
)
def test_no_header_of_a_token_names_the_key_to_it(target: Target, claims: Json, header: Json) -> None:
    for key in ("secret", ""):
        assert status_of(target, signed({**HS256, **header}, claims, key)) == 401


def test_what_must_be_understood_and_is_not_refuses_the_token(target: Target, claims: Json) -> None:
    assert status_of(target, signed({**HS256, "crit": ["exp"], "exp": 0}, claims, SECRET)) == 401
    assert status_of(target, signed({**HS256, "b64": False, "crit": ["b64"]}, claims, SECRET)) == 401


def test_a_token_that_was_cut_stretched_or_turned_is_refused(target: Target) -> None:
    token = target.guest()["accessToken"]
    head, body, tag = token.split(".")
    cut = [token[:end] for end in range(1, len(token), 7)] + [token[:-1], token[1:]]
    stretched = [token + ".", token + "." + tag, token + "==", "." + token, f"{head}..{tag}", "..", "."]
    other = "A" if tag[0] != "A" else "B"
    turned = [f"{body}.{head}.{tag}", f"{head}.{body}.{other}{tag[1:]}", token.upper(), token * 2, "x" * 20_000]
    twice = [f"{token} {token}", f"{token},{token}", f"{token}, Bearer {token}"]
    for damaged in (*cut, *stretched, *turned, *twice):
        assert status_of(target, damaged) == 401, damaged
    assert status_of(target, token) == 200


def test_a_token_counts_only_where_it_belongs(target: Target) -> None:
    tokens = target.guest()
    client, access = target.client, tokens["accessToken"]
    assert status_of(target, access, "bearer") == 200
    for scheme in ("Basic", "Token", "Bearer:", "JWT", "BearerBearer"):
        assert status_of(target, access, scheme) == 401
    assert status_of(target, tokens["refreshToken"]) == 401
    assert status_of(target, tokens["deviceSecret"]) == 401
    assert client.post("/v1/auth/refresh", json={"refreshToken": access}).status_code in (400, 401)
    for place in ("?access_token=", "?authorization=Bearer%20", "?token="):
        assert client.get(f"/v1/me{place}{access}").status_code == 401
    for header in ({"cookie": f"accessToken={access}"}, {"x-access-token": access}, {"proxy-authorization": access}):
        assert client.get("/v1/me", headers=header).status_code == 401


def test_two_authorizations_are_not_chosen_between(target: Target) -> None:
    ana, ben = [target.guest() for _ in range(2)]
    both = [("authorization", f"Bearer {tokens['accessToken']}") for tokens in (ana, ben)]
    answer = target.client.get("/v1/me", headers=both)
    assert answer.status_code == 401


def test_a_refusal_tells_nothing_of_the_secret_or_the_right_signature(target: Target, claims: Json) -> None:
    right = signed(HS256, claims, SECRET).rpartition(".")[2]
    answer = target.client.get("/v1/me", headers={"authorization": f"Bearer {signed(HS256, claims, 'wrong')}"})
    assert answer.status_code == 401
    assert right not in answer.text
    assert SECRET not in answer.text
