"""One setting to look at and to change: its fields, its sources, what the files say."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.services.clinical_settings import SettingEntry, SettingField
from ui.desk.key_row import KeyRow
from ui.desk.own_settings import OWN_KINDS
from ui.desk.setting_fields import ChoiceRow, FieldRow, NumberRow, TextRow, Value
from ui.desk.setting_rows import SettingLine, SettingRows
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

PARTS_PX = 480


class SettingEditor(QWidget):
    """``changed()`` whenever a field is touched; ``changes`` are those that differ from what counts now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.entry: SettingEntry | None = None
        self.changes: dict[str, Value] = {}
        self._part, self._editable = "", True
        self._rows: list[FieldRow] = []
        self._title, self._tag = TextLine("", "title"), Tag("As in the files")
        self._title.setObjectName("setting.title")
        self._note = Label("", "body", "ink2", wrap=True)
        self._parts = Button("Whole plan", "face", "normal", "nav", trailing="right", name="setting.parts")
        self._parts.triggered.connect(self._choose_part)
        self._source, self._reviewed = Label("", "label", "ink2", wrap=True), Label("", "label", "ink3")
        self._source.setObjectName("setting.source")
        self._fields = QVBoxLayout()
        self._build()

    def _build(self) -> None:
        card = Card(20, 12)
        head = row(self._title, self._tag)
        head.setStretch(0, 1)
        card.body.addLayout(head)
        card.body.addWidget(self._note)
        card.body.addWidget(self._parts)
        card.body.addWidget(Rule())
        self._fields.setSpacing(14)
        inner = QWidget()
        filled = column(self._fields, None, Rule(), Label("Sources", "label", "ink3"), self._source, self._reviewed,
                        spacing=10)
        filled.setContentsMargins(0, 0, 8, 0)
        inner.setLayout(filled)
        card.body.addWidget(scrolled(inner), 1)
        whole = column(card)
        self.setLayout(whole)

    def show_entry(self, entry: SettingEntry, editable: bool) -> None:
        """Show an entry as it counts now; changes not saved are dropped."""
        same = self.entry is not None and (self.entry.kind, self.entry.key) == (entry.kind, entry.key)
        self.entry, self._editable, self.changes = entry, editable, {}
        self._part = self._part if same else ""
        self._title.show_text(entry.title)
        own = entry.revision > 0
        self._tag.show_tag(f"Own, version {entry.revision}" if own else "As in the files", "live" if own else "neutral")
        self._tag.setVisible(entry.kind not in OWN_KINDS)
        self._note.show_text(entry.note)
        self._note.setVisible(bool(entry.note))
        self._source.show_text(entry.source or "None: it is the clinic's own.")
        self._reviewed.show_text(f"Reviewed {entry.reviewed.isoformat()}" if entry.reviewed else "")
        self._show_part(self._part)

    def _show_part(self, part: str) -> None:
        entry = self.entry
        if entry is None:
            return
        self._part = part
        self._parts.setVisible(bool(entry.parts))
        self._parts.show_words(dict(entry.parts).get(part, "Whole plan"), "", "face")
        for old in self._rows:
            self._fields.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [row_for(replace(one, value=self.changes.get(one.key, one.value)), self._editable)
                      for one in entry.fields if one.part == part]
        for made in self._rows:
            made.changed.connect(self._take)
            self._fields.addWidget(made)

    def _choose_part(self) -> None:
        entry = self.entry
        show = getattr(self.window(), "show_overlay", None)
        if entry is None or show is None:
            return
        own = {key.removeprefix("area.").rpartition(".")[0] for key in self.changes if key.startswith("area.")}
        rows = SettingRows("setting.part")
        rows.setMinimumHeight(420)
        rows.show_lines([SettingLine("whole", "Whole plan"), *(
            SettingLine(key, words, "changed, not saved" if key in own else "") for key, words in entry.parts)],
            self._part or "whole")
        rows.chosen.connect(self._part_chosen)
        show(rows, "Which part", PARTS_PX)

    def _part_chosen(self, part: str) -> None:
        self.window().close_overlay()  # type: ignore[attr-defined]
        self._show_part("" if part == "whole" else part)

    def _take(self, key: str, value: Value) -> None:
        if self.entry is not None and self.entry.field(key).value == value:
            self.changes.pop(key, None)
        else:
            self.changes[key] = value
        self.changed.emit()

    def told(self) -> list[str]:
        """Say each change in words: «Forehead, target: 0.50 mm, was 0.40 mm»."""
        entry = self.entry
        if entry is None:
            return []
        parts = dict(entry.parts)
        said = []
        for key, value in self.changes.items():
            one = entry.field(key)
            name = f"{parts[one.part]}, {one.label.lower()}" if one.part else one.label
            said.append(f"{name}: {one.words(value)}, was {one.words(one.value)}")
        return said

    def lines(self) -> tuple[QLineEdit, ...]:
        """Give the lines of text shown, for the keys on screen."""
        return tuple(one.line for one in self._rows if isinstance(one, TextRow))


def row_for(field: SettingField, editable: bool) -> FieldRow:
    """Make the row that fits a field."""
    if field.learned:
        return KeyRow(field, editable)
    if field.options:
        return ChoiceRow(field, editable)
    return TextRow(field, editable) if field.most else NumberRow(field, editable)
