"""Grading outcome scales: each scale's own levels, by practitioner or patient; nothing is pre-filled."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.outcomes import GRADERS, grade_outcome, graded
from console.services.clinical_parts import Scale
from ui.room.choice_sheets import OneOf
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments, Stepper
from ui.widgets.texts import Label, column, row, scrolled

if TYPE_CHECKING:
    from ui.room.room_page import RoomPage

SHEET_PX, CHIPS_PX = 900, 800
NOT_OUTCOMES = ("none",)  # a skin type is no outcome


class _ScaleRow(QWidget):
    """One scale; ``take(value)`` once chosen."""

    def __init__(self, scale: Scale, take: Callable[[int], None]) -> None:
        super().__init__()
        self._scale, self._take = scale, take
        better = {"lower": f"{scale.low} is best", "higher": f"{scale.high} is best"}.get(scale.better, "")
        head = row(Label(scale.name, "strong"), None, Label(f"Version {scale.version}, {better}", "caption", "ink2"))
        box = column(head, spacing=6)
        if scale.levels:
            chips = OneOf(scale.levels, f"scale.{scale.scale_id}", CHIPS_PX)
            chips.picked.connect(self._picked)
            box.addWidget(chips)
        else:
            self.value = Stepper(scale.low, 1, scale.low, scale.high, unit=scale.unit, label=scale.name,
                                 name=f"scale.{scale.scale_id}")
            done = Button("Take this value", "check", "quiet", "m", name=f"scale.{scale.scale_id}.take")
            done.triggered.connect(lambda: self._take(self.value.value()))
            box.addLayout(row(self.value, done, None))
        self.setLayout(box)

    def _picked(self, level: str) -> None:
        if level:
            self._take(self._scale.low + self._scale.levels.index(level))


class OutcomeSheet(QWidget):
    """``graded(Scale, value, grader)`` for each value taken."""

    graded = Signal(object, int, str)

    def __init__(self, scales: tuple[Scale, ...]) -> None:
        super().__init__()
        self.by = Segments(tuple(GRADERS.items()), "outcome.by")
        self.by.set_choice("practitioner")
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(16)
        for scale in scales:
            if scale.better not in NOT_OUTCOMES:
                rows.addWidget(_ScaleRow(scale, partial(self._take, scale)))
        rows.addStretch(1)
        area = scrolled(inner)
        area.setMinimumHeight(400)
        self.setLayout(column(row(Label("Graded by", "strong"), None, self.by), area))

    def _take(self, scale: Scale, value: int) -> None:
        self.graded.emit(scale, value, self.by.choice())


def ask_outcome(page: "RoomPage", title: str) -> None:
    """Open the scales over a page of the room; each value taken is recorded in the session."""
    def take(scale: Scale, value: int, by: str) -> None:
        if page.attempt(lambda: page.console.desk.do(grade_outcome(graded(scale, value, by)))):
            page.shell.tell(f"{scale.name}: {value} is recorded.", "done")

    sheet = OutcomeSheet(page.console.library.scales)
    sheet.graded.connect(take)
    page.shell.show_overlay(sheet, title, SHEET_PX)
