"""Examples made from schemas, so that the document never shows one that its own schema refuses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
PLAIN: Json = {"integer": 1, "number": 0.5, "boolean": True, "null": None}


def example_of(schema: Json, components: Json) -> Any:
    """A value that the schema allows: its own example where it has one, else the plainest."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].removeprefix(SCHEMAS)], components)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    if schema.get("type") == "object":
        shown = {
            n: s
            for n, s in schema.get("properties", {}).items()
            if n in schema.get("required", ()) or "default" not in s
        }
        return {name: example_of(value, components) for name, value in shown.items()}
    if schema.get("type") == "array":
        return _example_items(schema, components)
    if "minimum" in schema:
        return schema["minimum"]
    if schema.get("type") == "string":
        return "text".ljust(schema.get("minLength", 0), "x")
    return PLAIN.get(schema.get("type", "null"))


def _example_items(schema: Json, components: Json) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(item, components) for item in schema["prefixItems"]]
    if not isinstance(schema.get("items"), dict):
        return []
    return [example_of(schema["items"], components)] * max(1, schema.get("minItems", 0))
