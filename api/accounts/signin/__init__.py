"""Signing in with an address and a password, links by mail, and the recovery code of a guest."""
