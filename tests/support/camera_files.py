"""Picture files as cameras and phones write them: metadata of every kind around a few pixels."""

import struct

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QColorSpace, QImage, QPainter

SECRETS = (b"GPSSECRET", b"XMPSECRET", b"COMSECRET", b"TAILSECRET", b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com")


def encoded(image: QImage, form: str = "jpeg") -> bytes:
    """Give an image as a file's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)
    return bytes(buffer.data().data())


def two_tone(width: int = 400, height: int = 200, profile: bool = False) -> QImage:
    """Left half red, right half blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 30, 30))
    painter = QPainter(image)
    painter.fillRect(width // 2, 0, width, height, QColor(30, 30, 200))
    painter.end()
    if profile:
        image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb))
    return image


def phone_jpeg(orientation: int = 6) -> bytes:
    """A JPEG with EXIF (turned, with a place), XMP, a colour profile, a comment and data behind its end."""
    plain = encoded(two_tone(profile=True))
    assert b"ICC_PROFILE" in plain
    exif = _segment(0xE1, b"Exif\0\0" + _tiff(orientation))
    xmp = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>XMPSECRET</x>")
    return plain[:2] + exif + xmp + _segment(0xFE, b"COMSECRET") + plain[2:] + b"TAILSECRET"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _tiff(orientation: int) -> bytes:
    place = b"GPSSECRET\0"
    entries = [struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0), struct.pack(">HHII", 0x010E, 2, len(place), 38)]
    return b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 2) + b"".join(entries) + struct.pack(">I", 0) + place
