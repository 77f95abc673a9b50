"""Lessons: an exercise, its answer, the reward and the next exercise, in one round trip."""
