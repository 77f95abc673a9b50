"""Word to learners who asked for it: what they want, when it is sent and why, and the channels that carry it."""
