"""Everything a session can be written as, each in a sentence."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.page import Action
from ui.widgets import Button, Label, column

SHEET_PX = 640
FORMS = (
    ("pdf", "Report PDF", "for people: what was done, used, agreed and proved", "file"),
    ("csv", "Tables CSV", "a folder of readings, events and areas, with a README", "list"),
    ("json", "Sealed history JSON", "every event and sample with its chain, to be proved elsewhere", "lock"),
    ("parquet", "Samples Parquet", "the readings alone, for analysis", "chart"),
    ("fhir", "FHIR R4 document", "for other record systems, the raw record within", "globe"),
    ("fhir_photos", "FHIR R4 with photos", "the same, the photos within", "user"),
)
WORDS = {form: words for form, words, _, _ in FORMS}


class ExportSheet(QWidget):
    """``chosen(form)``; buttons are named ``export.<form>``."""

    chosen = Signal(str)

    def __init__(self, pictures: bool) -> None:
        super().__init__()
        lines: list[QWidget] = []
        for form, words, hint, icon in FORMS:
            there = pictures or form != "fhir_photos"
            button = Button(words, icon, "normal", "l", hint if there else "this session has none", "right",
                            name=f"export.{form}")
            button.setEnabled(there)
            button.triggered.connect(partial(self.chosen.emit, form))
            lines.append(button)
        note = Label("What is written is not encrypted; keep it safe. That it was written is noted in the audit.",
                     "label", "ink2", wrap=True)
        self.setLayout(column(*lines, note, spacing=8))


def export_action(writing: str, act: Callable[[], object], enabled: bool) -> Action:
    """Give the bar's button that opens the sheet; while a form is written it says so."""
    words = f"Writing {WORDS[writing]}…" if writing else "Export"
    return Action("export", words, act, icon="export", enabled=enabled)
