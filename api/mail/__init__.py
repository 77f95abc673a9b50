"""Letters to people: a port, SMTP behind it, and the texts."""
