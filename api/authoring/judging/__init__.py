"""Answers that a person has to judge: essays, high stakes, and whatever no model was sure of."""
