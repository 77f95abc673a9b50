"""Everything durable: the Journal and Documents ports and their implementations."""

from api.store.opening import Store, check_store, open_store

__all__ = ["Store", "check_store", "open_store"]
