"""Goals of a learner: so much a day, ready by a date, back after a break, and enough for today."""
