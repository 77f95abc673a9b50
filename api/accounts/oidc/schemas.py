"""OpenID providers on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.accounts.schemas import DeviceName
from api.wire import END, Instant, Locale, Wire, Zone, check_zone

Nonce = Annotated[
    str,
    msgspec.Meta(
        min_length=16,
        max_length=200,
        description="What the app asked the provider to put into the ID token; new for each sign-in.",
        examples=["n-0S6_WzA2Mj-6fYq"],
    ),
]


class IdTokenProof(Wire, frozen=True, kw_only=True, tag_field="kind", tag="idToken"):
    """An ID token, as a phone's own sign-in gets it."""

    id_token: Annotated[str, msgspec.Meta(min_length=1, max_length=16_384)]


class CodeProof(Wire, frozen=True, kw_only=True, tag_field="kind", tag="code"):
    """An authorization code with its PKCE verifier (RFC 7636), and the redirect URI to which it came."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=2_048)]
    code_verifier: Annotated[
        str,
        msgspec.Meta(
            min_length=43,
            max_length=128,
            pattern="^[A-Za-z0-9._~-]+" + END,
            examples=["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
        ),
    ]
    redirect_uri: Annotated[str, msgspec.Meta(min_length=1, max_length=2_048, examples=["org.example.app:/signed-in"])]


class OidcRequest(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """Proof from a provider. `zone` and `locale` are for an account that is made."""

    proof: IdTokenProof | CodeProof
    nonce: Nonce
    zone: Zone
    locale: Locale = "en"
    device_name: DeviceName = ""

    def __post_init__(self) -> None:
        check_zone(self.zone)


class LinkedIdentity(Wire, frozen=True, kw_only=True):
    """A person of a provider who signs in to the account. `provider` is its name in the settings."""

    id: str
    provider: str
    linked_at: Instant


class LinkedIdentities(Wire, frozen=True, kw_only=True):
    """The learner's identities, in order of id."""

    items: tuple[LinkedIdentity, ...]
