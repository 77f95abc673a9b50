"""Models that advise on essays, each made of an author's own judged examples."""
