"""Translations of a course: what is missing, what is stale, and how they follow their source."""
