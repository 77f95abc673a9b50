"""Review of a course before it is published: submitted, discussed, approved or declined."""
