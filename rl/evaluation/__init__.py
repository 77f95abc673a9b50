"""How good a tutor is, against its rivals, on simulated learners nothing was trained, tuned or selected on."""
