"""The live view of a learner's own journal, as server-sent events."""
