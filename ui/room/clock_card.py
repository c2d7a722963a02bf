"""The right card of the anesthetic page: times of day; before the start when, afterwards the pin test and removal."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from ui.room.anesthetic_words import Times, phase_rows
from ui.widgets.buttons import Button, ChoiceChip, ConfirmHold
from ui.widgets.lists import PhaseList
from ui.widgets.texts import Card, Label, Rule, row

BACK_MINUTES = (0, 5, 10, 15, 20, 30, 45, 60, 90)
PIN_TESTS = (("sharp", "Sharp"), ("dull", "Dull"), ("numb", "Numb"))


class ClockCard(Card):
    """``started(minutes_ago)``, ``tested(result)``, ``removed``, ``some_wanted``, ``back_time_changed`` by hand."""

    started = Signal(int)
    tested = Signal(str)
    removed = Signal()
    some_wanted = Signal()
    back_time_changed = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self.minutes_ago = 0
        self._times = PhaseList()
        self._back = {minutes: ChoiceChip("Now" if not minutes else f"{minutes} min ago", name=f"backtime.{minutes}",
                                          tick=False) for minutes in BACK_MINUTES}
        self.start = Button("On the skin now", "check", "primary", "l", name="anesthetic.apply")
        self.start.triggered.connect(self._start)
        self._pins = {key: ChoiceChip(word, name=f"pin.{key}", tick=False) for key, word in PIN_TESTS}
        self._pin_when = Label("", "tabular_label", "ink2")
        self._opens = Label("", "tabular_label", "ink2")
        self.remove = ConfirmHold("Hold to confirm", name="anesthetic.removed")
        self.remove.confirmed.connect(self.removed)
        self.some = Button("Some areas first", "", "quiet", "m", name="anesthetic.some")
        self.some.triggered.connect(self.some_wanted)
        self._title = Label("Removed and cleansed", "strong")
        self._foot = QWidget()
        self._mode = QStackedLayout(self._foot)
        self._build()

    def _build(self) -> None:
        self.body.addWidget(self._times)
        self.body.addWidget(Rule())
        for part in (self._start_part(), self._run_part()):
            self._mode.addWidget(part)
        self.body.addWidget(self._foot, 1)

    def _start_part(self) -> QWidget:
        part, grid = QWidget(), QGridLayout()
        grid.setSpacing(8)
        for place, (minutes, chip) in enumerate(self._back.items()):
            chip.chosen.connect(self._back_time(minutes))
            grid.addWidget(chip, place // 3, place % 3)
        self._back[0].setChecked(True)
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(row(Label("Put on", "strong"), None, Label("marked as back-timed", "label", "ink3")))
        box.addLayout(grid)
        box.addStretch(1)
        box.addWidget(self.start)
        return part

    def _run_part(self) -> QWidget:
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(row(Label("Pin test", "strong"), None, self._pin_when))
        pins = row(*self._pins.values(), spacing=8)
        for key, chip in self._pins.items():
            chip.clicked.connect(partial(self.tested.emit, key))
        box.addLayout(pins)
        box.addStretch(1)
        box.addLayout(row(self._title, None, self._opens))
        box.addWidget(self.some)
        box.addWidget(self.remove)
        return part

    def _back_time(self, minutes: int) -> Callable[[], None]:
        def choose() -> None:
            self.set_back_time(minutes)
            self.back_time_changed.emit()

        return choose

    def set_back_time(self, minutes: int) -> None:
        """Choose how long ago it was put on."""
        self.minutes_ago = minutes
        for number, chip in self._back.items():
            chip.setChecked(number == minutes)

    def _start(self) -> None:
        self.started.emit(self.minutes_ago)

    def show_start(self, times: Times | None, onset_s: int, longest_s: int, cover: str, locked: str) -> None:
        """Show the start, with the times it would give; ``locked`` says why it cannot be yet."""
        self._mode.setCurrentIndex(0)
        self._times.show_rows(phase_rows(times, "planned", cover, onset_s, longest_s))
        ago = f"On the skin for {self.minutes_ago} min" if self.minutes_ago else "On the skin now"
        self.start.setEnabled(not locked)
        self.start.show_words(ago, locked, "lock" if locked else "check")
        for chip in self._back.values():
            chip.setEnabled(not locked)

    def show_running(self, times: Times, state: str, cover: str, figures: tuple[int, int], opens: str,
                     title: str) -> None:
        """Show a running (or ended) clock. ``figures``: onset and longest, s; ``opens`` empty unlocks removal."""
        self._mode.setCurrentIndex(1)
        done = state == "removed"
        self._times.show_rows(phase_rows(times, state, cover, *figures, opens if done else ""))
        self._title.show_text(title)
        self._opens.show_text(opens)
        self.remove.setEnabled(not opens and not done)
        self.remove.show_words("Confirmed" if done else "Hold to confirm", "", "check", "quiet" if done else "primary")

    def show_stages(self, left: int, of_all: int) -> None:
        """Show on how many areas it still is; it can be taken off some of them first."""
        self.some.setVisible(left > 1)
        self.some.show_words("Some areas first", f"on {left} of {of_all}" if left < of_all else "", "")

    def show_pin(self, result: str, when: str, allowed: bool) -> None:
        """Show the pin test."""
        self._pin_when.show_text(when)
        for key, chip in self._pins.items():
            chip.setChecked(key == result)
            chip.setEnabled(allowed)
