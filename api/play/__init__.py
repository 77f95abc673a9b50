"""`pacer play`: simulated learners use a running server over HTTP, and what they learn is compared and shown."""

from api.play.commands import play as command

__all__ = ["command"]
