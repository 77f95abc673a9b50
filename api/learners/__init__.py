"""What a learner did and what follows from it: events, facts, and the state folded from them."""
