"""Student models whose laws were learned from logs by a neural network."""
