"""Taking the anesthetic off in stages: which product, which areas, and a hold that says removed and cleansed."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.anesthesia import DwellState
from console.domain.errors import OperatorError
from console.domain.session_state import Application
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.local_time import clock_text
from ui.room.anesthetic_words import times_of
from ui.room.choice_sheets import AreaChips, OneOf
from ui.widgets.buttons import ConfirmHold
from ui.widgets.texts import Label

EARLY = ("Patient asks for it", "Numb already", "Skin reacts", "Feels unwell", "No time left")
WIDTH_PX = 900


class RemovalSheet(QWidget):
    """Of the session in front; needling may begin on an area once it is confirmed here. ``done`` when all is off."""

    done = Signal()

    def __init__(self, console: Console, refused: Callable[[str], None]) -> None:
        super().__init__()
        self._console, self._refused = console, refused
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        self._part: QWidget | None = None
        self._chosen = ""
        self._show()

    def _on(self) -> list[Application]:
        front = self._console.desk.front
        return front.state.anesthetics_on() if front is not None else []

    def _show(self) -> None:
        on = self._on()
        if not on:
            self.done.emit()
            return
        names = {f"{one.applied.product.name}, {clock_text(one.since_us)}": one for one in on}
        if self._chosen not in names:
            self._chosen = next(iter(names))
        if self._part is not None:
            self._box.removeWidget(self._part)
            self._part.hide()
            self._part.deleteLater()
        self._part = self._one(names[self._chosen], list(names))
        self._box.addWidget(self._part)

    def _one(self, on_skin: Application, names: list[str]) -> QWidget:
        part, front = QWidget(), self._console.desk.front
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        if len(names) > 1:
            products = OneOf(names, "removal.product", WIDTH_PX)
            products.choose(self._chosen)
            products.picked.connect(self._turn)
            box.addWidget(products)
        needling = front is not None and front.state.phase is Phase.NEEDLING
        clean = "Wipe it off, cleanse and disinfect the skin there." if needling else "Wipe it off, cleanse the skin."
        box.addWidget(Label(f"{on_skin.applied.product.name}: where is it off? {clean}", "body", "ink2", wrap=True))
        areas = AreaChips(on_skin.on_areas(front.state.areas if front else ()))
        box.addWidget(areas)
        early = self._console.doses.dwell_of(on_skin).state is DwellState.ONSET
        reasons = OneOf(EARLY, "removal.early", WIDTH_PX) if early else None
        if reasons is not None:
            ready = clock_text(times_of(on_skin).ready_us)
            box.addWidget(Label(f"It has its time at {ready}. Why is it off before?", "body", "caution", wrap=True))
            box.addWidget(reasons)
        hold = ConfirmHold("Hold: removed and cleansed", name="removal.confirm")
        box.addWidget(hold)

        def why() -> str:
            return reasons.choice() if reasons is not None else ""

        def show_ready() -> None:
            missing = "choose where" if not areas.areas() else "say why" if early and not why() else ""
            hold.setEnabled(not missing)
            hold.show_words(hold.text(), missing, "lock" if missing else "check")

        areas.changed.connect(show_ready)
        if reasons is not None:
            reasons.picked.connect(show_ready)
        hold.confirmed.connect(lambda: self._remove(on_skin, areas.areas(), why()))
        show_ready()
        return part

    def _turn(self, name: str) -> None:
        self._chosen = name or self._chosen
        self._show()

    def _remove(self, on_skin: Application, area_ids: tuple[str, ...], early_reason: str) -> None:
        try:
            self._console.doses.remove(on_skin, early_reason, area_ids)
        except OperatorError as error:
            self._refused(str(error))
            return
        self._show()
