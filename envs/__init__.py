"""Gymnasium environments: what a teacher can see and do, the calendar, the objective.

Importing this package makes `Tutoring-v0` known to gymnasium where that is installed; `envs.core` needs only numpy.
"""

from __future__ import annotations

from importlib.util import find_spec

TUTORING_ID = "Tutoring-v0"


def register() -> None:
    """Make `Tutoring-v0` known to `gymnasium.make` and `gymnasium.make_vec`; again is harmless."""
    from gymnasium.envs.registration import register as register_env
    from gymnasium.envs.registration import registry

    if TUTORING_ID in registry:
        return
    register_env(
        id=TUTORING_ID,
        entry_point="envs.tutoring:TutoringEnv",
        vector_entry_point="envs.tutoring_vector:TutoringVectorEnv",
    )


if find_spec("gymnasium") is not None:
    register()
