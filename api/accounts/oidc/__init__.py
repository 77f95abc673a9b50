"""Signing in with an OpenID provider: its ID token is proof of who somebody is."""
