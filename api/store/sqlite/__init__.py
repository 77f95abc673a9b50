"""The journal and the documents in one SQLite file."""
