"""Gymnasium environments: what a teacher can see and do, the calendar, the objective.

Importing this package makes `Tutoring-v0` and the ids of the benchmark known to gymnasium where that is installed;
`envs.core` needs only numpy.
"""

from __future__ import annotations

from importlib.util import find_spec

from envs.ids import class_name, names_of

TUTORING_ID = "Tutoring-v0"


def benchmark_ids() -> tuple[str, ...]:
    """The ids of the benchmark, one for each family (and "mixed") and size; their classes are in `envs.benchmark`."""
    return tuple(names_of())


def register() -> None:
    """Make `Tutoring-v0` and the benchmark known to `gymnasium.make` and `gymnasium.make_vec`; again is harmless."""
    from gymnasium.envs.registration import register as register_env
    from gymnasium.envs.registration import registry

    entries = {TUTORING_ID: ("envs.tutoring:TutoringEnv", "envs.tutoring_vector:TutoringVectorEnv")}
    for id, (family, size) in names_of().items():
        name = f"envs.benchmark:{class_name(family, size)}"
        entries[id] = (name, f"{name}Vector")
    for id, (entry_point, vector_entry_point) in entries.items():
        if id not in registry:
            register_env(id=id, entry_point=entry_point, vector_entry_point=vector_entry_point)


if find_spec("gymnasium") is not None:
    register()
