"""Fits student models to logs of real learners: what is read, how it is fitted, how far the fit is from the data."""
