"""Organisations, who belongs to them in which roles, and what a role opens."""
