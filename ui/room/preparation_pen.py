"""The right card of the preparation: which pen answers, what it says of itself, and what to do without one."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from console.domain.quantities import quantity
from console.domain.session_state import SessionState
from console.domain.telemetry import LinkNotice, LinkState, PenDescription
from console.services.console import Console
from console.services.pen_station import DOWN_STATES
from ui.desk.pen_words import pen_name
from ui.paint import RIGHT
from ui.room.preparation_ticks import TickMark
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, row

CHECK_S, CHECK_COLUMNS = 2.0, 100
QUIET_S = 1.0  # this old, a reading is no check any more
FACTS = ("Model", "Serial number", "Firmware", "Battery", "Needles", "Readings a second")
CHECKS = ("Depth", "Speed", "Readings", "Lost")
TODO = {
    LinkState.CLOSED: "Connect a pen, or go on by hand.",
    LinkState.OPENING: "Switch the pen on and plug its cable in.",
    LinkState.LOST: "Plug the cable in again; it reconnects by itself.",
    LinkState.STALE: "Check that the pen is switched on.",
}
TITLES = {
    LinkState.CLOSED: "No pen is connected", LinkState.OPENING: "Looking for the pen",
    LinkState.LOST: "Looking for the pen", LinkState.STALE: "The pen is silent",
}


@dataclass(frozen=True)
class Check:
    """One line of the self-check: its words and whether all is well (done), open (ink3) or not (caution)."""

    words: str
    tone: str

    @property
    def sign(self) -> str:
        """Give the icon."""
        return {"done": "check", "caution": "caution"}.get(self.tone, "clock")


WAITS = Check("waits for readings", "ink3")


def self_check(console: Console) -> dict[str, Check]:
    """Judge what the pen sends while it lies still."""
    now_s = console.pen_clock.monotonic_s()
    latest = console.ring.latest(now_s)
    pen = console.station.pen
    live = console.station.notice.state is LinkState.STREAMING and latest.age_s is not None
    if pen is None or not live or (latest.age_s or 0.0) > QUIET_S:
        return dict.fromkeys(CHECKS, WAITS)
    window = console.ring.window(CHECK_S, CHECK_COLUMNS, now_s)
    whole = round(1_000_000 / pen.period_us)
    come = round(whole * (1 - float(window.missing.mean())))
    lost = console.station.link.counters().lost
    return {
        "Depth": _depth_check(latest.set_depth_um, latest.depth_um),
        "Speed": _speed_check(latest.rate_chz, latest.motor_running),
        "Readings": Check(f"{come} of {whole} a second", "done" if come >= whole else "caution"),
        "Lost": Check(f"{lost} lost" if lost else "none lost", "caution" if lost else "done"),
    }


def _depth_check(dialled_um: int | None, measured_um: int | None) -> Check:
    if dialled_um is not None:
        return Check(f"{quantity('depth_um').with_unit(dialled_um)} at the dial", "done")
    if measured_um is not None:
        return Check(f"{quantity('depth_um').with_unit(measured_um)} measured", "done")
    return Check("not told by this pen", "caution")


def _speed_check(rate_chz: int | None, running: bool) -> Check:
    if rate_chz is None:
        return Check("not told by this pen", "caution")
    words = quantity("rate_chz").with_unit(rate_chz)
    return Check(f"{words}, motor runs" if running else words, "caution" if running or rate_chz else "done")


def stranger(state: SessionState, notice: LinkNotice) -> PenDescription | None:
    """Give the pen that answers in the place of the bound one, None if there is none."""
    if notice.other_pen is not None:
        return notice.other_pen
    pen = notice.pen if notice.state not in DOWN_STATES else None
    if pen is None or state.pen is None or pen.identity == (state.pen.model, state.pen.serial):
        return None
    return pen


class PenCard(Card):
    """``manual_wanted``, ``pen_wanted`` (back from manual) and ``accepted`` (another pen) by hand."""

    manual_wanted = Signal()
    pen_wanted = Signal()
    accepted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self._mark, self._tag = TickMark(4), Tag()
        self._name, self._reason = TextLine("", "title"), Label("", "body", "ink2", wrap=True)
        self._todo = Label("", "body", "ink", wrap=True)
        self._values = {name: TextLine("", "tabular_label", "ink", align=RIGHT) for name in FACTS}
        self._checks = {name: (IconMark("clock", "ink3", 20), TextLine("", "tabular", "ink2", align=RIGHT))
                        for name in CHECKS}
        self._facts_part, self._check_part = QWidget(), QWidget()
        self._accept = Button("Accept this pen", "check", "primary", "nav", name="pen.accept")
        self._back = Button("Use this pen", "pen", "normal", "nav", name="pen.use")
        self._manual = Button("Go on by hand", "hand", "normal", "nav", "reason needed", name="pen.manual")
        self._accept.triggered.connect(self.accepted)
        self._back.triggered.connect(self.pen_wanted)
        self._manual.triggered.connect(self.manual_wanted)
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(self._mark, Label("Pen", "strong"), None, self._tag))
        self.body.addLayout(column(self._name, self._reason, self._todo, spacing=4))
        grid = QGridLayout(self._facts_part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        for place, (name, value) in enumerate(self._values.items()):
            grid.addWidget(Label(name, "label", "ink3"), place, 0)
            grid.addWidget(value, place, 1)
        grid.setColumnStretch(1, 1)
        self.body.addWidget(self._facts_part)
        box = QVBoxLayout(self._check_part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(9)
        box.addWidget(Rule())
        box.addWidget(Label("Self-check, pen at rest", "strong"))
        for name, (sign, value) in self._checks.items():
            line = row(sign, Label(name, "body", "ink2"), value, spacing=10)
            line.setStretch(2, 1)
            box.addLayout(line)
        self.body.addWidget(self._check_part)
        self.body.addStretch(1)
        for button in (self._accept, self._back, self._manual):
            self.body.addWidget(button)

    def show_pen(self, state: SessionState, console: Console) -> None:
        """Show which pen answers and what can be done about it."""
        notice, other = console.station.notice, stranger(state, console.station.notice)
        pen = other or console.station.pen or notice.pen
        answers = console.station.pen is not None and other is None
        self._show_head(state, notice, other, answers)
        self._facts_part.setVisible(pen is not None and not (state.manual_mode and not answers))
        self._check_part.setVisible(answers and not state.manual_mode)
        if pen is not None:
            self._show_facts(pen, console)
        self._accept.setVisible(other is not None)
        self._back.setVisible(state.manual_mode and answers)
        self._manual.setVisible(not state.manual_mode and (not answers or state.pen is None))

    def _show_head(self, state: SessionState, notice: LinkNotice, other: PenDescription | None,
                   answers: bool) -> None:
        mine = notice.pen
        self._mark.show_mark("caution" if other or (state.pen and not answers and not state.manual_mode)
                             else "done" if state.pen or state.manual_mode else "open")
        if other is not None:
            self._say("Another pen answers", f"{pen_name(other.serial)}. {_before(state)}",
                      "Its readings are taken only once it is accepted.", ("Not accepted", "caution", "caution"))
        elif state.manual_mode:
            pen = state.by_hand.pen_name if state.by_hand else ""
            self._say(pen or "By hand", f"{_why_by_hand(state)}Depth and speed are entered by hand and marked so.",
                      "A pen answers; it can be used." if answers else "", ("Manual", "neutral", "hand"))
        elif answers and notice.state is not LinkState.STALE and mine is not None:
            bound = ("Bound", "done", "check") if state.pen else ("Answers", "live", "dot")
            self._say(pen_name(mine.serial), "", "", bound)
        else:
            self._say(TITLES.get(notice.state, "Looking for the pen"), _sentence(notice.reason),
                      TODO.get(notice.state, ""), ("Not connected", "caution" if state.pen else "neutral", ""))

    def _say(self, name: str, reason: str, todo: str, tag: tuple[str, str, str]) -> None:
        self._name.show_text(name)
        for label, words in ((self._reason, reason), (self._todo, todo)):
            label.show_text(words)
            label.setVisible(bool(words))
        self._tag.show_tag(*tag)

    def _show_facts(self, pen: PenDescription, console: Console) -> None:
        status = console.station.status
        mine = status is not None and status.pen_serial == pen.serial
        battery = "–"
        if mine and status is not None:
            battery = f"{status.battery_percent} %" if status.battery_percent is not None else "Mains"
        shown = (pen.model, pen.serial, pen.firmware, battery, str(pen.needles) if pen.needles else "–",
                 str(round(1_000_000 / pen.period_us)) if pen.period_us else "–")
        for name, words in zip(FACTS, shown, strict=True):
            self._values[name].show_text(words)

    def show_checks(self, checks: dict[str, Check]) -> None:
        """Show the self-check."""
        for name, check in checks.items():
            sign, value = self._checks[name]
            sign.show_icon(check.sign, check.tone)
            value.show_text(check.words, "caution" if check.tone == "caution" else
                            "ink3" if check.tone == "ink3" else "ink")


def _why_by_hand(state: SessionState) -> str:
    return f"{_sentence(state.by_hand.reason)} " if state.by_hand else ""


def _before(state: SessionState) -> str:
    return f"This session began with {pen_name(state.pen.serial)}." if state.pen else "The console knew another one."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".") if words else ""
