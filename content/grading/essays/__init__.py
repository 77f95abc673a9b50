"""Advice on essays: a rubric's traits, predicted by a model fitted to essays that people judged."""
