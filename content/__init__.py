"""What can be learned: skills, items, tracks, grading, file formats, course arrays. Knows no other room."""
