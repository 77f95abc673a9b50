"""What the service tells those who run it: logs and traces. Neither ever holds personal data."""
