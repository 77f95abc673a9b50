"""The agent: belief about a learner, features, policy network, training, evaluation. `rl.runtime` needs no torch."""
