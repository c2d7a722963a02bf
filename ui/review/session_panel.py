"""One session beside the list: its proof, its replay like a tape, its areas against plan."""


from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.history import short_head
from console.services.event_words import amendment_words
from console.services.list_columns import seal_state
from console.services.local_time import clock_text, local
from console.services.replay_tape import ReplayTape
from console.services.review_desk import SessionDossier
from ui.paint import RIGHT
from ui.plots import AreaSpan, ReplayTimeline, TimelineMark
from ui.review.area_rows import AreaRows
from ui.review.used_rows import UsedRows, used_lines
from ui.widgets import Button, Card, EmptyState, Label, LoadingRows, SealBadge, column, row

SPEEDS = (1, 4, 16, 32)
TAPE_PX, LOW_TAPE_PX = 136, 112  # lower where a sentence stands below it


class SessionPanel(Card):
    """Shows a dossier; ``advance(seconds)`` moves the tape while it plays.

    ``history_wanted`` asks for the log, ``photos_wanted`` for the patient's photos, ``whole_wanted`` for its page.
    """

    history_wanted = Signal()
    photos_wanted = Signal()
    whole_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=16, spacing=0)
        self._dossier: SessionDossier | None = None
        self._tape: ReplayTape | None = None
        self._speed = SPEEDS[1]
        self.playing = False
        self._who, self._what = Label("", "code_title"), Label("", "label", "ink3")
        self._badge = SealBadge()
        self._play = Button("", icon="play", kind="primary", size="m", name="replay.play")
        self._faster = Button("", size="m", kind="quiet", name="replay.speed")
        self._whole = Button("Open", icon="right", size="m", kind="live", name="replay.open")
        self._history = Button("History", icon="list", size="m", kind="quiet", name="replay.history")
        self._photos = Button("Photos", icon="user", size="m", kind="quiet", name="replay.photos")
        self._where, self._values = Label("", "medium", align=RIGHT), Label("", "label", "ink3", align=RIGHT)
        self._timeline, self._areas, self._used = ReplayTimeline(), AreaRows(), UsedRows()
        self._timeline.setFixedHeight(TAPE_PX)
        self._note = Label("", "label", "ink2", wrap=True)
        self._layers = QStackedWidget()
        self._layers.addWidget(EmptyState("list", "No session chosen", "Choose one in the list.", name="panel"))
        self._layers.addWidget(LoadingRows(6))
        self._layers.addWidget(self._built())
        self.body.addWidget(self._layers)
        self._play.triggered.connect(self.toggle)
        self._faster.triggered.connect(self._next_speed)
        self._whole.triggered.connect(self.whole_wanted)
        self._history.triggered.connect(self.history_wanted)
        self._photos.triggered.connect(self.photos_wanted)
        self._timeline.scrubbed.connect(self.show_at)
        self._areas.area_chosen.connect(self._to_area)
        self._say_speed()

    def _built(self) -> QWidget:
        page = QWidget()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(7)
        lines.addLayout(row(column(self._who, self._what, spacing=2), None, self._photos, self._badge, spacing=12))
        moment = column(self._where, self._values, spacing=2)
        lines.addLayout(row(self._play, self._faster, self._history, self._whole, None, moment, spacing=8))
        lines.addWidget(self._timeline)
        lines.addWidget(self._note)
        lines.addWidget(self._areas)
        lines.addWidget(self._used, 1)
        return page

    # --- showing ------------------------------------------------------------------------------------

    def show_loading(self) -> None:
        """Say that a session is being read."""
        self.playing = False
        self._layers.setCurrentIndex(1)

    def show_nothing(self) -> None:
        """Show that none is chosen."""
        self._dossier = self._tape = None
        self.playing = False
        self._layers.setCurrentIndex(0)

    def show_dossier(self, dossier: SessionDossier, after: str = "") -> None:
        """Show a session from its start; ``after``: what came after it."""
        note = " ".join(filter(None, (_note(dossier), after)))
        self._dossier, self.playing = dossier, False
        self._tape = tape = ReplayTape(dossier.state, dossier.table)
        line, moment = dossier.row, local(dossier.row.opened_us)
        self._who.show_text(line.patient_id or line.kind.capitalize())
        number = f"Session {line.course_number}" + (f" of {line.course_length}" if line.course_length else "")
        where = f", {line.map_id}" if line.map_id else ""
        told = dossier.state.afterwards
        afterwards = f", entered afterwards, {told.paper}" if told is not None else ""
        self._what.show_text(f"{number}{where}, {moment.day} {moment:%B} {clock_text(line.opened_us)}{afterwards}")
        self._badge.show_seal(_badge_state(dossier), short_head(line.head))
        low, high = tape.envelope_um(max(2, self._timeline.columns()))
        self._timeline.show_session(max(tape.length_s, 1.0), low, high, _spans(tape), _marks(tape))
        self._areas.show_areas(dossier.areas)
        self._note.show_text(note)
        self._note.setVisible(bool(note))
        self._timeline.setFixedHeight(LOW_TAPE_PX if note else TAPE_PX)
        self._used.show_lines(used_lines(dossier.state))
        self._photos.setVisible(bool(dossier.state.pictures))
        self._layers.setCurrentIndex(2)
        alarm = next((mark.at_s for mark in _marks(tape) if mark.priority), 0.0)
        self.show_at(alarm)
        self._say_playing()

    @property
    def dossier(self) -> SessionDossier | None:
        """The session shown."""
        return self._dossier

    # --- the tape ---------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or hold; at the end it begins anew."""
        if self._tape is None:
            return
        if not self.playing and self._timeline.position_s() >= self._tape.length_s:
            self.show_at(0.0)
        self.playing = not self.playing
        self._say_playing()

    def advance(self, seconds: float) -> None:
        """Let the tape run for real seconds."""
        if not self.playing or self._tape is None:
            return
        at_s = self._timeline.position_s() + seconds * self._speed
        if at_s >= self._tape.length_s:
            at_s, self.playing = self._tape.length_s, False
            self._say_playing()
        self.show_at(at_s)

    def show_at(self, seconds: float) -> None:
        """Show the moment ``seconds`` from the tape's start."""
        if self._tape is None:
            return
        self._timeline.show_position(seconds)
        moment = self._tape.at(seconds)
        label = self._label(moment.area_id) or "Between areas"
        self._where.show_text(f"{label}, {int(seconds) // 60:02d}:{int(seconds) % 60:02d}")
        self._values.show_text(_values(moment.depth_um, moment.rate_chz, moment.in_contact))
        self._areas.show_active(moment.area_id)

    def _to_area(self, area_id: str) -> None:
        if self._tape is None:
            return
        spans = self._tape.state.areas[area_id].passes
        if spans:
            self.show_at((spans[0].started_us - self._tape.start_us) / 1_000_000)

    def _label(self, area_id: str) -> str:
        areas = self._tape.state.areas if self._tape else {}
        return areas[area_id].plan.label if area_id in areas else ""

    def _next_speed(self) -> None:
        self._speed = SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)]
        self._say_speed()

    def _say_speed(self) -> None:
        self._faster.show_words(f"{self._speed}×")
        self._faster.setAccessibleName("Real time" if self._speed == 1 else f"{self._speed} times speed")

    def _say_playing(self) -> None:
        self._play.show_words("", icon="pause" if self.playing else "play")
        self._play.setAccessibleName("Hold the replay" if self.playing else "Play")


def _values(depth_um: float | None, rate_chz: float | None, in_contact: bool) -> str:
    if depth_um is None:
        return "no readings here"
    rate = f", {rate_chz / 100:.0f} Hz" if rate_chz is not None else ""
    return f"{depth_um / 1000:.2f} mm{rate}" + ("" if in_contact else ", lifted")


def _badge_state(dossier: SessionDossier) -> str:
    if dossier.fault is not None:
        return "broken"
    state = seal_state(dossier.row)
    return "verified" if state == "sealed" else state


def _spans(tape: ReplayTape) -> list[AreaSpan]:
    spans = [
        AreaSpan((span.started_us - tape.start_us) / 1e6,
                 ((span.ended_us or tape.state.last_at_us) - tape.start_us) / 1e6, area.plan.label,
                 (area.plan.band_low_um, area.plan.band_high_um))
        for area in tape.state.areas.values() for span in area.passes]
    return sorted(spans, key=lambda span: span.start_s)


def _marks(tape: ReplayTape) -> list[TimelineMark]:
    starts = [
        TimelineMark((area.passes[0].started_us - tape.start_us) / 1e6, area.plan.label)
        for area in tape.state.areas.values() if area.passes]
    alarms = [
        TimelineMark((alarm.raised.arose_at_us - tape.start_us) / 1e6, alarm.raised.text, alarm.raised.priority)
        for alarm in tape.state.alarms.values() if tape.start_us <= alarm.raised.arose_at_us <= tape.end_us]
    return sorted([*starts, *alarms], key=lambda mark: mark.at_s)


def _note(dossier: SessionDossier) -> str:
    if dossier.fault is not None:
        return f"Entry {dossier.fault.seq}: {dossier.fault.what}. Keep the folder as it is and tell the manager."
    if dossier.state.amendments:
        return amendment_words(dossier.state.amendments[-1][1])
    if not len(dossier.table) and dossier.state.needling_begun:
        return "Entered by hand: there are no readings." if dossier.state.manual_mode else "No readings are kept."
    missing = sum(gap.count for gap in dossier.state.gaps)
    if missing:
        return f"{missing:,} readings are missing; the trace shows where."
    return dossier.state.ended.reason if dossier.state.ended and dossier.state.ended.reason else ""
