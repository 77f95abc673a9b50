"""What the game does to simulated learners, and how well unfair play is told from learning. Not needed to serve."""
