"""Who gets where: every route, asked by nobody, by everybody in every role, and for what belongs to somebody else.

The walk is made from the app's own routes, so that a new one is walked too; one that names an object in its path, its
query or its body is refused here until OBJECTS says how to get somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import msgspec
import pytest
import uuid_utils

from api.accounts.oidc.routes import OIDC
from api.accounts.oidc.tokens import Person
from api.accounts.organisations.organisation import HOME, ROLES, Role
from api.accounts.organisations.roles import ORGANISATIONS
from api.game.choice_routes import CHOICES
from api.game.facts import FlagRaised
from api.game.friends.routes import FRIENDS
from api.notifications.devices import Device, FcmTarget
from api.notifications.routes import NOTIFICATIONS
from api.openapi import Operation, document, find_operations
from tests.api.accounts.conftest import bearer
from tests.api.authoring.author import Author, course_objects
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import EVERY_KIND, Phone

PUBLIC = {
    *("getHealth", "getMetrics", "getReadiness"),
    *("startGuest", "refreshTokens", "registerLearner", "signIn", "signInWithProvider", "recoverLearner"),
    *("confirmEmail", "forgetPassword", "resetPassword"),
    "listSigningKeys",
}
"""Operations that need no token. A route that is to be public has to be put here too."""

OBJECTS = (
    *("bundleId", "courseId", "decisionId", "deviceId", "enrolmentId", "flagId", "format", "holidayId"),
    *("identityId", "importId", "itemId"),
    *("learnerId", "language", "number", "organisationId", "partNumber", "reportId", "reviewId", "sessionId"),
    *("skillId", "answerId", "band", "uploadId", "questId", "subscriptionId", "friendId"),
    "friendReportId",
)
"""Names under which requests name what belongs to somebody."""

OPEN = (
    *("confirm", "cursor", "eventId", "grade", "limit", "lix", "newer", "old", "state"),
    *("health", "kind", "skill", "words"),
    *("provider", "seed", "sha256", "trackId"),
)
"""Names of what belongs to nobody, or to whoever sends it."""

OWN = {"syncEvents", "listChanges", "setGoals", "planHoliday", "changeGameSettings", "lookIn", "buyOffer"}
"""Operations whose `deviceId` is only what the caller names a device of their own."""

REFUSED = (403, 404)


@dataclass
class World:
    """A learner with one of each object, learners in every role elsewhere, and every operation with an example."""

    served: Served
    owner: dict[str, str]
    objects: dict[str, str]
    members: dict[str, dict[str, str]]
    operations: list[tuple[Operation, dict[str, Any]]]

    def addressed(self, operation: Operation, objects: dict[str, str]) -> str:
        """The operation's address with these objects in it."""
        filled = re.sub("{(.*?)}", lambda match: objects.get(match[1], "seas"), operation.path)
        query = [
            f"{name}={objects[name]}"
            for name, place, _, _ in operation.parameters
            if place == "query" and name in objects
        ]
        return filled + ("?" + "&".join(query) if query else "")

    def body(self, operation: Operation, description: dict[str, Any], objects: dict[str, str]) -> Any:
        """The documented example, naming these objects, and new as an event."""
        if operation.body is None:
            return None
        example = description["requestBody"]["content"]["application/json"]["example"]
        named = {name: objects[name] for name in example.keys() & objects.keys()}
        fresh = {"eventId": str(uuid_utils.uuid7())} if "eventId" in example else {}
        return {**example, **named, **fresh}

    async def ask(
        self, operation: Operation, description: dict[str, Any], objects: dict[str, str], tokens: dict[str, str] | None
    ) -> httpx.Response:
        """Send the operation's example for these objects."""
        return await self.served.client.request(
            operation.method,
            self.addressed(operation, objects),
            json=self.body(operation, description, objects),
            headers=bearer(tokens) if tokens else {},
        )


async def flag(served: Served, learner_id: str) -> str:
    """A flag on the learner's work."""
    until = served.clock() + 86_400_000
    raised = FlagRaised(flag_id="rapid-1", kind_of_work="rapid", evidence="Ten in a second.", until=until)
    await CHOICES.fetch(served.app).settle(learner_id, str(uuid_utils.uuid7()), "flag", lambda _: [raised])
    return raised.flag_id


async def holiday(phone: Phone) -> str:
    """A holiday in the days to come."""
    envelope = phone.envelope()
    await phone.post("/me/game/holidays", {**envelope, "first": "2026-03-20", "last": "2026-03-21"}, 201)
    return str(envelope["eventId"])


def names_of(operation: Operation) -> set[str]:
    """Names of all ids in the path, the query and the first level of the body."""
    names = {name for name, place, _, _ in operation.parameters if place != "header"}
    if operation.body is not None:
        (body, *_) = operation.body.__args__
        kinds = get_args(body) or (body,)
        fields = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
        names |= {name for name in fields if name.endswith("Id")}
    return names


async def subscription(served: Served, learner_id: str) -> str:
    """A device that the learner is told on."""
    device = Device(id="device-1", learner_id=learner_id, target=FcmTarget(token="x"), registered_at=served.clock())
    await NOTIFICATIONS.fetch(served.app).books.devices.register(device)
    return device.id


@pytest.fixture
async def world(trackless: Any, clock: MovableClock) -> AsyncIterator[World]:
    settings = msgspec.structs.replace(trackless, tracks=str(EVERY_KIND))
    async with running(settings, clock) as served:
        owner, organisations = await served.guest(), ORGANISATIONS.fetch(served.app)
        track = (await served.client.get("/v1/tracks", headers=bearer(owner))).json()["items"][0]["id"]
        phone = Phone(served, owner)
        enrolment = await phone.enrol(track)
        session = await phone.open(enrolment["id"])
        device = (await phone.get("/me/devices"))["items"][0]
        identities = OIDC.fetch(served.app)._identities
        identity = await identities.link(
            Person(issuer="https://school.example", subject="1"), "school", owner["learnerId"]
        )
        await organisations.create("elsewhere", "Elsewhere")
        await organisations.admit("elsewhere", owner["learnerId"], ("admin", "author", "reviewer", "publisher"))
        bundle = uuid_utils.uuid7().hex
        bundle_id = str(uuid_utils.UUID(bundle[:-3] + "000"))
        asking = phone.envelope(kind="bundleRequested", enrolmentId=enrolment["id"], size=1) | {"eventId": bundle_id}
        await phone.post("/sync", {"deviceId": asking.pop("deviceId"), "events": [asking]})
        friendships = FRIENDS.fetch(served.app).friendships
        friend = (await friendships.ask(owner["learnerId"], "somebody")).ref
        objects = {
            **await course_objects(Author(served, owner, "elsewhere")),
            "bundleId": bundle_id,
            "decisionId": session["exercise"]["decisionId"],
            "deviceId": device["id"],
            "enrolmentId": enrolment["id"],
            "identityId": identity.id,
            "learnerId": owner["learnerId"],
            "organisationId": "elsewhere",
            "flagId": await flag(served, owner["learnerId"]),
            "holidayId": await holiday(phone),
            "friendId": friend,
            "friendReportId": (await friendships.report(owner["learnerId"], friend, "name")).id,
            "questId": (await phone.get("/me/quests"))["day"]["quests"][0]["id"],
            "sessionId": session["id"],
            "subscriptionId": await subscription(served, owner["learnerId"]),
        }
        members: dict[str, dict[str, str]] = {"guest": await served.guest()}
        for role in ROLES:
            members[role] = await served.guest()
            await organisations.admit(HOME, members[role]["learnerId"], (role,))
        paths = document(served.app)["paths"]
        operations = [(found, paths[found.path][found.method]) for found in find_operations(served.app)]
        yield World(served, owner, objects, members, operations)


async def test_every_route_that_is_not_public_by_name_needs_a_token(world: World) -> None:
    assert {operation.handler.operation_id for operation, _ in world.operations if operation.public} == PUBLIC
    for operation, description in world.operations:
        if operation.public:
            continue
        for tokens in (None, {"accessToken": ""}, {"accessToken": world.owner["refreshToken"]}):
            answer = await world.ask(operation, description, world.objects, tokens)
            assert answer.status_code == 401, operation.path
            assert answer.json()["type"] == "urn:pacer:problem:unauthenticated"


async def test_every_name_of_an_object_is_known_to_this_walk(world: World) -> None:
    for operation, _ in world.operations:
        assert names_of(operation) <= {*OBJECTS, *OPEN}, operation.path
    assert world.objects.keys() == {*OBJECTS}


async def refusals(world: World) -> int:
    """Ask for every object of the owner as everybody else; how often that was refused, which is always."""
    n_refused = 0
    for operation, description in world.operations:
        if operation.public or operation.handler.operation_id in OWN or not names_of(operation) & {*OBJECTS}:
            continue
        for role, tokens in world.members.items():
            answer = await world.ask(operation, description, world.objects, tokens)
            assert answer.status_code in REFUSED, (operation.handler.operation_id, role, answer.text)
            n_refused += 1
    return n_refused


async def test_nobody_in_any_role_reaches_or_changes_what_belongs_to_somebody_else(world: World) -> None:
    phone = Phone(world.served, world.owner)
    paths = ("/me", "/me/devices", "/me/identities", "/me/game", f"/sessions/{world.objects['sessionId']}")
    before = [await phone.get(path) for path in paths]
    assert await refusals(world) >= 15 * len(world.members)
    assert [await phone.get(path) for path in paths] == before


async def test_the_owner_does_reach_it_or_the_walk_shows_nothing(world: World) -> None:
    reached = []
    for operation, description in world.operations:
        if operation.public or operation.method != "get" or not names_of(operation) & {*OBJECTS}:
            continue
        answer = await world.ask(operation, description, world.objects, world.owner)
        assert answer.status_code == 200, (operation.path, answer.text)
        reached.append(operation.handler.operation_id)
    assert {"getSession", "getDecision", "getProgress", "getOrganisation", "listMembers"} <= {*reached}


async def test_a_role_opens_what_names_it_and_nothing_else(world: World) -> None:
    home = {**world.objects, "organisationId": HOME}
    n_walked = 0
    for operation, description in world.operations:
        needed: frozenset[Role] | None = operation.handler.opt.get("roles")
        if needed is None:
            continue
        for role, tokens in world.members.items():
            answer = await world.ask(operation, description, home, tokens)
            name = (operation.handler.operation_id, role, answer.text)
            if role == "guest":
                assert answer.status_code == 404, name
            elif needed and role not in needed:
                assert (answer.status_code, answer.json()["type"]) == (403, "urn:pacer:problem:forbidden"), name
            elif needed:
                assert answer.status_code not in (401, 403), name
            n_walked += 1
    assert n_walked >= 6 * len(world.members)
