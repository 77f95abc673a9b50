"""Finding items of a course by words, skill, difficulty and state; and changing many of them at once."""
