"""A camera for photos, through the optional extra ``camera``; without it files are imported."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage


class Camera(Protocol):
    """Gives live pictures until it is stopped. On the GUI thread."""

    def start(self, show: Callable[[QImage], None]) -> str:
        """Begin; ``show`` gets each picture. Gives the sentence why it cannot, empty where it began."""
        ...

    def stop(self) -> None: ...


def find_camera() -> Camera | None:
    """Give the camera, None where the extra is not installed; nothing of it is imported before it is started."""
    return QtCamera() if find_spec("PySide6.QtMultimedia") is not None else None


def shot_bytes(picture: QImage) -> bytes:
    """Give a live picture as a file's bytes, in memory."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "png")  # type: ignore[call-overload]  # the stub knows only bytes
    return bytes(buffer.data().data())


class QtCamera:
    """The system's default camera by QtMultimedia."""

    def __init__(self) -> None:
        self._parts: list[Any] = []

    def start(self, show: Callable[[QImage], None]) -> str:
        media = import_module("PySide6.QtMultimedia")
        device = media.QMediaDevices.defaultVideoInput()
        if device.isNull():
            return "No camera is connected; nothing was taken; import files."
        session, camera, sink = media.QMediaCaptureSession(), media.QCamera(device), media.QVideoSink()
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(lambda frame: show(frame.toImage()))
        camera.start()
        self._parts = [camera, sink, session]
        return ""

    def stop(self) -> None:
        if self._parts:
            self._parts[0].stop()
        self._parts = []
