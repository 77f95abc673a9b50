"""The tutor that serves: the trained policy, or the rule in its place, and why."""

from __future__ import annotations

import logging
from pathlib import Path

import rl
from api.health import Readiness
from api.settings import Settings
from rl.policy import PolicyError
from rl.runtime import Tutor

SHIPPED = Path(rl.__file__).parent / "released" / "tutor.onnx"
PART = "tutor"
logger = logging.getLogger("pacer")


def policy_path(settings: Settings) -> Path:
    """The policy file of the settings, or the one that is shipped."""
    return settings.policy_path or SHIPPED


def load_tutor(settings: Settings, readiness: Readiness) -> Tutor:
    """The policy if it can be read, else the rule; the readiness says which, and why."""
    try:
        tutor = Tutor.load(policy_path(settings))
    except PolicyError as error:
        logger.warning("the rule chooses exercises: %s", error)
        readiness.report(PART, ok=True, state="rule", detail=str(error))
        return Tutor.rule()
    readiness.report(PART, ok=True, state=tutor.source, detail=f"version {tutor.version}")
    return tutor
