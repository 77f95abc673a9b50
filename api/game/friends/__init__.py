"""Friends: two learners who showed each other a code, see little of each other, and do a quest together each week."""
