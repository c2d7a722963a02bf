"""Sheets of the aftercare page: the code for the patient's phone, and the advice sources disagree on."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.aftercare import AftercareAdvice
from console.domain.sources import cite
from console.services.clinical_library import ClinicalLibrary
from ui.documents.qr_code import paint_code, side_modules
from ui.documents.sheet_case import AftercareSheet
from ui.paint import PaintedWidget
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Label, Rule, column, row

MODULE_PX = 4  # a phone at arm's length reads it from a screen of 100 dots an inch
MOST_PX = 456  # the height a sheet has on the smallest screen


class CodeView(PaintedWidget):
    """The sheet's text as a code, each module whole pixels wide."""

    def __init__(self, sheet: AftercareSheet) -> None:
        super().__init__()
        self.setObjectName("aftercare.code")
        self.text = sheet.plain_text()
        modules = side_modules(self.text)
        side = modules * max(1, min(MODULE_PX, MOST_PX // modules))
        self.setFixedSize(side, side)
        self.say("Code for the phone", self.text)

    def paint(self, painter: QPainter) -> None:
        paint_code(painter, QRectF(self.rect()), self.text)


class ShowSheet(QWidget):
    """The code beside the words for the patient; ``taken`` once somebody says the phone has it."""

    taken = Signal()

    def __init__(self, sheet: AftercareSheet) -> None:
        super().__init__()
        self._take = Button("The patient has it", "check", "primary", "l", name="aftercare.taken")
        self._take.triggered.connect(self.taken)
        words = QVBoxLayout()
        words.setSpacing(12)
        words.addWidget(Label(sheet.say("title"), "title"))
        words.addWidget(Label(sheet.say("code"), "body", "ink2", wrap=True))
        words.addWidget(Rule())
        words.addWidget(Label(sheet.clinic_phone, "tabular_strong"))
        for text in (sheet.clinic_name, sheet.after_hours()):
            if text:
                words.addWidget(Label(text, "label", "ink2", wrap=True))
        words.addStretch(1)
        words.addWidget(self._take)
        line = row(CodeView(sheet), spacing=24)
        line.addLayout(words, 1)
        self.setLayout(line)


class ChoicesSheet(QWidget):
    """Each advice on which sources disagree: what the sheet says, what the others say, and who says it."""

    def __init__(self, library: ClinicalLibrary) -> None:
        super().__init__()
        self.setObjectName("aftercare.choicesSheet")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        printed = {item.item_id for item in library.aftercare_items()}
        for choice in dict.fromkeys(item.choice for item in library.aftercare if item.choice):
            rivals = [item for item in library.aftercare if item.choice == choice]
            box.addWidget(Label(choice.replace("_", " ").capitalize(), "heading"))
            if conflict := next((one.conflict for one in rivals if one.conflict), ""):
                box.addWidget(Label(conflict, "body", "ink2", wrap=True))
            for item in rivals:
                _add_option(box, item, item.item_id in printed)
            box.addWidget(Rule())
        box.addWidget(Label("A manager changes it under «Settings»; it counts for sessions begun afterwards.",
                            "label", "ink2", wrap=True))


def _add_option(box: QVBoxLayout, item: AftercareAdvice, on_the_sheet: bool) -> None:
    words = f"{item.text}. {item.detail}" if item.detail else item.text
    label = Label(f"{words}, {hours_words(item)}", "strong" if on_the_sheet else "body", wrap=True)
    line = row(spacing=8)
    line.addWidget(label, 1)
    if on_the_sheet:
        line.addWidget(Tag("On the sheet", "done", "check"))
    box.addLayout(column(line, Label(cite(item.sources), "label", "ink2", wrap=True), spacing=2))


def hours_words(item: AftercareAdvice) -> str:
    """Write from when to when an advice holds: ``0 to 48 h``."""
    return f"{item.from_hours} to {item.until_hours} h" if item.until_hours is not None else f"from {item.from_hours} h"
