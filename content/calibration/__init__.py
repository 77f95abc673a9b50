"""How items do: response models fitted to answers, statistics of items, and what to mend. Arrays and numbers only."""
