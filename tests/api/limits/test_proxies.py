"""Callers behind a proxy are told apart by what it says of them, and by nothing anybody else says."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.api.servers import running_server


def statuses(url: str, n: int) -> list[int]:
    """Of guests that start from as many addresses, as a proxy on this machine would tell."""
    return [
        httpx.post(
            f"{url}/v1/auth/guest", json={"zone": "UTC"}, headers={"x-forwarded-for": f"203.0.113.{i}"}
        ).status_code
        for i in range(n)
    ]


def test_each_caller_behind_a_trusted_proxy_has_a_limit_of_their_own(tmp_path: Path) -> None:
    with running_server(
        tmp_path, PACER_PROXIES="127.0.0.1", PACER_ADDRESS_RATE="1/3600", PACER_STARTER="false"
    ) as server:
        assert statuses(server.url, 3) == [201, 201, 201]
        assert statuses(server.url, 3) == [429, 429, 429]


def test_what_others_say_of_an_address_is_not_believed(tmp_path: Path) -> None:
    with running_server(
        tmp_path, PACER_PROXIES="192.0.2.1", PACER_ADDRESS_RATE="1/3600", PACER_STARTER="false"
    ) as server:
        assert statuses(server.url, 3) == [201, 201, 201]
        assert statuses(server.url, 3) == [201, 201, 201]
