"""The agent: belief about a learner, features, policy network, training, benchmark. `rl.runtime` needs no torch."""
