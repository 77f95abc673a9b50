"""Who is counted against which limit, and what the answer says."""

from __future__ import annotations

from typing import Any

import pytest

from api.limits.limiter import Limiter
from api.limits.policies import TooManyRequestsError, read_policy
from api.live.opening import open_live
from api.settings import Settings, SettingsError, load_settings


async def limiter(**rates: str) -> Limiter:
    """A limiter on live state of its own."""
    return Limiter(Settings(**rates), (await open_live()).rate_limits)  # type: ignore[arg-type]


def scope(path: str, host: str | None = "192.0.2.1") -> Any:
    """As much of a request as the limiter looks at."""
    return {"path": path, "client": (host, 1) if host else None}


async def test_a_learner_is_told_what_is_left() -> None:
    limits = await limiter(learner_rate="3/86400")
    headers = await limits.admit(scope("/v1/me"), "ana")
    assert headers == ((b"ratelimit-policy", b'"learner";q=3;w=86400'), (b"ratelimit", b'"learner";r=2;t=28800'))


async def test_a_learner_who_used_the_limit_up_is_told_when_to_come_again_and_others_go_on() -> None:
    limits = await limiter(learner_rate="1/86400")
    await limits.admit(scope("/v1/me"), "ana")
    with pytest.raises(TooManyRequestsError, match="try again in 86400 seconds") as caught:
        await limits.admit(scope("/v1/me"), "ana")
    assert dict(caught.value.headers) == {
        "retry-after": "86400",
        "ratelimit-policy": '"learner";q=1;w=86400',
        "ratelimit": '"learner";r=0;t=86400',
    }
    assert await limits.admit(scope("/v1/me"), "ben")


async def test_strangers_are_counted_by_address_where_they_sign_in_and_nowhere_else() -> None:
    limits = await limiter(address_rate="1/86400")
    assert await limits.admit(scope("/v1/auth/guest"), None)
    with pytest.raises(TooManyRequestsError):
        await limits.admit(scope("/v1/auth/login"), None)
    assert await limits.admit(scope("/v1/auth/login", "192.0.2.2"), None)
    assert await limits.admit(scope("/health"), None) == ()


async def test_addresses_of_one_ipv6_network_share_a_limit() -> None:
    limits = await limiter(address_rate="1/86400")
    await limits.admit(scope("/v1/auth/guest", "2001:db8::1"), None)
    with pytest.raises(TooManyRequestsError):
        await limits.admit(scope("/v1/auth/guest", "2001:db8::2"), None)
    assert await limits.admit(scope("/v1/auth/guest", "2001:db8:0:1::1"), None)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::ffff:127.0.0.1", None, "unix"])
async def test_this_machine_and_the_unknown_are_not_limited_by_address(host: str | None) -> None:
    limits = await limiter(address_rate="1/86400")
    for _ in range(3):
        assert await limits.admit(scope("/v1/auth/guest", host), None) == ()


async def test_a_limit_can_be_off() -> None:
    limits = await limiter(learner_rate="off", address_rate="off")
    assert await limits.admit(scope("/v1/me"), "ana") == ()
    assert await limits.admit(scope("/v1/auth/guest"), None) == ()
    assert read_policy("learner", "off") is None


@pytest.mark.parametrize("rate", ["0/60", "60/0", "60", "fast", "-1/60", "1.5/60"])
def test_a_rate_that_is_none_is_refused_with_what_is_allowed(rate: str) -> None:
    with pytest.raises(SettingsError, match=r"PACER_LEARNER_RATE is .*REQUESTS/SECONDS such as 600/60, or off"):
        load_settings({"PACER_LEARNER_RATE": rate})
