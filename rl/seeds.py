"""Every seed of the released policy, its rivals and their comparison, in one place. The three sets share nothing.

Training draws episodes from `TRAINING_SEEDS` and keeps the checkpoint best on `VALIDATION_SEED`, the rivals are tuned
on `TUNING_SEEDS`, and what is reported was measured on `EVALUATION_SEEDS`, which nothing was trained, tuned or selected
on.
"""

TRAINING_SEEDS = (1, 2, 3)
VALIDATION_SEED = 501  # learners that choose the best checkpoint of a training run, and which families count more
ABLATION_SEED = 777  # learners by whom parts of the training recipe are judged
SCALE_SEED = 601  # learners that say how large gains are in a family
TUNING_SEEDS = (1001, 1002)  # trials; the choice among the best trials
EVALUATION_SEEDS = (2001, 2002, 2003, 2004, 2005)
