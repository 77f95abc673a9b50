"""What carries pushes, each against a real server that checks what it is sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.notifications.channels.apns import Apns, AppleKey, read_apple_key
from api.notifications.channels.exchanges import retry_after
from api.notifications.channels.fcm import SCOPE, Fcm, read_account
from api.notifications.channels.ports import CarrierError, Note
from api.notifications.channels.vapid import VapidKey, make_key, read_key, vapid_key, vapid_path
from api.notifications.channels.webpush import WebPush
from api.notifications.devices import ApnsTarget, Device, FcmTarget, Target, WebPushTarget
from api.notifications.endpoints import EndpointError, check_endpoint, is_public, resolve
from api.settings import Settings, SettingsError
from tests.api.conftest import START, MovableClock
from tests.servers.oidc import rsa_key
from tests.servers.push import Browser, PushService, running_http2, running_push, vapid_claims
from tests.servers.smtp import certificate

NOTE = Note(id="learner-7.reminder.2026-03-02", code="reminder.ready", title="Ready", body="Whenever.", seconds=3600)
CONTACT = "mailto:operator@example.org"


@pytest.fixture
def push() -> Iterator[PushService]:
    with running_push() as service:
        yield service


def device(target: Target) -> Device:
    return Device(id="d", learner_id="learner-7", target=target, registered_at=START)


def subscribed(browser: Browser) -> Device:
    return device(WebPushTarget(endpoint=browser.endpoint, **browser.keys))


@asynccontextmanager
async def web_push(key: VapidKey | None = None, *, loopback: bool = True) -> AsyncIterator[WebPush]:
    found = WebPush(key or read_key(make_key(), Path("key")), CONTACT, MovableClock(), loopback=loopback)
    try:
        yield found
    finally:
        await found.close()


async def test_a_web_push_is_opened_by_its_browser_alone_and_signed_by_the_server(push: PushService) -> None:
    browser, other = Browser(f"{push.url}/send/1"), Browser(f"{push.url}/send/2")
    async with web_push() as carrier:
        assert (await carrier.send(subscribed(browser), NOTE)).became == "sent"
        claims = vapid_claims(push.taken[0].headers["authorization"], push.url, START // 1000)
        assert (claims["sub"], claims["k"]) == (CONTACT, carrier.key.public)
    taken = push.taken[0]
    assert taken.path == "/send/1"
    assert browser.open(taken.body) == {"id": NOTE.tag, "code": NOTE.code, "title": "Ready", "body": "Whenever."}
    assert taken.headers["content-encoding"] == "aes128gcm"
    assert (taken.headers["ttl"], taken.headers["topic"]) == ("3600", NOTE.tag)
    assert len(NOTE.tag) <= 32  # RFC 8030, section 5.4
    with pytest.raises(Exception, match=r"^$"):
        other.open(taken.body)


async def test_nothing_that_is_sent_names_the_learner(push: PushService) -> None:
    browser = Browser(f"{push.url}/send/1")
    async with web_push() as carrier:
        await carrier.send(subscribed(browser), NOTE)
    sent = json.dumps([browser.open(push.taken[0].body), push.taken[0].headers])
    assert "learner-7" not in sent
    assert "2026-03-02" not in sent


@pytest.mark.parametrize(
    ("status", "headers", "became", "seconds"),
    [
        (201, {}, "sent", 0.0),
        (404, {}, "gone", 0.0),
        (410, {}, "gone", 0.0),
        (429, {"retry-after": "120"}, "later", 120.0),
        (429, {"retry-after": "Sun, 01 Mar 2026 09:40:00 GMT"}, "later", 600.0),
        (503, {}, "later", 60.0),
        (413, {}, "refused", 0.0),
        (403, {}, "refused", 0.0),
        (302, {"location": "http://127.0.0.1:1/"}, "refused", 0.0),
    ],
)
async def test_an_answer_of_a_push_service_is_understood(
    push: PushService, status: int, headers: dict[str, str], became: str, seconds: float
) -> None:
    push.answers = [(status, headers, b"why")]
    async with web_push() as carrier:
        found = await carrier.send(subscribed(Browser(f"{push.url}/x")), NOTE)
    assert (found.became, found.retry_seconds) == (became, seconds)
    assert len(push.taken) == 1


async def test_a_push_service_that_is_not_there_is_tried_later_and_one_that_breaks_off_is_not(
    push: PushService,
) -> None:
    push.answers = [None]
    async with web_push() as carrier:
        assert (await carrier.send(subscribed(Browser(f"{push.url}/x")), NOTE)).became == "unsure"
        assert (await carrier.send(subscribed(Browser("http://127.0.0.1:9/x")), NOTE)).became == "later"


async def test_without_the_setting_for_tests_nothing_is_sent_to_this_machine(push: PushService) -> None:
    async with web_push(loopback=False) as carrier:
        found = await carrier.send(subscribed(Browser(f"{push.url}/x")), NOTE)
    assert found.became == "gone"
    assert push.taken == []


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.org/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest",
        "https://0/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://push.internal/x",
        "https://intranet/x",
        "https://user:word@push.example.org/x",
        "https://push.example.org:22/x",
        "https://push.example.org/x#y",
        "ftp://push.example.org/x",
        "https://push.example.org/a b",
        "https:///x",
        "https://a..example.org/x",
        f"https://{'a' * 64}.example.org/x",
        "https://push.example.org/\x7f",
        "https://push.example.org:99999/",
        "https://push.example.org/" + "x" * 1000,
        "nonsense",
    ],
)
def test_an_endpoint_that_leads_inside_or_is_none_is_refused(url: str) -> None:
    with pytest.raises(EndpointError, match="an endpoint is an https URL of a public host"):
        check_endpoint(url)


def test_endpoints_of_push_services_are_taken() -> None:
    for url in ("https://fcm.googleapis.com/fcm/send/a:b-c", "https://updates.push.services.mozilla.com/wpush/v2/gAAA"):
        assert check_endpoint(url).geturl() == url


async def test_a_name_that_leads_inside_is_refused_when_it_is_resolved() -> None:
    with pytest.raises(EndpointError, match="not public"):
        await resolve(check_endpoint("https://localhost/x", loopback=True))
    assert await resolve(check_endpoint("http://localhost/x", loopback=True), loopback=True) in ("127.0.0.1", "::1")


def test_addresses_of_the_open_internet_are_told_from_others() -> None:
    from ipaddress import ip_address

    shown = {"8.8.8.8": True, "2606:4700::1": True, "100.64.0.1": False, "224.0.0.1": False, "2002:a00:1::": False}
    assert {text: is_public(ip_address(text)) for text in shown} == shown


def test_a_key_is_made_once_for_its_owner_alone_and_never_the_same_twice(tmp_path: Path) -> None:
    first, second = (Settings(data=str(tmp_path / name)) for name in "ab")
    key = vapid_key(first)
    assert vapid_key(first).public == key.public != vapid_key(second).public
    assert vapid_path(first).stat().st_mode & 0o077 == 0
    vapid_path(first).chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        vapid_key(first)


@pytest.mark.parametrize("text", ["", "nonsense", "rsa", "p384"])
def test_a_file_that_holds_no_such_key_is_refused(tmp_path: Path, text: str) -> None:
    if text in ("rsa", "p384"):
        private = rsa_key("x").private if text == "rsa" else ec.generate_private_key(ec.SECP384R1())
        text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    path = tmp_path / "vapid.pem"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=r"vapid\.pem is no"):
        vapid_key(Settings(data=str(tmp_path)))


def service_account(folder: Path, token_uri: str) -> Path:
    key = rsa_key("google").private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    path = folder / "account.json"
    account = {
        "type": "service_account",
        "project_id": "pacer-test",
        "private_key_id": "google",
        "private_key": key,
        "client_email": "push@pacer-test.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }
    path.write_text(json.dumps(account))
    return path


TOKEN = (200, {"content-type": "application/json"}, b'{"access_token": "open", "expires_in": 3600}')


@asynccontextmanager
async def fcm(push: PushService, folder: Path, clock: MovableClock) -> AsyncIterator[Fcm]:
    carrier = Fcm(read_account(service_account(folder, f"{push.url}/token")), clock, push.url)
    try:
        yield carrier
    finally:
        await carrier.close()


async def test_google_is_sent_what_its_api_takes_with_a_token_it_gave(push: PushService, tmp_path: Path) -> None:
    clock = MovableClock()
    push.answers = [TOKEN, (200, {}, b'{"name": "projects/pacer-test/messages/1"}')]
    async with fcm(push, tmp_path, clock) as carrier:
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "sent"
        push.answers = [(200, {}, b"{}")]
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "sent"
        clock.forward(3600)
        push.answers = [TOKEN, (200, {}, b"{}")]
        await carrier.send(device(FcmTarget(token="phone")), NOTE)
    assert [taken.path for taken in push.taken].count("/token") == 2
    form = parse_qs(push.taken[0].body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(
        form["assertion"][0],
        rsa_key("google").pem(),
        algorithms=["RS256"],
        audience=f"{push.url}/token",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["scope"], claims["exp"] - claims["iat"]) == (SCOPE, 3600)
    assert jwt.get_unverified_header(form["assertion"][0])["kid"] == "google"
    sent = push.taken[1]
    assert sent.path == "/v1/projects/pacer-test/messages:send"
    assert sent.headers["authorization"] == "Bearer open"
    message = json.loads(sent.body)["message"]
    assert message["token"] == "phone"
    assert message["notification"] == {"title": "Ready", "body": "Whenever."}
    assert message["android"]["ttl"] == "3600s"
    assert message["android"]["collapse_key"] == message["android"]["notification"]["tag"] == NOTE.tag


@pytest.mark.parametrize(
    ("status", "code", "became"),
    [
        (404, "UNREGISTERED", "gone"),
        (403, "SENDER_ID_MISMATCH", "gone"),
        (400, "INVALID_ARGUMENT", "refused"),
        (429, "QUOTA_EXCEEDED", "later"),
        (503, "UNAVAILABLE", "later"),
    ],
)
async def test_an_error_of_google_is_understood(
    push: PushService, tmp_path: Path, status: int, code: str, became: str
) -> None:
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    body = json.dumps({"error": {"code": status, "status": "X", "details": [{"@type": kind, "errorCode": code}]}})
    push.answers = [TOKEN, (status, {}, body.encode())]
    async with fcm(push, tmp_path, MovableClock()) as carrier:
        found = await carrier.send(device(FcmTarget(token="phone")), NOTE)
    assert found.became == became
    assert code in found.detail


async def test_a_token_that_google_refuses_is_replaced_once(push: PushService, tmp_path: Path) -> None:
    push.answers = [TOKEN, (401, {}, b""), TOKEN, (200, {}, b"{}")]
    async with fcm(push, tmp_path, MovableClock()) as carrier:
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "sent"
        push.answers = [(401, {}, b""), TOKEN, (401, {}, b"")]
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "refused"
        push.answers = [(401, {}, b""), (200, {}, b"<html>")]
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "later"
        push.answers = [(500, {}, b"")]
        assert (await carrier.send(device(FcmTarget(token="phone")), NOTE)).became == "later"


def apple(folder: Path) -> tuple[AppleKey, str, ec.EllipticCurvePrivateKey]:
    private = ec.generate_private_key(ec.SECP256R1())
    (folder / "AuthKey.p8").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path = folder / "apns.json"
    path.write_text('{"key": "AuthKey.p8", "keyId": "ABCDE12345", "teamId": "TEAM123456", "topic": "org.example.app"}')
    return (*read_apple_key(path), private)


async def test_apple_is_sent_what_its_api_takes_over_http_2(tmp_path: Path) -> None:
    serving, trusting = certificate(tmp_path)
    key, pem, private = apple(tmp_path)
    clock = MovableClock()
    async with running_http2(serving) as service:
        carrier = Apns(key, pem, clock, services=(service.url, "https://127.0.0.1:9"), trust=trusting)
        target = device(ApnsTarget(token="ab" * 32))
        assert (await carrier.send(target, NOTE)).became == "sent"
        clock.forward(60)
        await carrier.send(target, NOTE)
        clock.forward(3600)
        await carrier.send(target, NOTE)
        assert (await carrier.send(device(ApnsTarget(token="ab", sandbox=True)), NOTE)).became == "later"
        await carrier.close()
    first, second, third = service.taken
    assert first.path == f"/3/device/{'ab' * 32}"
    assert first.headers["apns-topic"] == "org.example.app"
    assert (first.headers["apns-push-type"], first.headers["apns-id"]) == ("alert", NOTE.uuid)
    assert first.headers["apns-collapse-id"] == NOTE.tag
    assert int(first.headers["apns-expiration"]) == START // 1000 + 3600
    bearer = first.headers["authorization"].removeprefix("bearer ")
    claims = jwt.decode(bearer, private.public_key(), algorithms=["ES256"], options={"verify_iat": False})
    assert claims == {"iss": "TEAM123456", "iat": START // 1000}
    assert jwt.get_unverified_header(bearer)["kid"] == "ABCDE12345"
    assert json.loads(first.body)["aps"]["alert"] == {"title": "Ready", "body": "Whenever."}
    assert second.headers["authorization"] == first.headers["authorization"] != third.headers["authorization"]


@pytest.mark.parametrize(
    ("status", "reason", "became", "n_taken"),
    [
        (410, "Unregistered", "gone", 1),
        (400, "BadDeviceToken", "gone", 1),
        (400, "PayloadEmpty", "refused", 1),
        (429, "TooManyRequests", "later", 1),
        (503, "ServiceUnavailable", "later", 1),
        (403, "ExpiredProviderToken", "sent", 2),
    ],
)
async def test_an_error_of_apple_is_understood(
    tmp_path: Path, status: int, reason: str, became: str, n_taken: int
) -> None:
    serving, trusting = certificate(tmp_path)
    key, pem, _ = apple(tmp_path)
    async with running_http2(serving) as service:
        service.answers = [(status, {}, json.dumps({"reason": reason}).encode())]
        carrier = Apns(key, pem, MovableClock(), services=(service.url, service.url), trust=trusting)
        found = await carrier.send(device(ApnsTarget(token="ab")), NOTE)
        await carrier.close()
    assert (found.became, len(service.taken)) == (became, n_taken)


@pytest.mark.parametrize("text", ["", "{}", '{"key": "no.p8", "keyId": "x", "teamId": "y", "topic": "z"}'])
def test_files_that_are_not_what_they_should_be_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(CarrierError, match=r"PACER_APNS.*settings\.json"):
        read_apple_key(path)
    with pytest.raises(CarrierError, match=r"PACER_FCM.*settings\.json"):
        read_account(path)
    with pytest.raises(CarrierError, match="cannot be read"):
        read_account(tmp_path / "nowhere")


async def test_a_device_of_another_kind_is_refused(push: PushService, tmp_path: Path) -> None:
    async with web_push() as carrier:
        assert (await carrier.send(device(FcmTarget(token="x")), NOTE)).became == "refused"
    async with fcm(push, tmp_path, MovableClock()) as google:
        assert (await google.send(device(ApnsTarget(token="x")), NOTE)).became == "refused"


@pytest.mark.parametrize(("header", "seconds"), [(None, 60.0), ("5", 5.0), ("soon", 60.0), ("999999", 86_400.0)])
def test_a_retry_after_is_read_or_taken_for_a_minute(header: str | None, seconds: float) -> None:
    assert retry_after(header, START) == seconds
