"""What is shown while the program makes or opens something that takes a while."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.page import Page, StatusText
from ui.paint import PaintedWidget, paint_box
from ui.theme import color
from ui.widgets.texts import Card, IconMark, Label, row

CARD_PX, BAR_PX = 620, 12


class ProgressBar(PaintedWidget):
    """A bar that fills: ``show_share`` from 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(BAR_PX)
        self.show_share(0.0)

    def show_share(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.say("Progress", f"{self._share * 100:.0f} percent")
        self.update()

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self._share

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        edge = color("line") if color("track") == color("surface") else None
        paint_box(painter, box, BAR_PX / 2, color("track"), edge)
        if self._share > 0:
            width = max(box.width() * self._share, BAR_PX)
            paint_box(painter, QRectF(0, 0, width, BAR_PX), BAR_PX / 2, color("live"))


class ProgressPage(Page):
    """A sentence and a bar; ``show_progress`` costs little and may be called often."""

    title, frame = "One moment", "bare"

    def __init__(self, title: str = "Making the demo clinic") -> None:
        super().__init__()
        self._title = title
        self._words, self._figure = Label("", "body", "ink2", wrap=True), Label("0 %", "tabular", "ink2")
        self._words.setObjectName("progress.words")
        self._bar = ProgressBar()
        self._bar.setObjectName("progress.bar")
        card = Card(36, 16)
        card.setFixedWidth(CARD_PX)
        card.body.addLayout(row(IconMark("mark", "ink", 36), Label(title, "title"), None, spacing=16))
        card.body.addSpacing(4)
        card.body.addWidget(self._bar)
        line = row(self._words, self._figure)
        line.setStretch(0, 1)
        card.body.addLayout(line)
        whole = row(None, card, None, margins=16)
        whole.setAlignment(card, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(whole)

    def show_progress(self, words: str, share: float) -> None:
        """Say what is being done and how much of all is done, 0 to 1."""
        self._words.show_text(words)
        self._bar.show_share(share)
        self._figure.show_text(f"{self._bar.share * 100:.0f} %")

    def status(self) -> StatusText:
        return StatusText("Needling Console", ("One moment",))
