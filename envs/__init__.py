"""Gymnasium environments: what a teacher can see and do, the calendar, the objective."""
