"""QTI of 1EdTech, versions 1.2, 2.1, 2.2 and 3.0, and the packages and Common Cartridges that carry it."""
