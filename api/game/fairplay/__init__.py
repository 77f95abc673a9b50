"""Fair play: what tells learning from going through the motions, and what follows from it."""
