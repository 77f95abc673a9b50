"""A draft as learners would see it and play it. Nothing is written anywhere: what was played, the caller holds."""
