"""Pictures and sounds of items: known by the hash of their bytes, checked by them, without what they tell of people."""
