"""Which entry of the clinical files a catalogue product is: by it the console knows limits and warnings."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.services.catalogue_desk import ClinicalEntry
from ui.room.choice_sheets import chip_rows
from ui.widgets.buttons import ChoiceChip
from ui.widgets.texts import Label

WITHOUT = {
    "anesthetic": "Without one no limits are known, and it cannot be applied.",
    "serum": "Without one the console cannot say whether it is meant for the dermis.",
    "glide": "Without one the console cannot say whether it is meant for the dermis.",
}


class EntryChips(QWidget):
    """The entries of a role as chips, one on at most. ``changed`` by hand."""

    changed = Signal()

    def __init__(self, entries_of: Callable[[str], Sequence[ClinicalEntry]], prefix: str, width: int) -> None:
        super().__init__()
        self._entries_of, self._prefix, self._width = entries_of, prefix, width
        self._chips: dict[str, ChoiceChip] = {}
        self._holder = QWidget()
        self._without = Label("", "label", "ink2", wrap=True)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        for part in (Label("What it is in the clinical files", "label", "ink2"), self._holder, self._without):
            self._box.addWidget(part)

    def show_role(self, role: str, chosen: str = "") -> None:
        """Offer the entries of a role, with one on or none."""
        self._chips = {one.clinical_id: ChoiceChip(one.name, name=f"{self._prefix}.{one.clinical_id}")
                       for one in self._entries_of(role)}
        for clinical_id, chip in self._chips.items():
            chip.chosen.connect(self._picker(clinical_id))
            chip.setChecked(clinical_id == chosen)
        holder, old = QWidget(), self._holder
        rows = chip_rows(list(self._chips.values()), self._width)
        rows.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(rows)
        self._box.replaceWidget(old, holder)
        self._holder = holder
        old.hide()
        old.deleteLater()
        self._without.show_text(WITHOUT.get(role, ""))
        self._show_need()

    def has_any(self) -> bool:
        """Tell whether the role has entries at all; a cartridge has none."""
        return bool(self._chips)

    def choice(self) -> str:
        """Give the id of the entry that is on, or empty."""
        return next((clinical_id for clinical_id, chip in self._chips.items() if chip.isChecked()), "")

    def _picker(self, clinical_id: str) -> Callable[[bool], None]:
        def pick(on: bool) -> None:
            for other, chip in self._chips.items():
                chip.setChecked(on and other == clinical_id)
            self._show_need()
            self.changed.emit()

        return pick

    def _show_need(self) -> None:
        self._without.set_tone("ink3" if self.choice() else "caution")
