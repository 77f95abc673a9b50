"""Work done without a connection: many events in one request, bundles to work from, and what changed elsewhere."""
