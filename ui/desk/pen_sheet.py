"""What is behind the pen chip: who answers, on which port, how well, and what to do."""

from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.telemetry import LinkCounters, LinkNotice, LinkState
from console.services.console import Console
from ui.desk.pen_choice import PenChoiceSheet
from ui.desk.pen_diagnostics import SHEET_PX, STATES, PenDiagnostics
from ui.desk.pen_words import pen_name
from ui.desk.walk_in import Complaint
from ui.paint import RIGHT
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row

UPDATE_MS = 500
CHOICE_PX = 720
PEN_FACTS = ("Pen", "Serial number", "Firmware", "Port", "Battery", "Readings a second", "Needles")
COUNTS = ("Frames", "Damaged frames", "Lost readings", "Fetched again", "Duplicates", "Overruns")


class ShowsSheets(Protocol):
    """A window that lays sheets over its content."""

    def show_overlay(self, sheet: QWidget, title: str = "", width: int = 560, closable: bool = True) -> None: ...


def open_pen_sheet(shell: ShowsSheets, console: Console) -> None:
    """Lay the pen's sheet over the page; its details come over it."""
    sheet = PenSheet(console)
    sheet.details_wanted.connect(lambda: open_diagnostics(shell, console))
    sheet.choice_wanted.connect(lambda: shell.show_overlay(PenChoiceSheet(console), "Kind of pen", CHOICE_PX))
    shell.show_overlay(sheet, "Pen", 640)


def open_diagnostics(shell: ShowsSheets, console: Console) -> None:
    """Lay «Pen and ports» over the page."""
    shell.show_overlay(PenDiagnostics(console), "Pen and ports", SHEET_PX)


class PenSheet(QWidget):
    """Link state, identity and counters of the pen; reconnect, accept another pen.

    ``details_wanted()``, ``choice_wanted()``.
    """

    details_wanted = Signal()
    choice_wanted = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.setObjectName("penSheet")
        self._console = console
        self._state, self._reason = Tag(), Label("", "body", wrap=True)
        self._todo = Label("", "label", "ink2", wrap=True)
        self._reason.setObjectName("penSheet.reason")
        self._values: dict[str, TextLine] = {}
        self._complaint = Complaint("penSheet.words")
        self._other = Card(16, 8, look="caution")
        self._other_words = Label("", "body", wrap=True)
        self._accept = Button("Accept this pen", "check", "primary", "nav", name="penSheet.accept")
        self._reconnect = Button("Reconnect", "undo", "normal", "nav", name="penSheet.reconnect")
        self._details = Button("Pen and ports", "list", "quiet", "nav", name="penSheet.details")
        self._choice = Button("Kind of pen", "pen", "quiet", "nav", name="penSheet.choice")
        self._build()
        self._beat = QTimer(self)
        self._beat.setInterval(UPDATE_MS)
        self._beat.timeout.connect(self.show_now)
        self._beat.start()
        self.show_now()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        head = row(self._state, column(self._reason, self._todo, spacing=2), spacing=16)
        head.setStretch(1, 1)
        box.addLayout(head)
        self._other.body.addWidget(self._other_words)
        self._other.body.addLayout(row(None, self._accept))
        box.addWidget(self._other)
        box.addWidget(self._complaint)
        box.addWidget(Rule())
        both = row(self._facts(PEN_FACTS), self._facts(COUNTS), spacing=40)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        box.addLayout(both)
        box.addStretch(1)
        box.addLayout(row(self._details, self._choice, None, self._reconnect))
        self._choice.triggered.connect(self.choice_wanted)
        self._details.triggered.connect(self.details_wanted)
        self._accept.triggered.connect(self._accept_other)
        self._reconnect.triggered.connect(self._connect_again)

    def _facts(self, names: tuple[str, ...]) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, name in enumerate(names):
            self._values[name] = value = TextLine("", "tabular", align=RIGHT)
            grid.addWidget(Label(name, "label", "ink3"), place, 0)
            grid.addWidget(value, place, 1)
        facts = QVBoxLayout()
        facts.addLayout(grid)
        facts.addStretch(1)
        return facts

    # --- showing ------------------------------------------------------------------------------------------

    def show_now(self) -> None:
        """Show how the pen stands now; the sheet's own beat calls it."""
        station = self._console.station
        notice = station.notice
        words, kind, todo = STATES[notice.state]
        if notice.state is LinkState.LOST and notice.retries:
            words = f"Lost, retry {notice.retries}"
        self._state.show_tag(words, kind, "dot")
        self._reason.show_text(_sentence(notice.reason) or words)
        self._todo.show_text(todo)
        self._show_pen(notice)
        self._show_counts(station.link.counters())
        self._show_other(notice)
        profiles = station.profiles
        self._choice.setVisible(profiles is not None)
        if profiles is not None:
            self._choice.show_words("Kind of pen", profiles.chosen().name)
        waits = self._console.desk.needling is not None
        self._reconnect.setEnabled(not waits)
        self._reconnect.show_words("Reconnect", "by itself while needling" if waits else "")

    def _show_pen(self, notice: LinkNotice) -> None:
        pen, status = notice.pen, self._console.station.status
        known = {
            "Pen": pen.model, "Serial number": pen.serial, "Firmware": pen.firmware,
            "Readings a second": str(round(1_000_000 / pen.period_us)) if pen.period_us else "–",
            "Needles": str(pen.needles) if pen.needles else "–",
        } if pen is not None else {}
        battery = status.battery_percent if status is not None else None
        known["Port"] = notice.port or "–"
        known["Battery"] = f"{battery} %" if battery is not None else ("Mains" if status is not None else "–")
        known["Overruns"] = str(status.overruns) if status is not None else "–"
        for name in (*PEN_FACTS, "Overruns"):
            self._values[name].show_text(known.get(name, "–"))

    def _show_counts(self, counters: LinkCounters) -> None:
        counts = {"Frames": counters.frames, "Damaged frames": counters.crc_errors, "Lost readings": counters.lost,
                  "Fetched again": counters.resent, "Duplicates": counters.duplicates}
        for name, count in counts.items():
            worry = name in ("Damaged frames", "Lost readings") and count > 0
            self._values[name].show_text(f"{count:,}".replace(",", " "), "caution" if worry else "ink")

    def _show_other(self, notice: LinkNotice) -> None:
        other = notice.other_pen
        self._other.setVisible(other is not None)
        if other is not None:
            before = f"; the session began with {pen_name(notice.pen.serial)}" if notice.pen else ""
            self._other_words.show_text(
                f"{other.model} {other.serial} answers{before}. Its readings are taken only once it is accepted.")

    # --- acts ------------------------------------------------------------------------------------------------

    def _accept_other(self) -> None:
        station = self._console.station
        other = station.notice.other_pen
        if other is None:
            return
        session = self._console.desk.needling or self._console.desk.front
        try:
            if session is not None and session.state.pen is not None:
                station.take_pen(session, swap=True)
            else:
                station.link.accept_pen(other.serial)
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self._complaint.say("")
        self.show_now()

    def _connect_again(self) -> None:
        station = self._console.station
        try:
            station.connect(station.notice.port or "auto")
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        self._complaint.say("")
        self.show_now()


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".") if words else ""
