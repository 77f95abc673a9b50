"""Published versions of a course: immutable, compared, rolled back to, retired."""
