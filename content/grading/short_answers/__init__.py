"""Grading of short free-text answers in English by a model fitted to answers that people graded."""
