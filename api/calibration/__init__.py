"""Calibration of items on the command line."""
