"""Advice to authors: what could be better, what is missing, how items do, what may belong where. A person decides."""
