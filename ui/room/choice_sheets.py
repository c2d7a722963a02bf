"""Sheets that ask one thing: a reason, a note, the areas of a finding. No typing is needed in any."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.areas import label_of
from ui.widgets.buttons import Button, ChoiceChip, ConfirmHold
from ui.widgets.texts import Entry, Label

GAP = 8


def slug(text: str) -> str:
    """Give a short name for an object from words: «Tapped by mistake» is ``tapped_by_mistake``."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def chip_rows(chips: Sequence[QWidget], width: int) -> QVBoxLayout:
    """Lay chips in rows no wider than ``width`` px."""
    rows = QVBoxLayout()
    rows.setSpacing(GAP)
    line, used = QHBoxLayout(), 0
    for chip in chips:
        wide = chip.sizeHint().width()
        if used and used + GAP + wide > width:
            line.addStretch(1)
            rows.addLayout(line)
            line, used = QHBoxLayout(), 0
        line.setSpacing(GAP)
        line.addWidget(chip)
        used += wide + (GAP if used else 0)
    line.addStretch(1)
    rows.addLayout(line)
    return rows


class OneOf(QWidget):
    """Chips of which one is on at most; ``picked(str)`` by hand. Names are ``<prefix>.<slug>``."""

    picked = Signal(str)

    def __init__(self, options: Sequence[str], prefix: str, width: int) -> None:
        super().__init__()
        self._chips: dict[str, ChoiceChip] = {}
        for text in options:
            chip = ChoiceChip(text, name=f"{prefix}.{slug(text)}")
            chip.chosen.connect(self._picker(text))
            self._chips[text] = chip
        rows = chip_rows(list(self._chips.values()), width)
        rows.setContentsMargins(0, 0, 0, 0)
        self.setLayout(rows)

    def _picker(self, text: str) -> Callable[[bool], None]:
        def pick(on: bool) -> None:
            for name, chip in self._chips.items():
                chip.setChecked(on and name == text)
            self.picked.emit(text if on else "")

        return pick

    def choice(self) -> str:
        """Give the chip that is on, or empty."""
        return next((text for text, chip in self._chips.items() if chip.isChecked()), "")

    def choose(self, text: str) -> None:
        """Switch a chip on without telling; empty switches all off."""
        for name, chip in self._chips.items():
            chip.setChecked(name == text)


class ReasonSheet(QWidget):
    """Asks why, by chips, with a line for other words. ``given(str)`` once confirmed.

    ``at_once``: touching a chip is enough. ``hold``: confirming takes a hold.
    """

    given = Signal(str)

    def __init__(self, prompt: str, reasons: Sequence[str], confirm: str = "Confirm", hold: bool = False,
                 at_once: bool = False, kind: str = "primary", width: int = 512, words: bool = True) -> None:
        super().__init__()
        self._at_once = at_once
        self._chips = OneOf(reasons, "reason", width)
        self._chips.picked.connect(self._picked)
        self._words = Entry()
        self._words.setObjectName("reason.text")
        self._words.setPlaceholderText("Other words, if needed")
        self._words.setAccessibleName("Other words, if needed")
        self._words.textChanged.connect(self._show_ready)
        self._confirm = ConfirmHold(confirm, name="reason.confirm") if hold else Button(
            confirm, "check", kind, "l", name="reason.confirm")
        self._confirm.triggered.connect(self._give)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addWidget(Label(prompt, "body", "ink2", wrap=True))
        box.addWidget(self._chips)
        box.addWidget(self._words)
        self._words.setHidden(not words)
        if not at_once or words:
            box.addWidget(self._confirm)
        else:
            self._confirm.hide()
        self._show_ready()

    def reason(self) -> str:
        """Give the reason as it stands: the chip, the words, or both."""
        return ": ".join(part for part in (self._chips.choice(), self._words.text().strip()) if part)

    def _picked(self, text: str) -> None:
        self._show_ready()
        if text and self._at_once and not self._words.text().strip():
            self.given.emit(text)

    def _show_ready(self) -> None:
        self._confirm.setEnabled(bool(self.reason()))

    def _give(self) -> None:
        if self.reason():
            self.given.emit(self.reason())


class AreaChips(QWidget):
    """The areas a finding touches, several abreast, with «All areas» first. ``changed`` by hand."""

    changed = Signal()

    def __init__(self, area_ids: Sequence[str], columns: int = 5) -> None:
        super().__init__()
        self._all = ChoiceChip(f"All {len(area_ids)} areas", name="area.all")
        self._all.chosen.connect(self._take_all)
        self._chips = {area_id: ChoiceChip(label_of(area_id), name=f"area.{area_id}") for area_id in area_ids}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        self.setFixedHeight((len(area_ids) // columns + 1) * (48 + GAP) - GAP)
        grid.addWidget(self._all, 0, 0)
        for place, chip in enumerate(self._chips.values(), 1):
            chip.chosen.connect(self._one)
            grid.addWidget(chip, place // columns, place % columns)

    def areas(self) -> tuple[str, ...]:
        """Give the areas chosen."""
        return tuple(area_id for area_id, chip in self._chips.items() if chip.isChecked())

    def choose(self, area_ids: Sequence[str]) -> None:
        """Switch areas on without telling."""
        for area_id, chip in self._chips.items():
            chip.setChecked(area_id in area_ids)
        self._all.setChecked(len(self.areas()) == len(self._chips))

    def _take_all(self, on: bool) -> None:
        self.choose(tuple(self._chips) if on else ())
        self.changed.emit()

    def _one(self, _on: bool) -> None:
        self._all.setChecked(len(self.areas()) == len(self._chips))
        self.changed.emit()
