"""An account is deleted: everything about the learner goes, and a list of those who left outlives every backup."""
