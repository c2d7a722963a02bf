"""Pen and ports: how the link stands in full, what it has counted, the last gaps, and every port of this machine.

A sheet, so that it can be looked at in mid-treatment: it ends nothing, and alarms stay above it.
"""

from collections import deque

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain.label_matrix import pen_id_of
from console.domain.pen_ports import PortReport, PortState
from console.domain.telemetry import LinkCounters, LinkNotice, LinkState, PenDescription
from console.services.console import Console
from console.services.event_words import GAP_CAUSES, missing_words
from console.services.local_time import clock_seconds_text
from ui.desk.walk_in import Complaint
from ui.paint import RIGHT
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

SHEET_PX = 1300
UPDATE_MS = 500
RATE_OVER_S = 10.0
GAPS_LISTED = 4
STATES = {  # words, tag kind, what to do
    LinkState.CLOSED: ("Not connected", "neutral", "Touch Reconnect to look for a pen."),
    LinkState.OPENING: ("Looking", "neutral", "Switch the pen on and plug its cable in."),
    LinkState.READY: ("Ready", "done", "Readings start with the preparation of a session."),
    LinkState.STREAMING: ("Live", "live", "Readings arrive."),
    LinkState.STALE: ("Silent", "caution", "Check the pen's battery and cable; the console keeps listening."),
    LinkState.LOST: ("Lost", "stop", "Plug the cable in again; the console reconnects by itself."),
}
PEN_ROWS = ("Pen", "Serial number", "Firmware", "Read as", "Label", "Port", "Battery", "Pen's own losses")
TIME_ROWS = ("Readings a second", "Pen's clock", "Delay")
FRAME_ROWS = ("Frames", "Damaged", "Line picked up again", "Missed", "Repeated", "Out of order", "Malformed", "Unknown")
READING_ROWS = ("Taken", "Arrived twice", "Asked for again", "Fetched again", "Missing for good")
# A pen read by a profile of its own sends lines or records, which bear no number on the line.
LINE_WORDS = {"Frames": "Lines or records", "Malformed": "Absurd values", "Unknown": "Ignored lines"}
UNNUMBERED = ("Missed", "Repeated", "Out of order")
FRAMED = ("pen-link", "manual")
WORRIES = ("Damaged", "Missed", "Missing for good", "Pen's own losses")
PORT_TAGS = {
    PortState.PEN: ("Pen", "done"), PortState.OURS: ("In use here", "live"), PortState.SILENT: ("No pen", "neutral"),
    PortState.BUSY: ("Busy", "caution"), PortState.NO_RIGHTS: ("No right", "stop"),
    PortState.NO_DRIVER: ("No driver", "stop"), PortState.GONE: ("Gone", "caution"),
    PortState.FAILED: ("Fault", "stop"),
}


class PenDiagnostics(QWidget):
    """Overlay content «Pen and ports»; its own beat keeps it up to date."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.setObjectName("penDiagnostics")
        self._console = console
        self._values: dict[str, TextLine] = {}
        self._words: dict[str, Label] = {}
        self._state, self._reason = Tag(), Label("", "body", wrap=True)
        self._reason.setObjectName("penDiagnostics.reason")
        self._todo = Label("", "label", "ink2", wrap=True)
        self._gaps = Label("", "label", "ink2", wrap=True)
        self._gaps.setObjectName("penDiagnostics.gaps")
        self._complaint = Complaint("penDiagnostics.words")
        self._look = Button("Look again", "search", "normal", "m", name="penDiagnostics.look")
        self._ports = PortList()
        self._seen: deque[tuple[float, int]] = deque(maxlen=round(RATE_OVER_S * 1000 / UPDATE_MS) + 1)
        self._names: tuple[str, ...] | None = None
        self._asking = False
        self._build()
        self._beat = QTimer(self)
        self._beat.setInterval(UPDATE_MS)
        self._beat.timeout.connect(self.show_now)
        self._beat.start()
        self.show_now()
        self.look_again()

    def _build(self) -> None:
        head = row(self._state, column(self._reason, self._todo, spacing=2), spacing=16)
        head.setStretch(1, 1)
        left = column(head, Rule(), self._facts(PEN_ROWS), Rule(), Label("Time", "heading"), self._facts(TIME_ROWS),
                      Rule(), Label("Last gaps", "heading"), self._gaps, None, spacing=10)
        middle = column(Label("Frames on the line", "heading"), self._facts(FRAME_ROWS), Rule(),
                        Label("Readings", "heading"), self._facts(READING_ROWS), None, spacing=10)
        right = column(row(Label("Ports of this computer", "heading"), None, self._look), scrolled(self._ports),
                       self._complaint, spacing=10)
        right.setStretch(1, 1)
        box = row(left, Rule(down=True), middle, Rule(down=True), right, spacing=20)
        for place, share in ((0, 38), (2, 27), (4, 43)):
            box.setStretch(place, share)
        self.setLayout(box)
        self.setMinimumHeight(500)
        self._look.triggered.connect(self.look_again)
        self._ports.pen_wanted.connect(self._take_pen)

    def _facts(self, names: tuple[str, ...]) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, name in enumerate(names):
            self._values[name] = value = TextLine("", "tabular", align=RIGHT)
            value.setAccessibleName(name)
            self._words[name] = Label(name, "label", "ink3")
            grid.addWidget(self._words[name], place, 0)
            grid.addWidget(value, place, 1)
        facts = QVBoxLayout()
        facts.addLayout(grid)
        return facts

    # --- showing ------------------------------------------------------------------------------------------

    def show_now(self) -> None:
        """Show how all stands now; the sheet's own beat calls it."""
        station = self._console.station
        notice, counters = station.notice, station.link.counters()
        words, kind, todo = STATES[notice.state]
        self._state.show_tag(f"{words}, try {notice.retries}" if notice.retries else words, kind, "dot")
        self._reason.show_text(_sentence(notice.reason) or words)
        self._todo.show_text(todo)
        self._show_pen(notice)
        self._show_time(notice, counters)
        self._show_counts(counters)
        self._show_gaps()
        self._watch_ports()

    def _put(self, name: str, text: str, worry: bool = False) -> None:
        self._values[name].show_text(text, "caution" if worry else "ink")

    def _show_pen(self, notice: LinkNotice) -> None:
        pen, status = notice.pen, self._console.station.status
        self._put("Pen", pen.model if pen else "–")
        self._put("Serial number", pen.serial if pen else "–")
        self._put("Firmware", (pen.firmware or "–") if pen else "–")
        profiles = self._console.station.profiles
        self._put("Read as", profiles.chosen().name if profiles is not None else "–")
        self._put("Label", self._label_of(pen))
        self._put("Port", notice.port or "–")
        battery = status.battery_percent if status else None
        self._put("Battery", f"{battery} %" if battery is not None else "Mains" if status else "–")
        self._put("Pen's own losses", _number(status.overruns) if status else "–", bool(status and status.overruns))

    def _label_of(self, pen: PenDescription | None) -> str:
        if pen is None:
            return "–"
        wanted = pen_id_of(pen.model)
        return next((label.name for label in self._console.library.pens if label.pen_id == wanted), "None")

    def _show_time(self, notice: LinkNotice, counters: LinkCounters) -> None:
        nominal = 1_000_000 / notice.pen.period_us if notice.pen and notice.pen.period_us else None
        measured = self._rate_now(counters.samples - counters.resent)
        if notice.state not in (LinkState.STREAMING, LinkState.STALE):
            measured = None  # nothing was asked for, or nobody is there: no pace to judge
        of = f" of {nominal:.0f}" if nominal else ""
        self._put("Readings a second", f"{measured:.1f}{of}" if measured is not None else f"–{of}")
        drift = counters.drift_ppm
        self._put("Pen's clock", f"{drift:+.0f} ppm".replace("-", "−") if drift is not None else "–")
        median, greatest = counters.latency_median_ms, counters.latency_max_ms
        known = median is not None and greatest is not None
        self._put("Delay", f"{median:.1f} ms, at most {greatest:.0f} ms" if known else "–")

    def _rate_now(self, samples: int) -> float | None:
        now_s = self._console.pen_clock.monotonic_s()
        if self._seen and (samples < self._seen[-1][1] or now_s < self._seen[-1][0]):
            self._seen.clear()  # another link, another count
        self._seen.append((now_s, samples))
        lived_s = now_s - self._seen[0][0]
        return (samples - self._seen[0][1]) / lived_s if lived_s >= 1.0 else None

    def _show_counts(self, counters: LinkCounters) -> None:
        counts = {
            "Frames": counters.frames, "Damaged": counters.crc_errors, "Line picked up again": counters.resyncs,
            "Missed": counters.frames_missed, "Repeated": counters.frames_repeated,
            "Out of order": counters.frames_reordered, "Malformed": counters.malformed,
            "Unknown": counters.unknown_types,
            "Taken": counters.samples, "Arrived twice": counters.duplicates, "Asked for again": counters.asked,
            "Fetched again": counters.resent, "Missing for good": counters.lost,
        }
        framed = self._framed()
        for name, count in counts.items():
            counted = framed or name not in UNNUMBERED
            self._put(name, _number(count) if counted else "–", counted and name in WORRIES and count > 0)
            word = name if framed else LINE_WORDS.get(name, name)
            self._words[name].show_text(word)
            self._values[name].setAccessibleName(word)

    def _framed(self) -> bool:
        """Tell whether the pen is read as one that sends numbered frames."""
        profiles = self._console.station.profiles
        return profiles is None or profiles.chosen().kind in FRAMED

    def _show_gaps(self) -> None:
        gaps = list(self._console.station.recent_gaps)[:GAPS_LISTED]
        lines = [f"{clock_seconds_text(at_us)}  {missing_words(gap.count)}: {GAP_CAUSES[gap.cause.value]}"
                 for at_us, gap in gaps]
        self._gaps.show_text("\n".join(lines) or "None since the console was started.")

    # --- ports ----------------------------------------------------------------------------------------------

    def _watch_ports(self) -> None:
        """Look again by itself when a port came or went."""
        if not self._asking:
            self._asking = True
            self._console.queries.ask(self._console.survey.names, self._take_names, self._take_failure)

    def _take_names(self, names: tuple[str, ...]) -> None:
        if not isValid(self):
            return
        self._asking, changed = False, self._names is not None and names != self._names
        self._names = names
        if changed:
            self.look_again()

    def look_again(self) -> None:
        """Ask each port who is there."""
        ours = self._console.station.ours()
        self._look.setEnabled(False)
        self._look.show_words("Looking", "")
        self._console.queries.ask(lambda: self._console.survey.ask(ours), self._take_reports, self._take_failure)

    def _take_reports(self, reports: list[PortReport]) -> None:
        if isValid(self):
            self._look.setEnabled(True)
            self._look.show_words("Look again", "")
            self._ports.show_reports(reports)

    def _take_failure(self, failure: BaseException) -> None:
        if isValid(self):
            self._asking = False
            self._look.setEnabled(True)
            self._look.show_words("Look again", "")
            self._complaint.say(f"The ports could not be looked at ({failure}). Nothing was changed.")

    def _take_pen(self, report: PortReport) -> None:
        if report.pen is not None:
            self._console.station.choose_pen(report.pen.serial, report.port)
            self.show_now()
            self.look_again()


class PortList(QWidget):
    """The ports, each with who answers or why nobody does. ``pen_wanted(PortReport)``."""

    pen_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("penDiagnostics.ports")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 8, 0)
        self._box.setSpacing(8)
        self._shown: list[PortReport] | None = None
        self._fill([Label("Looking at the ports.", "body", "ink2")])

    def show_reports(self, reports: list[PortReport]) -> None:
        """Show what was found; costs nothing when unchanged."""
        if reports == self._shown:
            return
        self._shown = reports
        none = Label("No serial port is there. Plug the pen in; it is seen by itself.", "body", "ink2", wrap=True)
        self._fill([self._card(report) for report in reports] or [none])

    def _fill(self, parts: list[QWidget]) -> None:
        while (old := self._box.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for part in parts:
            self._box.addWidget(part)
        self._box.addStretch(1)

    def _card(self, report: PortReport) -> Card:
        card, tag = Card(12, 4, look="sunken"), Tag()
        tag.show_tag(*PORT_TAGS[report.state], "dot")
        card.body.addLayout(row(TextLine(report.port or "No port", "strong"), tag))
        about = ", ".join(part for part in (report.description, report.bridge, report.usb_id) if part)
        if about:
            card.body.addWidget(TextLine(about, "caption", "ink3"))
        words = Label(_sentence(report.words), "label", "ink2", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if report.state is not PortState.PEN:
            card.body.addWidget(words)
            return card
        take = Button("Use this pen", "", "normal", "s", name=f"penDiagnostics.take.{report.port}")
        take.triggered.connect(lambda: self.pen_wanted.emit(report))
        line = row(words, take)
        line.setStretch(0, 1)
        card.body.addLayout(line)
        return card


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".") if words else ""
