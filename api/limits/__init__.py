"""How many requests a learner, or an address that signs in, may send: one limit for all workers."""
