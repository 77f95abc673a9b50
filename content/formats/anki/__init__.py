"""Anki decks (.apkg, .colpkg): schema 11 and the newer one packed by Zstandard."""
