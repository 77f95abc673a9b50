"""Policy files that are not what they should be: the rule serves, lessons go on, and the server says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import onnx
import pytest
from onnx import TensorProto, helper

from api.health import Readiness
from api.settings import Settings
from api.tutor import load_tutor
from api.wire import instant, new_id
from rl.belief import BeliefParameters
from rl.policy import METADATA_KEY, PolicyCard

CARD = PolicyCard(version="other", features=("x",), context=(), belief=BeliefParameters(), trained_on="nothing")


def onnx_bytes(metadata: bytes | None = None) -> bytes:
    """A valid ONNX file that adds nothing to its input, with or without a card of Pacer's."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if metadata is not None:
        helper.set_model_props(model, {METADATA_KEY: metadata.decode()})
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "No such file"),
    "a directory": (lambda path: path.mkdir(), "cannot be read"),
    "empty": (write(b""), "not a readable ONNX file"),
    "truncated": (write(onnx_bytes()[:-20]), "not a readable ONNX file"),
    "not ONNX": (write(b"PK" + bytes(range(256)) * 40), "not a readable ONNX file"),
    "another program's": (write(onnx_bytes()), "was not made by Pacer"),
    "of other features": (write(onnx_bytes(msgspec.json.encode(CARD))), "expects other features"),
    "with a broken card": (write(onnx_bytes(b"{")), "unreadable metadata"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_policy_of_ours_leaves_the_choice_to_the_rule(tmp_path: Path, name: str) -> None:
    make, why = FILES[name]
    path = tmp_path / "tutor.onnx"
    make(path)
    readiness = Readiness()
    assert load_tutor(Settings(policy=str(path)), readiness).source == "rule"
    (part,) = readiness.parts
    assert part.state == "rule"
    assert why in part.detail
    assert str(path) in part.detail


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing", "truncated", "another program's"])
def test_the_rule_serves_and_ready_says_so(serving: Any, tmp_path: Path, name: str) -> None:
    make, why = FILES[name]
    path = tmp_path / "tutor.onnx"
    make(path)
    with serving("--policy", str(path)) as server:
        ready = server.get("/ready")
        assert ready.status_code == 200
        tutor = next(part for part in ready.json()["parts"] if part["name"] == "tutor")
        assert (tutor["ok"], tutor["state"]) == (True, "rule")
        assert why in tutor["detail"]
        assert first_exercise(server.url)["chosenBy"] == "rule"
        assert 'reason="noPolicy"' in server.get("/metrics").text


def first_exercise(url: str) -> Any:
    """Of a new guest's first lesson."""
    now = instant(1_772_357_400_000)
    envelope = {"clientTime": now, "zone": "UTC", "deviceId": "phone"}
    with httpx.Client(base_url=url, trust_env=False) as client:
        tokens = client.post("/v1/auth/guest", json={"zone": "UTC"}).json()
        client.headers["authorization"] = f"Bearer {tokens['accessToken']}"
        enrol = envelope | {"eventId": new_id(), "sequence": 1}
        enrolment = client.post("/v1/tracks/python-from-zero/enrolments", json=enrol).json()
        begin = envelope | {"eventId": new_id(), "sequence": 2, "enrolmentId": enrolment["id"]}
        return client.post("/v1/sessions", json=begin).json()["exercise"]
