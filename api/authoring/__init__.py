"""Authors: courses as drafts, their review, their published versions, and what learners report of them."""
