"""Algebraic expressions: read by a grammar of our own, compared by sympy in a worker process with limits."""
