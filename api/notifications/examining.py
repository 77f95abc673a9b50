"""Which channels are set, and which only by half: for `pacer doctor` and for the log of a server that starts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec

from api.notifications.channels.ports import CarrierError
from api.notifications.channels.vapid import read_key, vapid_path
from api.settings import GROUP_AND_OTHERS, Settings, SettingsError

EXTRA = "pip install 'pacer[push]'"


class Channel(msgspec.Struct, frozen=True):
    """A channel: whether it can be used, or is not set at all, what was found, and what to do."""

    name: str
    ok: bool
    detail: str
    advice: str = ""
    is_set: bool = True


def channels(settings: Settings) -> Iterator[Channel]:
    """Every channel of notifications, as the settings have it. Makes nothing."""
    yield _web_push(settings)
    yield _file("Firebase Cloud Messaging", "PACER_FCM", settings.fcm)
    yield _file("Apple's push service", "PACER_APNS", settings.apns)
    yield _letters(settings)
    if settings.push_loopback:
        detail = "PACER_PUSH_LOOPBACK lets learners have this machine spoken to"
        yield Channel("push to this machine", False, detail, "unset PACER_PUSH_LOOPBACK; it is for tests")


def _web_push(settings: Settings) -> Channel:
    name, path = "Web Push", vapid_path(settings)
    if not settings.push_contact:
        half = bool(settings.vapid)
        detail = "PACER_VAPID names a key, but PACER_PUSH_CONTACT is not set" if half else "not set"
        return Channel(name, not half, detail, "set PACER_PUSH_CONTACT to a mailto: or https: URL", is_set=half)
    if find_spec("pywebpush") is None:
        return Channel(name, False, "the package pywebpush is missing", EXTRA)
    if not path.exists():
        return Channel(name, True, f"{path} will be made at the first start")
    try:
        if path.stat().st_mode & GROUP_AND_OTHERS:
            return Channel(name, False, f"{path} can be read by others", f"chmod 600 {path}")
        key = read_key(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError, SettingsError) as error:
        return Channel(name, False, str(error), f"restore {path} from where you keep it, or remove it to have one made")
    return Channel(name, True, f"signed with the key {key.public[:12]}...")


def _file(name: str, variable: str, file: str) -> Channel:
    if not file:
        return Channel(name, True, "not set", is_set=False)
    path = Path(file).expanduser()
    try:
        if variable == "PACER_FCM":
            from api.notifications.channels.fcm import read_account

            return Channel(name, True, f"project {read_account(path).project_id}")
        from api.notifications.channels.apns import read_apple_key

        key, _ = read_apple_key(path)
    except CarrierError as error:
        return Channel(name, False, str(error), f"correct the file, or unset {variable}")
    if find_spec("h2") is None:
        return Channel(name, False, "HTTP/2 is missing", EXTRA)
    return Channel(name, True, f"topic {key.topic}")


def _letters(settings: Settings) -> Channel:
    name = "notifications by mail"
    if settings.mail and not settings.public_url:
        return Channel(
            name,
            False,
            "PACER_MAIL is set, PACER_PUBLIC_URL is not: letters would have no way out",
            "set PACER_PUBLIC_URL to send notifications by mail",
            is_set=False,
        )
    if settings.public_url and not settings.mail:
        return Channel(
            name, False, "PACER_PUBLIC_URL is set, PACER_MAIL is not", "set PACER_MAIL to send letters", is_set=False
        )
    return Channel(name, True, settings.public_url or "not set", is_set=bool(settings.public_url))
