"""The online service: HTTP, storage, accounts, sessions, game, command line. The top room of the house."""
