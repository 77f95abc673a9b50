"""What an operator can set, from environment variables that begin with PACER_."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

PREFIX = "PACER_"
SECRET_FILE = "secret"
ERASED_FILE = "erased"
SECRET_BYTES = 48
MIN_SECRET_LENGTH = 32
OWNER_ONLY = 0o600
OWNER_ONLY_DIRECTORY = 0o700
GROUP_AND_OTHERS = 0o077
RATE_ALLOWED = "REQUESTS/SECONDS such as 600/60, or off"
Rate = Annotated[str, msgspec.Meta(pattern="^(off|[1-9][0-9]{0,6}/[1-9][0-9]{0,4})$")]

ORIGIN = r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?"
NETWORK = r"[0-9A-Fa-f.:]+(/\d{1,3})?"
"""A scheme, a host and perhaps a port, in lower case, as browsers write it; neither "*" nor "null"."""
MAX_HSTS_SECONDS = 2 * 366 * 86_400
MAX_BACKDATING_DAYS = 30


class SettingsError(Exception):
    """A setting is not usable; the text names the variable, its value and what is allowed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a serving process. Each is the variable PACER_ plus its name in capitals.

    Attributes:
        data: directory for everything durable; made if it is missing.
        host: address to listen on.
        port: TCP port; 0 takes a free one.
        secret: signs tokens; "" means the one in the data directory, made on the first start.
        policy: file of the trained policy; "" means the one that is shipped.
        starter: whether the shipped tracks are served.
        tracks: further directories of track files, separated by the path separator.
        log_level: of the service's own log.
        log_format: of the service's own log, lines for people or JSON.
        workers: processes that serve; more than one needs MongoDB and Redis.
        store: URL of the MongoDB database to keep everything in; "" keeps it in an SQLite file in the data directory.
        mongo_driver: the client library for MongoDB, Motor or PyMongo's own.
        redis: URL of the Redis that workers share their live state and jobs on; "" keeps both in this process.
        learner_rate: requests of one learner, "so many/seconds", or "off".
        address_rate: requests of one address to sign in, "so many/seconds", or "off".
        mail: URL of the relay that carries letters, "" for none, "log:" to write them to the log.
        mail_from: the address that letters come from.
        app_url: where the links in letters lead; "" puts the bare token into the letter.
        breached_passwords: sorted file of SHA-1 hashes of passwords to refuse.
        oidc: file that names the OpenID providers.
        min_clients: the oldest versions of clients that are served, such as "android/2.4, ios/1.10.3".
        erased: file that lists the erased learners; "" means the one in the data directory.
        origins: of pages on other hosts that may use the service, separated by commas.
        hsts: seconds for which browsers shall come by TLS only; 0 behind no TLS.
        proxies: addresses or networks of the proxies in front whose X-Forwarded-For is believed, separated by commas.
        media: URL of the bucket that media are kept in; "" keeps them in the data directory.
        push_contact: mailto: or https: URL that push services may use; "" for no Web Push.
        vapid: file of the key that Web Push is signed with; "" means the one in the data directory, made when missing.
        push_loopback: whether Web Push may go to this machine, without TLS too; for tests alone.
        fcm: file of the service account for Firebase Cloud Messaging, "" for none.
        apns: file that names the key for Apple's Push Notification service, "" for none.
        public_url: where this server is reached from outside; letters that are no answer need it for their way out.
        game_rules: file of versions of the game's rules that follow the shipped ones; "" for none.
        backdating: days by which simulated work may lie before the learner's beginning; 0 where people learn.
    """

    data: str = "data"
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    secret: str = ""
    policy: str = ""
    starter: bool = True
    tracks: str = ""
    log_level: Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error)$")] = "warning"
    log_format: Literal["text", "json"] = "text"
    workers: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    store: Annotated[str, msgspec.Meta(pattern="^((mongodb(\\+srv)?|sqlite)://.+)?$")] = ""
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    learner_rate: Rate = "6000/60"
    address_rate: Rate = "600/60"
    redis: Annotated[str, msgspec.Meta(pattern="^(rediss?://.+)?$")] = ""
    mail: str = ""
    mail_from: str = ""
    app_url: Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9+.-]*://[^\s#?]+)?$")] = ""
    breached_passwords: str = ""
    oidc: str = ""
    min_clients: Annotated[
        str, msgspec.Meta(pattern=r"^([A-Za-z][A-Za-z0-9._-]{0,39}/\d{1,6}(\.\d{1,6}){0,3}(, *|$))*$")
    ] = ""
    erased: str = ""
    origins: Annotated[str, msgspec.Meta(pattern=rf"^({ORIGIN}(, *{ORIGIN})*)?\Z")] = ""
    hsts: Annotated[int, msgspec.Meta(ge=0, le=MAX_HSTS_SECONDS)] = 0
    proxies: Annotated[str, msgspec.Meta(pattern=rf"^({NETWORK}(, *{NETWORK})*)?\Z")] = ""
    media: Annotated[str, msgspec.Meta(pattern=r"^(s3(\+http)?://[^/\s]+:[^/\s]+@[^/\s]+/\S+)?\Z")] = ""
    push_contact: Annotated[str, msgspec.Meta(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)?\Z")] = ""
    vapid: str = ""
    push_loopback: bool = False
    fcm: str = ""
    apns: str = ""
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s#?]+)?\Z")] = ""
    game_rules: str = ""
    backdating: Annotated[int, msgspec.Meta(ge=0, le=MAX_BACKDATING_DAYS)] = 0

    @property
    def data_path(self) -> Path:
        """The data directory."""
        return Path(self.data).expanduser()

    @property
    def erased_path(self) -> Path:
        """The list of erased learners."""
        return Path(self.erased).expanduser() if self.erased else self.data_path / ERASED_FILE

    @property
    def policy_path(self) -> Path | None:
        """The policy to serve, or None for the shipped one."""
        return Path(self.policy).expanduser() if self.policy else None

    @property
    def track_paths(self) -> tuple[Path, ...]:
        """Further directories of track files."""
        return tuple(Path(part).expanduser() for part in self.tracks.split(os.pathsep) if part)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Origins of pages elsewhere that may use the service."""
        return tuple(origin.strip() for origin in self.origins.split(",") if origin)


ALLOWED = {
    "starter": "true or false",
    "port": "a whole number from 0 to 65535",
    "log_level": "debug, info, warning or error",
    "log_format": "text or json",
    "workers": "a whole number from 1 to 256",
    "store": "mongodb://USER:PASSWORD@HOST:PORT/DATABASE?replicaSet=NAME, sqlite:///FILE, or nothing",
    "mongo_driver": "motor or pymongo",
    "learner_rate": RATE_ALLOWED,
    "address_rate": RATE_ALLOWED,
    "redis": "redis://HOST:PORT/DATABASE",
    "secret": f"at least {MIN_SECRET_LENGTH} characters",
    "app_url": "a URL without query and fragment",
    "min_clients": "NAME/1.2.3, and more of them after commas",
    "origins": "exact origins such as https://app.example.org, separated by commas; * is none",
    "proxies": "IP addresses or networks such as 10.0.0.0/8, separated by commas",
    "media": "s3://KEY:SECRET@HOST:PORT/BUCKET?region=REGION, or s3+http:// without TLS",
    "push_contact": "mailto:ADDRESS or an https URL",
    "push_loopback": "true or false",
    "public_url": "an http or https URL without query and fragment",
    "backdating": f"a whole number of days from 0 to {MAX_BACKDATING_DAYS}",
    "hsts": f"a whole number of seconds from 0 to {MAX_HSTS_SECONDS}",
}
HIDDEN = ("secret", "mail", "redis", "store", "media")
"""Settings whose values are never shown."""


def load_settings(environment: Mapping[str, str], **overrides: str | int | None) -> Settings:
    """Settings from an environment; overrides that are not None win.

    Raises:
        SettingsError: naming every variable that is unknown or not usable.
    """
    names = Settings.__struct_fields__
    given = {name: environment[PREFIX + name.upper()] for name in names if PREFIX + name.upper() in environment}
    merged = {**given, **{name: value for name, value in overrides.items() if value is not None}}
    known = {PREFIX + name.upper() for name in names}
    faults = [
        f"there is no setting {name}; allowed: {', '.join(sorted(known))}" for name in _strange(environment, known)
    ]
    faults += [_fault(name, value) for name, value in merged.items() if not _usable(name, value)]
    if faults:
        raise SettingsError("; ".join(faults))
    settings = msgspec.convert(merged, Settings, strict=False)
    _check_workers(settings)
    return settings


def _check_workers(settings: Settings) -> None:
    """Several workers need what they share outside of them. Raises SettingsError."""
    missing = [
        f"{PREFIX}{name.upper()}={example}"
        for name, example, ok in (
            ("store", "mongodb://...", settings.store.startswith("mongodb")),
            ("redis", "redis://...", bool(settings.redis)),
        )
        if not ok
    ]
    if settings.workers > 1 and missing:
        raise SettingsError(
            f"{PREFIX}WORKERS is {settings.workers}; more than one needs MongoDB and Redis, which workers share: "
            f"set {' and '.join(missing)}, or serve with one worker"
        )


def _strange(environment: Mapping[str, str], known: set[str]) -> list[str]:
    """Variables of ours by their prefix that are no setting: a slip of the pen must not be a setting left out."""
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def _usable(name: str, value: str | int) -> bool:
    if name == "secret" and 0 < len(str(value)) < MIN_SECRET_LENGTH:
        return False
    try:
        msgspec.convert({name: value}, Settings, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _fault(name: str, value: str | int) -> str:
    shown = "(not shown)" if name in HIDDEN else repr(value)
    return f"{PREFIX}{name.upper()} is {shown}; allowed: {ALLOWED.get(name, 'text')}"


def server_secret(settings: Settings) -> str:
    """The secret that signs tokens: from the settings, or from a file only its owner can read, made when missing.

    Raises:
        SettingsError: the file cannot be read or made, or others can read it.
    """
    if settings.secret:
        return settings.secret
    path = settings.data_path / SECRET_FILE
    secret = private_file(settings, path, lambda: secrets.token_urlsafe(SECRET_BYTES) + "\n", f"{PREFIX}SECRET").strip()
    if len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError(f"{path} holds {len(secret)} characters; at least {MIN_SECRET_LENGTH} are needed")
    return secret


def private_file(settings: Settings, path: Path, make: Callable[[], str], variable: str) -> str:
    """What a file holds that only its owner can read; made when missing. `variable` is what to set instead.

    Raises:
        SettingsError: the file cannot be read or made, or others can read it.
    """
    try:
        prepare_data(settings)
        _make_private(path, make)
        if os.name == "posix" and path.stat().st_mode & GROUP_AND_OTHERS:
            raise SettingsError(f"{path} can be read by others; run: chmod 600 {path}")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"{path} cannot be used ({reason}); set {variable} or {PREFIX}DATA") from error


def prepare_data(settings: Settings) -> None:
    """Make the data directory. Raises OSError."""
    settings.data_path.mkdir(mode=OWNER_ONLY_DIRECTORY, parents=True, exist_ok=True)


def _make_private(path: Path, make: Callable[[], str]) -> None:
    """Write a new file unless there is one; whole or not at all, also when two processes start at once."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(make())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
