"""An S3-compatible server on a free port: moto's, started for a test and stopped after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

BUCKET = "pacer-media"
KEY, SECRET = "a-key", "a+secret/of its own"


@contextmanager
def running_s3() -> Iterator[str]:
    """The URL of a server on loopback that holds nothing."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
