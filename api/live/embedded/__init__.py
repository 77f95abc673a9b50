"""The live ports inside one process, for a service of one worker: bounded memory, the semantics of the Redis ones."""
