"""Processes of their own for what must not run inside a serving one: each with limits on memory and time."""
