"""Everything durable: the Journal and Documents ports and their implementations."""
