"""The live ports on Redis, for many workers. What must be atomic is one Lua script on the server."""
