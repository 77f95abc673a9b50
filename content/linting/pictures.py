"""The light and dark of pictures, told by a worker process: decoding happens where a broken file harms nobody."""

from __future__ import annotations

from io import BytesIO

import msgspec

from content.grading.worker.process import Limits, Worker
from content.grading.worker.tasks import Handler
from content.linting.access import luminance

PICTURE_LIMITS = Limits(memory_mb=700, seconds=5.0)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
SIDE = 96
"""Pixels of a side that are looked at; a larger picture is sampled, so that its colours stay what they are."""
WHITE = (255, 255, 255, 255)


class WorkerPictures:
    """Tells the luminances of pictures. The process starts with the first picture. Safe to use from several threads."""

    def __init__(self, limits: Limits = PICTURE_LIMITS) -> None:
        self._worker = Worker("pictures", limits)

    def luminances(self, data: bytes) -> list[float]:
        """Relative luminances of a picture's pixels on a white page, empty for what is none.

        Raises WorkerError if the worker or its package is missing.
        """
        return msgspec.msgpack.decode(self._worker.ask(data), type=list[float])

    def close(self) -> None:
        """End the process; using it afterwards starts another."""
        self._worker.close()


def open_task() -> Handler:
    """The worker's side. Raises ModuleNotFoundError."""
    from PIL import Image

    def answer(request: bytes) -> bytes:
        try:
            with Image.open(BytesIO(request), formats=FORMATS) as picture:
                size = (min(SIDE, picture.width), min(SIDE, picture.height))
                drawn = picture.convert("RGBA").resize(size, Image.Resampling.NEAREST)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # Pillow's for a broken file
            return msgspec.msgpack.encode([])
        page = Image.alpha_composite(Image.new("RGBA", size, WHITE), drawn).convert("RGB").tobytes()
        pixels = (page[start : start + 3] for start in range(0, len(page), 3))
        return msgspec.msgpack.encode([luminance(*pixel) for pixel in pixels])

    return answer
