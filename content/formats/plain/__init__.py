"""Formats of plain text with one way to write a choice: Aiken and Open Trivia."""
