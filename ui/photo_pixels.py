"""A picture made anew from a file's pixels: turned upright, made smaller, free of everything else the file held."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QPainter

from console.domain.errors import OperatorError
from console.domain.photo_ports import Developed

THUMB_EDGE_PX, QUALITY, THUMB_QUALITY = 480, 90, 82
LEAST_EDGE_PX = 64
_MAGIC = {b"\x89PNG\r\n\x1a\n": b"png", b"\xff\xd8\xff": b"jpeg"}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heif", b"mif1", b"msf1")


class QtStudio:
    """Implements ``photo_ports.PhotoStudio`` with Qt's own readers; safe off the GUI thread."""

    def develop(self, raw: bytes, long_edge_px: int) -> Developed:
        """Make a picture from a file's bytes; OperatorError where they are no PNG or JPEG, or damaged."""
        upright = _upright(raw, _format_of(raw), long_edge_px)
        plain = _plain(upright)
        return Developed(
            _jpeg(plain, QUALITY), _jpeg(_within(plain, THUMB_EDGE_PX), THUMB_QUALITY), plain.width(), plain.height())


def read_picture(body: bytes) -> QImage:
    """Read a stored picture; safe off the GUI thread."""
    return QImage.fromData(body)


def _format_of(raw: bytes) -> bytes:
    for magic, form in _MAGIC.items():
        if raw.startswith(magic):
            return form
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC_BRANDS:
        raise OperatorError("HEIC pictures cannot be read here", "nothing was taken", "save it as JPEG or PNG first")
    raise OperatorError("It is neither a PNG nor a JPEG picture", "nothing was taken", "choose another file")


def _upright(raw: bytes, form: bytes, long_edge_px: int) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(raw))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, form)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and min(size.width(), size.height()) < LEAST_EDGE_PX:
        raise OperatorError("The picture is too small", "nothing was taken", "choose another file")
    if form == b"jpeg" and size.isValid() and max(size.width(), size.height()) > long_edge_px:
        reader.setScaledSize(size.scaled(QSize(long_edge_px, long_edge_px), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise OperatorError(
            "The picture is damaged or too large to read", "nothing was taken", "save it again from the camera")
    return _within(image, long_edge_px)


def _within(image: QImage, edge_px: int) -> QImage:
    if max(image.width(), image.height()) <= edge_px:
        return image
    return image.scaled(
        edge_px, edge_px, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _plain(image: QImage) -> QImage:
    """Give the pixels alone, in sRGB on white: no texts, no colour profile, no resolution."""
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    painter.drawImage(plain.rect(), image)
    painter.end()
    return plain


def _jpeg(image: QImage, quality: int) -> bytes:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    image.setColorSpace(QColorSpace())
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "jpeg", quality):  # type: ignore[call-overload]  # the stub knows only bytes
        raise OperatorError("The picture cannot be written", "nothing was taken", "choose another file")
    return bytes(buffer.data().data())
