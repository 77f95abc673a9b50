"""Learners as mathematics: published student models, vectorised over learners."""
