"""The whole window as on the needling page, for pictures: `python tests/support/gallery_window.py OUT`."""

import sys
from pathlib import Path

from fake_clock import FakeClock
from gallery import FACE, GAUGE, depth_plot, rate_plot
from PySide6.QtWidgets import QApplication, QHBoxLayout

from ui.app_bar import Context, SessionClock
from ui.frame_timer import FrameTimer
from ui.main_window import MainWindow
from ui.page import Action, Actions, AlarmText, Page, StatusText
from ui.theme import THEME_NAMES, apply_theme
from ui.widgets import (
    AreaMap,
    BigReadout,
    Button,
    Card,
    ChoiceChip,
    EventLog,
    EventRow,
    GaugeLook,
    Label,
    MapLegend,
    PassBars,
    PenLook,
    ReadoutLook,
    ReadoutRow,
    Rule,
    Step,
    Stepper,
    column,
    row,
)


class NeedlingPicture(Page):
    """A page that stands still, to look at."""

    def __init__(self, alarm: bool = False) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self._map(), 300)
        line.addLayout(self._middle(alarm), 694)
        line.addWidget(self._plan(alarm), 316)

    def _map(self) -> Card:
        card = Card(16, 8)
        drawn = AreaMap("face")
        drawn.set_cropped(True)
        drawn.set_areas({key: look for key, look in FACE.items() if look.state != "blocked"})
        card.body.addLayout(row(Label("Areas", "heading"), None, Label("4 of 9 done", "body", "ink2")))
        card.body.addWidget(drawn, 1)
        card.body.addWidget(MapLegend())
        return card

    def _middle(self, alarm: bool) -> object:
        depth, speed = BigReadout("Depth", "mm", "glance", "left"), BigReadout("Speed", "Hz")
        clock = BigReadout("Area time")
        if alarm:
            gauge = GaugeLook(1.32, GAUGE.band, words=GAUGE.words)
            depth.show_look(ReadoutLook("1.32", "alarm", "0.17 over limit"), gauge)
        else:
            depth.show_look(ReadoutLook("1.02", "in_band"), GAUGE)
        speed.show_look(ReadoutLook("112", footer="Plan 100 to 120"))
        clock.show_look(ReadoutLook("2:54", footer="About 4 min"))
        box = column(ReadoutRow(depth, speed, clock), depth_plot(alarm), rate_plot())
        for number, share in enumerate((200, 184, 134)):
            box.setStretch(number, share)
        return box

    def _plan(self, alarm: bool) -> Card:
        card = Card(16, 12)
        log = EventLog()
        rows = [EventRow("12:32:35", "Pass 3 started"), EventRow("12:32:24", "Pass 2 done")]
        log.show_rows([EventRow("12:32:57", "Depth above plan", "medium"), *rows] if alarm else rows)
        card.body.addLayout(row(column(Label("Cheek, left", "title"), Label("Area 5 of 9", "label", "ink2"), spacing=2),
                                None, Button("", "list", "quiet")))
        card.body.addLayout(row(Label("Target", "strong"), None,
                                Stepper(1000, 50, 0, 2000, 1000, 2, "mm", "Target", "target")))
        card.body.addLayout(row(Label("Pass", "strong"), None, Label("3 of 3", "heading"), PassBars(3, 2, True)))
        card.body.addWidget(Label("Endpoint", "strong"))
        card.body.addLayout(row(ChoiceChip("Erythema", checked=True), ChoiceChip("Pinpoint bleeding"), spacing=8))
        card.body.addWidget(Button("Add a note", "note", "quiet"))
        card.body.addWidget(Rule())
        card.body.addLayout(row(Label("Events", "strong"), None, Label("this area", "label", "ink2")))
        card.body.addWidget(log, 1)
        return card

    def status(self) -> StatusText:
        facts = ("250 readings a second, none lost", "Needling 16:52")
        return StatusText("Cheek, left: pass 3 of 3", facts, dot="live")

    def page_actions(self) -> Actions:
        return Actions(
            [Action("end", "End needling", kind="quiet"),
             Action("mark", "Mark", icon="marker", pedal_hint="Pedal: hold 1 s")],
            [Action("extra", "Extra pass", kind="quiet"),
             Action("pause", "Pause", icon="pause", kind="pause", pedal_hint="Pedal: press twice", width=216),
             Action("next", "Next area", kind="primary", hint="Jawline, left", pedal_hint="Pedal: press", width=316)])


def picture(path: Path, size: tuple[int, int], alarm: bool = False, crowded: bool = False) -> None:
    """Draw the window in the theme of now."""
    clock = FakeClock()
    frames = FrameTimer(clock)
    window = MainWindow(clock, frames, motion=False)
    window.add_page("needling", NeedlingPicture(alarm))
    window.show_context(Context("P-0412", "Session 3 of 6, face", "AK" if crowded else "", "#1B7650", is_code=True))
    window.show_steps((Step("screening", "Screening", "done"), Step("anesthetic", "Anesthetic", "done"),
                       Step("needling", "Needling", "current"), Step("serum", "Serum")))
    window.show_pen(PenLook("live", "Pen 02", 82))
    if crowded:
        window.show_mark("Demo, not clinical")
        window.show_clocks((SessionClock("s", "P-0377", "ready in 12:40"),))
        window.tell("Pass 2 done", "done", undo=lambda: None)
    if alarm:
        window.show_alarm(AlarmText("a", "medium", "Depth above plan", "1.32 mm, limit 1.15. Lift the pen."))
    window.open_page("needling")
    window.resize(*size)
    window.show()
    for _ in range(12):
        frames.run_frame()
    QApplication.processEvents()
    window.grab().save(str(path))
    window.close()
    window.deleteLater()


def main(out: str) -> None:
    app = QApplication(sys.argv[:1])
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for theme in THEME_NAMES:
        apply_theme(app, theme)
        picture(folder / f"window-{theme}.png", (1366, 768))
        picture(folder / f"window-{theme}-alarm.png", (1536, 864), alarm=True, crowded=True)
        picture(folder / f"window-{theme}-crowded.png", (1366, 768), crowded=True)


if __name__ == "__main__":
    main(sys.argv[1])
