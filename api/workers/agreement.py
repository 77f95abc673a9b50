"""What a parent and its workers agree on. The parent answers nobody, so nothing here imports what answers."""

from __future__ import annotations

COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Names the directory in which workers count together; the Prometheus client looks at it when it is imported."""
