"""Asks since when an anesthetic is on, after the clock jumped or the console was started again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.session_state import Application
from console.services.local_time import clock_text
from ui.room.anesthetic_words import MINUTE_US
from ui.widgets.buttons import Button
from ui.widgets.fields import Stepper
from ui.widgets.texts import IconMark, Label, row


class DwellDoubt(QWidget):
    """A line with the possible starts. ``confirmed(since_us)`` and ``other_wanted`` by hand."""

    confirmed = Signal(object)  # microseconds do not fit a signal's int
    other_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._starts = (0, 0)
        self._words = Label("", "label_strong", "caution", wrap=True)
        self._late = Button("", "check", "normal", "m", name="dwell.since")
        self._early = Button("", "check", "normal", "m", name="dwell.earlier")
        self._other = Button("Other", "", "quiet", "m", name="dwell.other")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(IconMark("caution", "caution", 22))
        line.addWidget(self._words, 1)
        for button in (self._late, self._early, self._other):
            line.addWidget(button)
        self._late.triggered.connect(lambda: self.confirmed.emit(self._starts[0]))
        self._early.triggered.connect(lambda: self.confirmed.emit(self._starts[1]))
        self._other.triggered.connect(self.other_wanted)
        self.hide()

    def show_doubt(self, on_skin: Application | None) -> None:
        """Show the question for what is on the skin, or nothing."""
        asked = on_skin is not None and on_skin.in_doubt and on_skin.removed_at_us is None
        self.setVisible(asked)
        if on_skin is None or not asked:
            return
        self._starts = (on_skin.since_us, on_skin.earliest_us)
        late, early = (clock_text(one) for one in self._starts)
        self._words.show_text("Clock changed. On since when?")
        self._late.show_words(f"Since {late}", "", "check")
        self._early.show_words(f"Since {early}", "", "check")
        self._early.setVisible(early != late)


class StartSheet(QWidget):
    """Asks how long ago it was put on. ``given(since_us)`` once confirmed."""

    given = Signal(object)

    def __init__(self, now_us: int) -> None:
        super().__init__()
        self._now_us = now_us
        self._ago = Stepper(30, 5, 0, 600, 1, 0, "min", "Put on, minutes ago", "start.ago")
        self._ago.changed.connect(self._show)
        self._when = Label("", "tabular_strong")
        self._confirm = Button("Confirm the start", "check", "primary", "l", name="start.confirm")
        self._confirm.triggered.connect(lambda: self.given.emit(self._since_us()))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(row(Label("Minutes ago", "strong"), None, self._ago))
        box.addLayout(row(Label("On the skin since", "strong"), None, self._when))
        box.addWidget(self._confirm)
        self._show()

    def _since_us(self) -> int:
        return self._now_us - self._ago.value() * MINUTE_US

    def _show(self) -> None:
        self._when.show_text(clock_text(self._since_us()))
