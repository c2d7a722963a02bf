"""How one page gives way to the next."""

from PySide6.QtCore import Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget


class Fade(QWidget):
    """The former page's picture, fading for 160 ms over the new one."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ground = ground
        self._picture, self._opacity = QPixmap(), 0.0
        self._run = QVariantAnimation(self)
        self._run.setDuration(160)
        self._run.setStartValue(1.0)
        self._run.setEndValue(0.0)
        self._run.valueChanged.connect(self._step)
        self._run.finished.connect(self.end)
        self.hide()

    def run(self, picture: QPixmap) -> None:
        """Fade a picture out."""
        self._picture, self._opacity = picture, 1.0
        self.setGeometry(self._ground.rect())
        self.show()
        self.raise_()
        self._run.start()

    def end(self) -> None:
        """Be gone."""
        self._run.stop()
        self._picture = QPixmap()
        self.hide()

    def _step(self, value: object) -> None:
        self._opacity = float(value) if isinstance(value, float | int) else 0.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(self._opacity)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()
