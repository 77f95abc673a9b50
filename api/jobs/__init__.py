"""Work that must be done, though not before the answer: written down first, run at least once, retried, never lost."""
