"""Published tracks, and enrolling in them with a goal."""
