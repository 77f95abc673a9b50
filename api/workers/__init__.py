"""Several processes that serve at one address: a parent that keeps them running, and what each of them does."""
