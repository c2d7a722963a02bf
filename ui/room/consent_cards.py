"""The three consents as cards, and the text behind each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScroller, QWidget

from console.domain.consent import ConsentText
from console.domain.session_events import ConsentRecorded
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, column, row, scrolled

TITLES = {"treatment": "Treatment", "photos": "Photographs", "serum": "Serum or plasma"}


class ConsentCard(Card):
    """One consent: what was explained, the full form, given or refused. Nothing is chosen beforehand.

    ``decided(kind, "give" | "refuse")`` and ``read_wanted(kind)`` by hand.
    """

    decided = Signal(str, str)
    read_wanted = Signal(str)

    def __init__(self, text: ConsentText) -> None:
        super().__init__(padding=20, spacing=12)
        self.kind = str(text.kind)
        self._tag = Tag("Not decided")
        self._choice = Segments((("give", "Given"), ("refuse", "Refused")), f"consent.{self.kind}", 64)
        self._choice.chosen.connect(self._chosen)
        self._why = Label("", "label", "ink2", wrap=True)
        self._read = Button("Full form", "file", "quiet", "nav", trailing="right", name=f"consent.{self.kind}.read")
        self._read.triggered.connect(self._ask_text)
        self._build(text)

    def _build(self, text: ConsentText) -> None:
        self.body.addLayout(row(Label(TITLES[self.kind], "heading"), None, self._tag))
        template = ", template" if text.template else ""
        self.body.addWidget(Label(f"Form {text.form_id}, version {text.version}{template}", "label", "ink3"))
        self.body.addWidget(Rule())
        for words in text.summary:
            line = row(IconMark("check", "done", 20), Label(words, "body", wrap=True), spacing=12)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        self.body.addStretch(1)
        self.body.addLayout(column(self._why, self._read, self._choice, spacing=12))

    def _chosen(self, key: str) -> None:
        self.decided.emit(self.kind, key)

    def _ask_text(self) -> None:
        self.read_wanted.emit(self.kind)

    def show_consent(self, given: ConsentRecorded | None) -> None:
        """Show the decision as it stands in the record."""
        self._choice.set_choice("" if given is None else "give" if given.given else "refuse")
        if given is None:
            self._tag.show_tag("Not decided", "neutral")
        elif given.given:
            self._tag.show_tag("Given", "done", "check")
        else:
            self._tag.show_tag("Refused", "stop" if self.kind == "treatment" else "caution", "x")
        self._why.show_text(given.reason if given is not None else "")
        self._why.setVisible(bool(self._why.text()))


class FullForm(QWidget):
    """The whole text of a form, to scroll with a finger."""

    def __init__(self, text: ConsentText) -> None:
        super().__init__()
        self.setObjectName("consent.form")
        words = Label(text.text.strip(), "body", wrap=True)
        inner = QWidget()
        inner.setLayout(column(words, None, spacing=0))
        area = scrolled(inner)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        area.setMinimumHeight(400)
        digest = Label(f"Kept with the decision: SHA-256 {text.text_sha256[:16]}", "code_label", "ink3")
        box = column(area, digest, spacing=12)
        box.setStretch(0, 1)
        self.setLayout(box)
