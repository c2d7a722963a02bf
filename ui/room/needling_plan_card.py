"""The right card of needling: one area's target, passes, endpoint, note and events, and what is offered."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from console.domain.quantities import quantity
from console.domain.session_state import AreaProgress
from ui.fonts import text_font
from ui.icons import paint_icon
from ui.paint import paint_box, paint_focus, paint_text
from ui.room.choice_sheets import slug
from ui.room.needling_facts import DirectionKey, FactsLine
from ui.theme import color, pressed_fill
from ui.widgets.buttons import Button, ChoiceChip, PaintedButton
from ui.widgets.fields import Stepper
from ui.widgets.lists import EventLog, EventRow
from ui.widgets.tags import PassBars
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row

ENDPOINTS = (("erythema", "Erythema"), ("pinpoint_bleeding", "Pinpoint bleeding"))
TARGET_REASONS = ("Thicker skin", "Thinner skin", "Deeper scars", "Early endpoint", "Pain")
ACT_PX, WHY_PX = 138, 192
STEP_UM = 50
_DEPTH = quantity("depth_um")


@dataclass(frozen=True)
class Offer:
    """One thing that can be done beside the plan: its sentence, its button (``name`` is the object's)."""

    name: str
    text: str
    hint: str = ""
    words: str = ""
    icon: str = ""


class NoteLine(PaintedButton):
    """The line that opens the note: shows the newest note, or invites one."""

    def __init__(self) -> None:
        super().__init__("note.add")
        self.setFixedHeight(48)
        self._note = ""
        self.show_note("")

    def show_note(self, note: str) -> None:
        """Show a note; empty invites one."""
        self._note = note
        self.setAccessibleName(f"Note: {note}" if note else "Add a note")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 48)

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        paint_box(painter, box, 12, pressed_fill() if self.isDown() else color("surface"), color("line"))
        ink = color("ink") if self._note else color("ink3")
        paint_icon(painter, "note", QRectF(16, 14, 20, 20), color("ink2"))
        paint_text(painter, QRectF(47, 0, box.width() - 60, 48), self._note or "Add a note", text_font(16), ink)
        if self._ring:
            paint_focus(painter, box, 12)


class PlanCard(Card):
    """Signals say what the hand asks; the page decides and shows the answer.

    A new target waits, shown, until a reason is touched; ``target_given(target_um, reason)``.
    """

    list_wanted = Signal()
    target_given = Signal(int, str)
    endpoint_chosen = Signal(str, bool)
    note_wanted = Signal()
    offer_taken = Signal(str)
    direction_wanted = Signal()
    facts_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=16, spacing=12)
        self._area_id, self._planned_um = "", 0
        self._name, self._place = TextLine("", "title"), TextLine("", "label", "ink2")
        self._list = Button("", "list", "quiet", "m", name="areas.list")
        self._list.setAccessibleName("Area list")
        self._list.setFixedWidth(52)
        self._list.triggered.connect(self.list_wanted)
        self.target = Stepper(1000, STEP_UM, STEP_UM, _DEPTH.high, _DEPTH.scale, _DEPTH.decimals, _DEPTH.unit,
                              "Target", "target")
        self.target.setFixedWidth(206)
        self.target.changed.connect(self._ask_why)
        self._passes, self._bars = Label("", "heading"), PassBars()
        self.direction = DirectionKey()
        self.direction.clicked.connect(self.direction_wanted)
        self.chips = {key: ChoiceChip(text, name=f"endpoint.{key}") for key, text in ENDPOINTS}
        for key, chip in self.chips.items():
            chip.chosen.connect(self._teller(key))
        self.note = NoteLine()
        self.note.clicked.connect(self.note_wanted)
        self._keep = Button("Keep it", "undo", "quiet", "m", name="target.keep")
        self._keep.triggered.connect(self.drop_target)
        self._middle = QStackedWidget()
        self.log = EventLog("area.events")
        self.log.setMinimumHeight(30)
        self.facts = FactsLine()
        self.facts.clicked.connect(self.facts_wanted)
        self._offer_words = Label("", "label", "ink2", wrap=True)
        self._offer = Button("", "", "normal", "l")
        self._offer.triggered.connect(self._take_offer)
        self._offered: Offer | None = None
        self._lay_out()
        self._show_middle(0)

    def _lay_out(self) -> None:
        head = row(column(self._name, self._place, spacing=2), self._list)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.body.addLayout(row(Label("Target", "strong"), None, self.target))
        self.body.addLayout(row(Label("Pass", "strong"), self.direction, None, self._passes, self._bars))
        for part in (self._act_part(), self._why_part()):
            self._middle.addWidget(part)
        self.body.addWidget(self._middle)
        self.body.addWidget(Rule())
        self.body.addLayout(row(Label("Events", "strong"), None, Label("this area", "label", "ink2")))
        self.body.addWidget(self.log, 1)
        for part in (self.facts, self._offer_words, self._offer):
            self.body.addWidget(part)
        self.show_offer(None)

    def _act_part(self) -> QWidget:
        part = QWidget()
        chips = row(*self.chips.values(), spacing=8)
        chips.setStretch(1, 1)
        part.setLayout(column(Label("Endpoint", "strong"), chips, self.note, spacing=10))
        return part

    def _why_part(self) -> QWidget:
        part, grid = QWidget(), QGridLayout()
        grid.setSpacing(6)
        for place, reason in enumerate(TARGET_REASONS):
            chip = ChoiceChip(reason, name=f"target.reason.{slug(reason)}")
            chip.chosen.connect(self._reason_teller(chip, reason))
            grid.addWidget(chip, place // 2, place % 2)
        grid.addWidget(self._keep, len(TARGET_REASONS) // 2, len(TARGET_REASONS) % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(Label("Why another target?", "strong"))
        box.addLayout(grid)
        return part

    def _reason_teller(self, chip: ChoiceChip, reason: str) -> Callable[[bool], None]:
        def tell(_on: bool) -> None:
            chip.setChecked(False)
            self._show_middle(0)
            self.target_given.emit(self.target.value(), reason)

        return tell

    def _teller(self, endpoint: str) -> Callable[[bool], None]:
        def tell(seen: bool) -> None:
            self.endpoint_chosen.emit(endpoint, seen)

        return tell

    # --- what it shows ----------------------------------------------------------------------------------

    def show_area(self, area: AreaProgress, place: str, under_way: bool, open_to_change: bool) -> None:
        """Show an area's plan and how far it is."""
        plan = area.plan
        if (plan.area_id, plan.target_depth_um) != (self._area_id, self._planned_um):
            self._area_id, self._planned_um = plan.area_id, plan.target_depth_um
            self.drop_target()
        self._name.show_text(plan.label)
        self._place.show_text(place)
        self.target.setEnabled(open_to_change)
        self.target.set_range(STEP_UM, _DEPTH.high)
        count = area.passes_done + (1 if under_way else 0)
        self._passes.show_text(f"{count} of {max(plan.passes, count)}")
        self._bars.show_passes(plan.passes, area.passes_done, under_way)
        self.direction.show_direction(area.direction_of(area.passes[-1].number if under_way else area.passes_done + 1))
        self.direction.setEnabled(open_to_change)
        for key, chip in self.chips.items():
            chip.setChecked(key in area.endpoints)
            chip.setEnabled(open_to_change)
        self.note.show_note(area.notes[-1] if area.notes else "")

    def show_events(self, rows: list[EventRow]) -> None:
        """Show the area's events, newest first."""
        self.log.show_rows(rows)

    def show_facts(self, *lines: str) -> None:
        """Show what is known of the strokes and the time on the skin; an offer takes their place."""
        self.facts.show_lines(*lines)
        self._show_facts()

    def _show_facts(self) -> None:
        offered = self._offered is not None and bool(self._offered.text)
        self.facts.setHidden(offered or self.asking)

    def show_offer(self, offer: Offer | None) -> None:
        """Offer one thing, or nothing."""
        self._offered = offer
        self._offer.setHidden(offer is None or not offer.text)
        self._offer_words.setHidden(offer is None or not offer.words)
        if offer is not None:
            self._offer.setObjectName(offer.name)
            self._offer.show_words(offer.text, offer.hint, offer.icon)
            self._offer_words.show_text(offer.words)
        self._show_facts()

    def _take_offer(self) -> None:
        if self._offered is not None:
            self.offer_taken.emit(self._offered.name)

    # --- another target ---------------------------------------------------------------------------------

    @property
    def asking(self) -> bool:
        """Tell whether a new target waits for its reason."""
        return self._middle.currentIndex() == 1

    def _ask_why(self, target_um: int) -> None:
        self._show_middle(1 if target_um != self._planned_um else 0)

    def _show_middle(self, place: int) -> None:
        self._middle.setCurrentIndex(place)
        self._middle.setFixedHeight(WHY_PX if place else ACT_PX)
        self._show_facts()

    def drop_target(self) -> None:
        """Leave the target as it is planned."""
        self.target.set_value(self._planned_um)
        self._show_middle(0)
