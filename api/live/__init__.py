"""Live state: leaderboards, rate limits, messages between workers, presence, locks. All can be lost at any time."""
