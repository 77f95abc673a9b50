"""The worker that looks at pictures: what it tells, and what it makes of broken ones."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from content.linting.access import luminance
from content.linting.pictures import WorkerPictures


@pytest.fixture(scope="module")
def pictures() -> Iterator[WorkerPictures]:
    worker = WorkerPictures()
    yield worker
    worker.close()


def file_of(image: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "JPEG"])
def test_one_colour_has_one_luminance(pictures: WorkerPictures, form: str) -> None:
    found = pictures.luminances(file_of(Image.new("RGB", (30, 20), (0, 0, 255)), form))
    assert len(found) == 600
    assert found == pytest.approx([luminance(0, 0, 255)] * 600, abs=0.02)


def test_what_is_transparent_is_white_as_the_page_and_large_pictures_are_sampled(pictures: WorkerPictures) -> None:
    image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 200, 200))
    found = pictures.luminances(file_of(image, "PNG"))
    assert len(found) == 96 * 96
    assert sorted(set(found)) == pytest.approx([0.0, 1.0])
    assert sum(found) == pytest.approx(96 * 48, abs=96)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_has_none_and_harms_nobody(pictures: WorkerPictures, data: bytes) -> None:
    assert pictures.luminances(data) == []
    whole = file_of(Image.effect_noise((50, 50), 60), "PNG")
    assert pictures.luminances(whole[: len(whole) // 2]) == []
    assert len(pictures.luminances(whole)) == 2500
