"""The buttons at a live plot's head: how much time it shows, freeze, and while frozen the cursors."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.fields import Segments

WHOLE = "all"
SPANS = (("10", "10 s"), ("30", "30 s"), ("120", "2 min"), (WHOLE, "All"))
TOOL_PX = 44


class PlotTools(QWidget):
    """``span_chosen(seconds or 0 for the whole session)``, ``frozen(bool)``, ``cursor_chosen``, ``stepped(±1)``."""

    span_chosen = Signal(float)
    frozen = Signal(bool)
    last_wanted = Signal(bool)
    cursor_chosen = Signal(str)
    stepped = Signal(int)

    def __init__(self, span: str = "30") -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._live_row(span))
        self._stack.addWidget(self._frozen_row())
        self.setFixedHeight(TOOL_PX)

    def _live_row(self, span: str) -> QWidget:
        self.last = ChoiceChip("Last session", name="plot.last", height=TOOL_PX)
        self.last.hide()
        self.freeze = Button("Freeze", "pause", "quiet", "s", name="plot.freeze")
        self.spans = Segments(SPANS, "plot.span", TOOL_PX)
        for key, words in SPANS:
            said = "Show the whole session" if key == WHOLE else f"Show the last {words}"
            self.spans.part(key).setAccessibleName(said)
        self.spans.set_choice(span)
        self.last.chosen.connect(self.last_wanted)
        self.freeze.triggered.connect(lambda: self.frozen.emit(True))
        self.spans.chosen.connect(lambda key: self.span_chosen.emit(0.0 if key == WHOLE else float(key)))
        return _row(self.last, self.freeze, self.spans)

    def _frozen_row(self) -> QWidget:
        self.cursors = Segments((("a", "A"), ("b", "B")), "plot.cursor", TOOL_PX)
        for key in ("a", "b"):
            self.cursors.part(key).setAccessibleName(f"Move cursor {key.upper()}")
        self.cursors.set_choice("b")
        self.cursors.chosen.connect(self.cursor_chosen)
        less, more = (Button("", icon, "normal", "s", name=f"plot.step.{key}")
                      for icon, key in (("left", "less"), ("right", "more")))
        less.setAccessibleName("Cursor one step earlier")
        more.setAccessibleName("Cursor one step later")
        less.triggered.connect(lambda: self.stepped.emit(-1))
        more.triggered.connect(lambda: self.stepped.emit(1))
        live = Button("Live", "play", "primary", "s", name="plot.live")
        live.triggered.connect(lambda: self.frozen.emit(False))
        return _row(self.cursors, less, more, live)

    def show_frozen(self, frozen: bool) -> None:
        """Show the buttons of the frozen plot, or those of the live one."""
        self._stack.setCurrentIndex(1 if frozen else 0)


def _row(*parts: QWidget) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    line.addStretch(1)
    for part in parts:
        line.addWidget(part)
    return made
