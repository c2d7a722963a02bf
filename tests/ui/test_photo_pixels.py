"""Only pixels are kept of a file: upright, bounded, and nothing of what stood beside them."""

import pytest
from camera_files import SECRETS, encoded, phone_jpeg, two_tone
from PySide6.QtGui import QImage

from console.domain.errors import OperatorError
from ui.photo_pixels import QtStudio


def test_nothing_but_pixels_is_left_of_a_phones_file() -> None:
    raw = phone_jpeg()
    assert all(secret in raw for secret in SECRETS)
    made = QtStudio().develop(raw, 2400)
    for part in (made.body, made.thumb):
        assert not any(secret in part for secret in SECRETS)
        assert part.startswith(b"\xff\xd8") and part.endswith(b"\xff\xd9")
        assert not _markers(part) & {0xE1, 0xE2, 0xED, 0xFE}


def _markers(jpeg: bytes) -> set[int]:
    found, at = set(), 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
    return found


def test_the_picture_stands_upright() -> None:
    made = QtStudio().develop(phone_jpeg(orientation=6), 2400)
    assert (made.width_px, made.height_px) == (200, 400)
    image = QImage.fromData(made.body)
    assert image.pixelColor(100, 50).red() > 150 and image.pixelColor(100, 350).blue() > 150


def test_words_of_a_png_are_left_behind_and_glass_is_white() -> None:
    image = QImage(300, 300, QImage.Format.Format_ARGB32)
    image.fill(0)
    image.setText("Author", "TEXTSECRET")
    raw = encoded(image, "png")
    made = QtStudio().develop(raw, 2400)
    assert b"tEXt" in raw and b"TEXTSECRET" not in made.body
    assert QImage.fromData(made.body).pixelColor(150, 150).lightness() > 250


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_the_long_edge_is_bounded(form: str) -> None:
    made = QtStudio().develop(encoded(two_tone(3000, 1000), form), 1200)
    assert (made.width_px, made.height_px) == (1200, 400)
    assert max(QImage.fromData(made.thumb).width(), QImage.fromData(made.thumb).height()) == 480


@pytest.mark.qt_log_ignore("JPEG", "libpng")  # what Qt itself says of damaged files
@pytest.mark.parametrize(("raw", "words"), [
    (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC pictures cannot be read here"),
    (b"GIF89a" + bytes(100), "neither a PNG nor a JPEG"),
    (b"", "neither a PNG nor a JPEG"),
    (b"\xff\xd8\xff\xe0" + bytes(500), "damaged or too large"),
    (b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged or too large"),
])
def test_what_is_no_picture_says_so(raw: bytes, words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        QtStudio().develop(raw, 2400)


def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(OperatorError, match="too small"):
        QtStudio().develop(encoded(two_tone(60, 60)), 2400)
