"""What a phone answers: by the key where it has one (offline), by what is shown where it has not."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def right_answer(package: Json) -> Json:
    """The answer that the key of a package calls right."""
    key = package["key"]
    kind = key["kind"]
    match kind:
        case "numeric":
            return {"kind": kind, "text": f"{key['text']} {key['unit']}" if key["unitRequired"] else key["text"]}
        case "shortText":
            return {"kind": kind, "text": key["accepted"][0]}
        case "cloze":
            return {"kind": kind, "gaps": {gap["id"]: gap["accepted"][0] for gap in key["gaps"]}}
        case _:
            field = {
                "multipleChoice": "choice",
                "multipleResponse": "choices",
                "trueFalse": "value",
                "ordering": "order",
                "matching": "pairs",
            }[kind]
            return {"kind": kind, field: key[field]}


def any_answer(presented: Json) -> Json:
    """An answer of the right shape, made without a key."""
    kind = presented["kind"]
    options = [option["id"] for option in presented.get("options", ())]
    match kind:
        case "multipleChoice":
            return {"kind": kind, "choice": options[0]}
        case "multipleResponse":
            return {"kind": kind, "choices": options[:1]}
        case "trueFalse":
            return {"kind": kind, "value": True}
        case "ordering":
            return {"kind": kind, "order": options}
        case "matching":
            right = [option["id"] for option in presented["right"]]
            return {"kind": kind, "pairs": {left["id"]: right[0] for left in presented["left"][:1]}}
        case "cloze":
            gaps = [part["id"] for part in presented["parts"] if part["kind"] == "gap"]
            return {"kind": kind, "gaps": dict.fromkeys(gaps, "x")}
        case _:
            return {"kind": kind, "text": "1"}
