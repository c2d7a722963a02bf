"""Holding and erasing one patient's record from a page: the sheets that ask, and what is told after."""

from PySide6.QtCore import QObject, Signal

from console.domain.erasure import Erasure
from console.services.keeping_desk import KeepingDesk, RecordStanding
from ui.desk.erase_sheet import WIDTH_PX, EraseSheet
from ui.page import Page
from ui.room.choice_sheets import ReasonSheet

HOLD_REASONS = ("Letter of a lawyer", "Question of an insurer", "Inquiry of an authority", "Complaint")
LIFT_REASONS = ("Settled", "Inquiry closed", "Set by mistake")
REASON_PX = 560


class KeepingActs(QObject):
    """``hold_changed()`` and ``erased(Erasure)`` once they are done; what is refused is told by the window."""

    hold_changed = Signal()
    erased = Signal(object)

    def __init__(self, page: Page, desk: KeepingDesk) -> None:
        super().__init__(page)
        self._page, self._desk = page, desk

    def ask_hold(self, patient_id: str, held: bool) -> None:
        """Ask why a hold is set (``held``) or lifted, and do it."""
        words = "While it stands nothing of this record can be erased." if held else "The hold is lifted for good."
        sheet = ReasonSheet(words, HOLD_REASONS if held else LIFT_REASONS, "Confirm")
        sheet.given.connect(lambda why: self._change_hold(patient_id, why, held))
        self._page.shell.close_overlay()
        self._page.shell.show_overlay(sheet, "Set a legal hold" if held else "Lift the legal hold", REASON_PX)

    def _change_hold(self, patient_id: str, why: str, held: bool) -> None:
        shell = self._page.shell
        shell.close_overlay()
        done = f"{patient_id} is under a legal hold." if held else f"The hold on {patient_id} is lifted."

        def changed(_: None) -> None:
            shell.tell(done, "done")
            self.hold_changed.emit()

        self._desk.change_hold(patient_id, why, held, changed, lambda error: shell.tell(str(error), "stop"))

    def ask_erasure(self, standing: RecordStanding) -> None:
        """Ask for ground, reason, number and PIN, and erase."""
        sheet = EraseSheet(self._desk, standing)
        sheet.erased.connect(self._erased)
        self._page.shell.close_overlay()
        self._page.shell.show_overlay(sheet, f"Erase {standing.trace.patient_id}", WIDTH_PX)

    def _erased(self, made: Erasure) -> None:
        self._page.shell.close_overlay()
        self._page.shell.tell(f"{made.patient_id} was erased, as number {made.number} of the ledger.", "done")
        self.erased.emit(made)
