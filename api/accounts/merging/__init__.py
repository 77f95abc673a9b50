"""A guest becomes part of an account: looked at first, then done; nothing is lost and nothing counts twice."""
