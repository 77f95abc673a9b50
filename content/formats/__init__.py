"""Formats in which content is written and exchanged."""
