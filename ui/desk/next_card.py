"""The patient chosen in the day, large; and the pen beside them."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.session_state import SessionState
from console.services.console import Console
from console.services.local_time import clock_text, day_text, local_day
from ui.desk.day_entries import DayEntry, early, phase_words, tag_of
from ui.desk.pen_words import PenWords
from ui.fonts import display_font
from ui.widgets.area_map import AreaLook, AreaMap
from ui.widgets.tags import CourseBar, Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, row

PATIENT_PX = 40


@dataclass(frozen=True)
class LastVisit:
    """What is said of the patient's last session."""

    day: str = "First session"
    deepest: str = "–"
    reaction: str = "–"


def last_visit(console: Console, patient_id: str) -> LastVisit:
    """Read the last session's facts."""
    state = console.day.last_state(patient_id)
    if state is None:
        return LastVisit()
    day = local_day(state.opened_at_us)
    year = "" if day.year == console.day.today().year else f" {day.year}"
    return LastVisit(f"{day.day} {day:%b}{year}", _deepest(state), _reaction(state))


def _deepest(state: SessionState) -> str:
    targets = [area.plan.target_depth_um for area in state.areas.values() if area.begun]
    return f"{max(targets) / 1000:.2f} mm" if targets else "–"


def _reaction(state: SessionState) -> str:
    return f"{len(state.reactions)} noted" if state.reactions else "None noted"


def _patient_font() -> QFont:
    font = QFont(display_font(PATIENT_PX))
    for feature in ("zero", "ss02"):  # 0 and O, 1 and I and l differ in an id
        font.setFeature(QFont.Tag(feature), 1)
    return font


class _Facts(QWidget):
    """Quiet names left, values right."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._values = {name: Label("", "medium", align=Qt.AlignmentFlag.AlignRight) for name in names}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(11)
        box.addStretch(1)
        for name, value in self._values.items():
            box.addLayout(row(Label(name, "label", "ink3"), None, value, spacing=4))
        box.addStretch(1)

    def show_value(self, name: str, value: str) -> None:
        """Show a value."""
        self._values[name].show_text(value)


class NextCard(Card):
    """The chosen patient: id, course, planned areas, last session, standing precaution."""

    def __init__(self) -> None:
        super().__init__(20, 12)
        self._lead, self._tag = Label("", "label", "ink3"), Tag()
        self._patient = Label("")
        self._lead.setObjectName("next.lead")
        self._patient.setObjectName("next.patient")
        self._patient.setFont(_patient_font())
        self._session, self._plan = Label("", "heading"), TextLine("", "label", "ink3", Qt.AlignmentFlag.AlignRight)
        self._bar = CourseBar(wide=True)
        self._map = AreaMap("face", small=True)
        self._map.setFixedWidth(130)
        self._map.setMinimumHeight(150)
        self._map.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._facts = _Facts(("Planned", "Last", "Deepest target", "Reactions"))
        self._rule = Rule()
        self._note, self._early = _NoteLine(), _NoteLine()
        self._build()

    def _build(self) -> None:
        head = row(column(self._lead, self._patient, spacing=0), None, self._tag)
        head.setAlignment(self._tag, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(head)
        course = row(self._session, self._plan)
        course.setStretch(1, 1)
        self.body.addLayout(course)
        self.body.addWidget(self._bar)
        self.body.addSpacing(2)
        self.body.addWidget(Rule())
        middle = row(self._map, self._facts, spacing=18)
        middle.setStretch(1, 1)
        self.body.addLayout(middle, 1)
        self.body.addWidget(self._rule)
        self.body.addWidget(self._note)
        self.body.addWidget(self._early)

    def show_entry(self, entry: DayEntry, last: LastVisit, console: Console) -> None:
        """Show a line of the day large."""
        self._show_head(entry, console)
        plan = entry.plan
        self._map.setVisible(plan is not None)
        if plan is not None:
            self._map.set_map(plan.map_id)
            self._map.set_areas({one: AreaLook("planned") for one in plan.area_ids})
        count = len(plan.area_ids) if plan else 0
        self._facts.show_value("Planned", f"{count} area{'' if count == 1 else 's'}" if count else "–")
        self._facts.show_value("Last", last.day)
        self._facts.show_value("Deepest target", last.deepest)
        self._facts.show_value("Reactions", last.reaction)
        self._note.show_note(entry.patient.note)
        self._early.show_note(entry.notice if not entry.over else "", "clock")
        self._rule.setVisible(bool(entry.patient.note or (entry.notice and not entry.over)))

    def _show_head(self, entry: DayEntry, console: Console) -> None:
        self._lead.show_text(_lead(entry, console))
        self._patient.show_text(entry.patient.patient_id)
        text, kind, icon = _tag(entry, console)
        self._tag.show_tag(text, kind, icon)
        course = entry.course
        self._bar.setVisible(bool(course and course.length))
        if course is not None and course.length:
            self._session.show_text(f"Session {entry.number} of {course.length}")
            self._bar.show_course(min(course.done, course.length), course.length, not entry.over)
        else:
            self._session.show_text("Maintenance" if course else "Single session")
        self._plan.show_text(entry.plan_name)


class _NoteLine(QWidget):
    """A line of caution: icon and words."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self._words = IconMark("caution", "caution", 20), Label("", "body", wrap=True)
        line = row(self._mark, self._words)
        line.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_note(self, text: str, icon: str = "caution") -> None:
        """Show words; empty words take no room."""
        self._mark.show_icon(icon)
        self._words.show_text(text)
        self.setVisible(bool(text))


def _lead(entry: DayEntry, console: Console) -> str:
    if entry.status == "open":
        since = entry.status_us if entry.status_us is not None else entry.at_us
        day = local_day(since)
        return f"Open since {clock_text(since)}" if day == console.day.today() else (
            f"Open since {day_text(day)}, {clock_text(since)}")
    return f"{'Today' if entry.over else 'Next'}, {clock_text(entry.at_us)}"


def _tag(entry: DayEntry, console: Console) -> tuple[str, str, str]:
    if entry.status == "open":
        return (phase_words(entry.phase).capitalize() or "Open"), "live", "dot"
    if entry.status == "arrived" and entry.status_us is not None:
        minutes = max((console.clock.utc_us() - entry.status_us) // 60_000_000, 0)
        return f"Waiting {minutes} min", "live", "dot"
    if early(entry):
        return "Early, check", "caution", "caution"
    look = tag_of(entry, console.day.today())
    return look.text, look.kind, look.icon


class PenCard(Card):
    """Who answers, and what to do before needling. ``tapped`` opens the pen's sheet."""

    tapped = Signal()

    def __init__(self) -> None:
        super().__init__(20, 16, across=True)
        self.setObjectName("today.pen")
        self.body.setContentsMargins(20, 14, 20, 14)
        self.setMinimumHeight(76)
        self._title, self._detail = TextLine("", "strong"), TextLine("", "label", "ink3")
        self._sign = IconMark("check", "done", 24)
        self.body.addWidget(IconMark("pen", "ink", 28))
        words = column(None, self._title, self._detail, None, spacing=2)
        self.body.addLayout(words, 1)
        self.body.addWidget(self._sign)

    def show_words(self, words: PenWords) -> None:
        """Show how the pen stands."""
        self._title.show_text(words.title)
        self._detail.show_text(words.detail, "caution" if words.tone == "caution" else "ink3")
        self._sign.show_icon(words.icon, words.tone)
        self.setAccessibleName(f"{words.title}. {words.detail}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.tapped.emit()
