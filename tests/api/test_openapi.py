import re
from collections.abc import Iterator
from typing import Annotated, Any, get_type_hints

import jsonschema
import msgspec
import pytest
from litestar import Litestar, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from api.app import ROUTERS
from api.examples import example_of
from api.openapi import OperationError, camel, document, find_operations, problem_kinds
from api.reference import page
from api.wire import PUBLIC, Wire, raises
from content.answers import Answer

METHODS = {"get", "post", "patch", "put", "delete"}
Json = dict[str, Any]


class Answered(Wire, frozen=True, kw_only=True):
    """An answer.

    Attributes:
        answer: what the learner sent,
            of any kind.
        seconds_taken, seconds_read: measured by the device.
    """

    answer: Answer
    seconds_taken: Annotated[float, msgspec.Meta(ge=0)]
    seconds_read: float = 0.0


class UnlistedError(Exception):
    pass


@post("/things/{thing_id:str}", operation_id="answerThing", summary="Answer it", status_code=200)
async def answer_thing(thing_id: FromPath[str], data: JSONBody[Answered], limit: FromQuery[int] = 5) -> Answered:
    """It is
    answered."""
    return data if thing_id and limit else Answered(answer=data.answer, seconds_taken=0.0)


@pytest.fixture(scope="module")
def doc() -> Json:
    return document(Litestar([*ROUTERS, answer_thing], openapi_config=None, logging_config=None))


def operations(doc: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in doc["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def with_schemas(doc: Json, schema: Json) -> Json:
    """A schema that stands alone."""
    return {**schema, "components": doc["components"]}


def test_every_operation_is_named_by_a_verb_and_a_noun_once(doc: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(doc)]
    assert len(names) == len(set(names))
    for name in names:
        assert re.fullmatch(r"[a-z]+([A-Z][a-z0-9]*)+", name), name
    for _, method, operation in operations(doc):
        assert method in METHODS
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"] or operation["operationId"] == "answerThing"


def test_every_problem_response_has_the_one_shape_and_every_operation_has_some(doc: Json) -> None:
    for path, _, operation in operations(doc):
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {"400", "500"} <= errors.keys(), path
        assert ("401" in errors) or not operation["security"], path
        assert {"413", "415"} <= errors.keys() or "requestBody" not in operation, path
        assert "426" in errors, path
        for answer in errors.values():
            (media,) = answer["content"]
            assert media == "application/problem+json"
            assert answer["content"][media]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_schema_is_valid_and_every_reference_leads_somewhere(doc: Json) -> None:
    for schema in doc["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in re.findall(r'"\$ref": ?"([^"]+)"', msgspec.json.encode(doc).decode()):
        assert reference.removeprefix("#/components/schemas/") in doc["components"]["schemas"]


def test_names_on_the_wire_are_camel_case(doc: Json) -> None:
    for path, _, operation in operations(doc):
        shown = operation.get("parameters", ())
        names = [parameter["name"] for parameter in shown if parameter["in"] != "header"]
        for name in [*names, *re.findall("{(.*?)}", path)]:
            assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", name), name
    for schema in doc["components"]["schemas"].values():
        for name in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", name), name


def test_every_tagged_union_has_a_discriminator(doc: Json) -> None:
    union = doc["components"]["schemas"]["Answered"]["properties"]["answer"]
    assert union["discriminator"]["propertyName"] == "kind"
    assert union["discriminator"]["mapping"].keys() >= {"multipleChoice", "numeric", "cloze", "matching"}
    for part in unions(doc):
        assert len(part) > 1


def unions(node: Any) -> Iterator[list[Json]]:
    if isinstance(node, dict):
        if "anyOf" in node and len([option for option in node["anyOf"] if "$ref" in option]) > 1:
            assert "discriminator" in node, node
            yield node["anyOf"]
        for value in node.values():
            yield from unions(value)
    elif isinstance(node, list):
        for value in node:
            yield from unions(value)


def test_every_example_is_allowed_by_its_schema(doc: Json) -> None:
    n_examples = 0
    for _, _, operation in operations(doc):
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (media for part in contents for media in part.get("content", {}).values()):
            shown = [content["example"]] if "example" in content else []
            for example in [*shown, *(named["value"] for named in content.get("examples", {}).values())]:
                jsonschema.validate(example, with_schemas(doc, content["schema"]))
                n_examples += 1
    assert n_examples > 10


def test_the_decoder_takes_every_example_of_a_body(doc: Json) -> None:
    app = Litestar([*ROUTERS, answer_thing], openapi_config=None, logging_config=None)
    for operation in find_operations(app):
        if operation.body is not None:
            shown = doc["paths"][operation.path][operation.method]["requestBody"]["content"]["application/json"]
            body = get_type_hints(operation.handler.fn)["data"]
            msgspec.json.decode(msgspec.json.encode(shown["example"]), type=body)


def test_parameters_are_documented_with_their_place_and_type(doc: Json) -> None:
    thing, limit, key = doc["paths"]["/things/{thingId}"]["post"]["parameters"]
    assert (thing["name"], thing["in"], thing["required"]) == ("thingId", "path", True)
    assert (limit["name"], limit["in"], limit["required"]) == ("limit", "query", False)
    assert limit["schema"]["type"] == "integer"
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", False)


def test_a_docstring_tells_what_fields_mean(doc: Json) -> None:
    schema = doc["components"]["schemas"]["Answered"]
    assert schema["description"] == "An answer."
    assert schema["properties"]["answer"]["description"] == "what the learner sent, of any kind."
    assert schema["properties"]["secondsRead"]["description"] == "measured by the device."


def test_public_operations_need_no_token_and_the_others_do(doc: Json) -> None:
    assert doc["paths"]["/v1/auth/guest"]["post"]["security"] == []
    assert doc["paths"]["/v1/me"]["get"]["security"] == [{"accessToken": []}]


def test_a_route_without_an_operation_id_cannot_be_documented() -> None:
    @get("/nameless", opt=PUBLIC)
    async def nameless() -> int:
        return 1

    with pytest.raises(OperationError, match="/nameless needs operation_id="):
        document(Litestar([nameless], openapi_config=None, logging_config=None))


def test_a_route_that_raises_what_the_table_lacks_cannot_be_documented() -> None:
    @get("/unlisted", operation_id="getUnlisted", summary="x", opt=raises(UnlistedError))
    async def unlisted() -> int:
        return 1

    with pytest.raises(OperationError, match="UnlistedError"):
        document(Litestar([unlisted], openapi_config=None, logging_config=None))


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 4}, 4),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, None),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}, ["text", 1]),
        ({}, None),
    ],
)
def test_the_plainest_example_of_a_schema(schema: Json, example: Any) -> None:
    assert example_of(schema, {}) == example


def test_camel_renames_as_the_wire_does() -> None:
    for field in msgspec.structs.fields(Answered):
        assert camel(field.name) == field.encode_name


async def test_the_document_is_served_and_is_the_same_as_the_apps(service: Any) -> None:
    answer = await service.client.get("/docs/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(document(service.app)))
    assert answer.json()["openapi"].startswith("3.1")


async def test_every_documented_address_is_answered_and_no_other_is_reachable(service: Any) -> None:
    doc = (await service.client.get("/docs/openapi.json")).json()
    routes = {re.sub("{.*?}", "{}", route.path_format) for route in service.app.routes}
    documented = {re.sub("{.*?}", "{}", path) for path in doc["paths"]}
    assert {path for path in routes if path.startswith("/v1")} == {
        path for path in documented if path.startswith("/v1")
    }
    assert documented <= routes


async def test_the_page_shows_every_operation_and_loads_nothing(service: Any) -> None:
    answer = await service.client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    html = answer.text
    for _, _, operation in operations(document(service.app)):
        assert f'id="{operation["operationId"]}"' in html
    for kind in problem_kinds():
        assert f"urn:pacer:problem:{kind.name}" in html
    assert not re.search(r"(src|href)=[\"']?(https?:)?//|<script|@import|url\(", html)
    for anchor in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{anchor}"' in html


def test_the_page_escapes_what_authors_write() -> None:
    @get("/risky", operation_id="getRisky", summary="a < b & <b>c</b>", opt=PUBLIC)
    async def risky() -> int:
        """<script>alert(1)</script>"""
        return 1

    html = page(document(Litestar([Router("/", route_handlers=[risky])], openapi_config=None, logging_config=None)))
    assert "<script" not in html
    assert "a &lt; b &amp; &lt;b&gt;" in html
