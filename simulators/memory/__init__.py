"""Memory: facts that are recalled or not, forgotten with time, and kept by practice."""
