"""The journal and the documents in a MongoDB database."""
