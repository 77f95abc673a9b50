"""Leagues: weekly cohorts of learners who go at about the same pace, with promotion, demotion, and a way out."""
