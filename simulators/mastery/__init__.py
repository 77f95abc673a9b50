"""Mastery: a skill is known or not, and practice turns it over by chance."""
