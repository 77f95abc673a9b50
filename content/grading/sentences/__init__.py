"""Sentences as vectors: a small BERT encoder, run by onnxruntime in a worker process of its own."""
