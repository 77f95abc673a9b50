import jwt
import pytest

from api.accounts.errors import RefreshTokenError, TokenError
from api.accounts.tokens import ACCESS_SECONDS, AccessTokens, RefreshTokens

SECRET = "s" * 64
NOW = 1_772_357_400_000


def test_an_access_token_names_its_learner_for_fifteen_minutes() -> None:
    tokens = AccessTokens(SECRET)
    token, expires = tokens.issue("ana", NOW)
    assert expires == NOW + 15 * 60 * 1000
    assert tokens.verify(token, NOW) == "ana"
    assert tokens.verify(token, expires - 1) == "ana"


def test_an_expired_access_token_is_refused_also_when_it_was_verified_before() -> None:
    tokens = AccessTokens(SECRET)
    token, expires = tokens.issue("ana", NOW)
    tokens.verify(token, NOW)
    for _ in range(2):
        with pytest.raises(TokenError, match="expired"):
            tokens.verify(token, expires)


def claims(**changes: object) -> dict[str, object]:
    return {"iss": "pacer", "sub": "ana", "exp": NOW // 1000 + ACCESS_SECONDS, **changes}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not.a.token",
        jwt.encode(claims(), "t" * 64, algorithm="HS256"),
        jwt.encode(claims(), SECRET, algorithm="HS512"),
        jwt.encode(claims(iss="other"), SECRET, algorithm="HS256"),
        jwt.encode({"iss": "pacer", "sub": "ana"}, SECRET, algorithm="HS256"),
        jwt.encode(claims(), None, algorithm="none"),
    ],
    ids=["empty", "garbage", "foreign key", "other algorithm", "other issuer", "without expiry", "unsigned"],
)
def test_a_token_of_another_make_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        AccessTokens(SECRET).verify(token, NOW)


def test_the_memory_of_verified_tokens_is_bounded_and_forgets_the_longest_unused() -> None:
    tokens = AccessTokens(SECRET, capacity=2)
    first, second, third = (tokens.issue(name, NOW)[0] for name in ("ana", "ben", "cai"))
    for token in (first, second, first, third):
        tokens.verify(token, NOW)
    assert set(tokens._verified) == {first, third}
    assert tokens.verify(second, NOW) == "ben"


def test_a_successor_is_the_same_every_time_and_another_in_every_generation() -> None:
    tokens = RefreshTokens(SECRET)
    first = tokens.first()
    second = tokens.successor(first)
    assert tokens.successor(tokens.read(first.text)) == second
    assert second.family_id == first.family_id
    assert (first.generation, second.generation, tokens.successor(second).generation) == (0, 1, 2)
    assert len({first.text, second.text, tokens.successor(second).text}) == 3


def test_a_refresh_token_reads_back_as_it_was_made() -> None:
    tokens = RefreshTokens(SECRET)
    token = tokens.first()
    assert tokens.read(token.text) == token


def test_a_changed_or_foreign_refresh_token_is_refused_without_a_look_at_the_store() -> None:
    tokens = RefreshTokens(SECRET)
    text = tokens.first().text
    changed = text[:10] + ("A" if text[10] != "A" else "B") + text[11:]
    for wrong in ("", "é", "abc", changed, text[:-8], RefreshTokens("t" * 64).first().text):
        with pytest.raises(RefreshTokenError):
            tokens.read(wrong)
