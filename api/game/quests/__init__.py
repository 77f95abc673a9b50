"""Daily and weekly quests: drawn from what helps this learner, never from minutes."""
