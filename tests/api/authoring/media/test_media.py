from __future__ import annotations

import base64
import io
import struct
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image

from api.authoring.media.ports import MediaError
from api.authoring.media.stripping import stripped
from tests.api.accounts.conftest import bearer, kind
from tests.api.authoring.author import Author, picture
from tests.api.conftest import Served

SECRET = b"GPS 52.5163 N 13.3777 E"


def drawn(form: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A picture that a common library has drawn."""
    image = Image.new("RGB", size, (200, 30, 60))
    for x in range(min(size)):
        image.putpixel((x, x), (x * 5 % 256, 255 - x * 3 % 256, x * 7 % 256))
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    """Metadata with a place and an orientation."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = SECRET.decode()
    return found.tobytes()


def pixels(data: bytes) -> list[Any]:
    with Image.open(io.BytesIO(data)) as image:
        return list(image.convert("RGB").getdata())


@pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")
@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"exif": exif(1), "comment": SECRET, "progressive": True}),
        ("JPEG", {"exif": exif(6)}),
        ("GIF", {"comment": SECRET}),
        ("WEBP", {"exif": exif(3), "xmp": SECRET, "lossless": True}),
        ("WEBP", {"exif": exif(3)}),
    ],
)
def test_metadata_go_and_pixels_stay(form: str, options: dict[str, Any]) -> None:
    data = drawn(form, **options)
    clean = stripped(data)
    assert clean.type == f"image/{form.lower()}"
    assert SECRET not in clean.data
    assert pixels(clean.data) == pixels(data)
    assert stripped(clean.data).data == clean.data


def test_a_png_loses_its_texts_and_a_photograph_keeps_its_orientation() -> None:
    data = picture((b"tEXt", b"Author\0Ana"), (b"eXIf", SECRET), (b"tIME", b"\x07\xe6\1\1\1\1\1"))
    assert stripped(data).data == picture()
    with Image.open(io.BytesIO(stripped(drawn("JPEG", exif=exif(6))).data)) as image:
        assert dict(image.getexif()) == {0x0112: 6}


def test_what_hides_between_scans_or_behind_the_end_of_a_photograph_goes() -> None:
    data = drawn("JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    hidden = data[:last] + comment + data[last:] + drawn("JPEG", exif=exif(1))
    assert stripped(hidden).data == stripped(data).data


def wav(*extra: tuple[bytes, bytes]) -> bytes:
    chunks = [(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)), *extra, (b"data", b"\x80" * 9)]
    body = b"".join(name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) & 1) for name, part in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def test_sounds_lose_their_tags() -> None:
    assert stripped(wav((b"LIST", b"INFO" + SECRET))).data == wav()
    frames = b"\xff\xfb\x90\x00" + b"\0" * 400
    tagged = b"ID3\4\0\0\0\0\0\x17" + SECRET + frames + b"TAG" + SECRET.ljust(125, b"\0")
    assert stripped(tagged).data == frames


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "is image/svg"),
        (b"MZ\x90\0 a program", "of no known kind"),
        (b"<html><script>alert(1)</script>", "of no known kind"),
        (picture()[:-20], "picture"),
        (picture().replace(struct.pack(">II", 1, 1), struct.pack(">II", 100_000, 100_000)), "damaged"),
        (drawn("JPEG")[:200], "picture|whole"),
        (drawn("GIF")[:-40], "picture|whole"),
        (b"\xff\xd8\xff\xd9", "no size"),
        (drawn("PNG", (12_001, 1)), "12001 by 1 pixels"),
        (b"\0" * 3_000_001, "3000001 bytes"),
    ],
)
def test_what_is_no_harmless_picture_or_sound_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(MediaError, match=told):
        stripped(data)


def test_no_mutation_of_a_file_breaks_the_reader() -> None:
    from random import Random

    rng = Random(5)
    samples = [drawn("PNG"), drawn("JPEG", exif=exif(6)), drawn("GIF"), drawn("WEBP"), wav()]
    n_refused = 0
    for number in range(2000):
        data = bytearray(samples[number % len(samples)])
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            stripped(bytes(data[: rng.randint(1, len(data))]))
        except MediaError:
            n_refused += 1
    assert n_refused > 1000


async def test_media_are_kept_by_their_clean_bytes_and_served_for_good(service: Served, author: Author) -> None:
    data = picture((b"tEXt", b"Author\0Ana"))
    kept = await author.post("/media", {"data": base64.b64encode(data).decode()})
    assert kept == {"sha256": sha256(picture()).hexdigest(), "type": "image/png", "bytes": len(picture())}
    address = f"/v1/media/{kept['sha256']}"
    learner = await service.guest()
    answer = await service.client.get(address, headers=bearer(learner))
    assert (answer.content, answer.headers["content-type"]) == (picture(), "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = await service.client.get(address, headers=bearer(learner) | {"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert kind(await service.client.get("/v1/media/" + "0" * 64, headers=bearer(learner))) == (404, "not-found")
    bad = await author.ask("POST", "/media", {"data": base64.b64encode(b"no picture").decode()})
    assert kind(bad) == (422, "bad-media")
    assert kind(await author.ask("POST", "/media", {})) == (400, "invalid-request")


async def test_a_large_file_comes_in_parts(service: Served, author: Author) -> None:
    data = drawn("PNG", (900, 700)) + b""
    upload = await author.post("/uploads", {"filename": "large.png"})
    half = len(data) // 2
    for number, part in ((2, data[half:]), (1, data[:half])):
        body = {"data": base64.b64encode(part).decode()}
        await author.call("PUT", f"/uploads/{upload['id']}/parts/{number}", body, 204)
    kept = await author.post("/media", {"uploadId": upload["id"]})
    assert kept["bytes"] <= len(data)
    await author.call("PUT", f"/uploads/{upload['id']}/parts/4", {"data": ""}, 204)
    assert kind(await author.ask("POST", "/media", {"uploadId": upload["id"]})) == (422, "bad-media")
    service.clock.forward(86_400)
    author.headers = {"authorization": f"Bearer {(await fresh(service, author))['accessToken']}"}
    assert kind(await author.ask("POST", "/media", {"uploadId": upload["id"]})) == (404, "not-found")


async def fresh(service: Served, author: Author) -> dict[str, str]:
    known = {name: author.tokens[name] for name in ("learnerId", "deviceSecret")}
    answer = await service.client.post("/v1/auth/guest", json={"zone": "UTC", **known})
    tokens: dict[str, str] = answer.json()
    return tokens
