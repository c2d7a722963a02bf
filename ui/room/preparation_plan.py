"""The plan read through once more: every area's figures, and how the bound pen's label stands to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter

from console.domain.label_matrix import Standing
from console.domain.labelling import unaccepted
from console.domain.quantities import quantity
from console.domain.session_events import AreaPlan
from console.domain.session_state import SessionState
from console.services.label_words import STANDING_WORDS
from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_line, paint_text
from ui.room.visit_story import count_of, short_source
from ui.theme import color
from ui.widgets.buttons import Button
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, row, scrolled

WAITS_FOR_PEN = "Label: waits for the pen"
WAITS = "Judged once a pen is bound."
ROW_PX, ROW_MOST_PX = 23, 34
STANDINGS = {  # tag kind, sign
    Standing.ON_LABEL: ("done", "check"), Standing.OFF_LABEL: ("caution", "caution"),
    Standing.NOT_EVALUATED: ("neutral", "info"),
}
COLUMNS = (  # heading, share of the width, right edge
    ("Area", 0.0), ("Target", 0.43), ("Band, mm", 0.62), ("Speed, Hz", 0.78), ("Passes", 0.895), ("Min", 1.0),
)


@dataclass(frozen=True)
class PlanRow:
    """One area as the table shows it; ``sign`` an icon's name with its tone."""

    cells: tuple[str, ...]
    blocked: bool
    sign: str = ""
    tone: str = ""


def standing_of(state: SessionState) -> Standing | None:
    """Give how the plan stands to the pen's label as judged last; None before a pen is chosen."""
    return Standing(state.label.standing) if state.label else None


def off_label_reason(state: SessionState) -> str:
    """Give the reason recorded last for going on off label, or empty."""
    return state.off_label[-1].reason if state.off_label else ""


def plan_rows(state: SessionState) -> tuple[PlanRow, ...]:
    """Give a row for each area of the plan, those screening blocks marked so."""
    treated = {area.plan.area_id for area in state.treatable_areas()}
    label, worst = state.label, standing_of(state)
    stands = dict(zip(label.area_ids, map(Standing, label.standings), strict=True)) if label else {}
    rows = []
    for area_id, area in state.areas.items():
        blocked = area_id not in treated
        found = stands.get(area_id, worst)
        kind, sign = STANDINGS[found] if found and not blocked else ("", "")
        rows.append(PlanRow(_cells(area.plan, blocked), blocked, sign, "ink3" if kind == "neutral" else kind))
    return tuple(rows)


def _cells(plan: AreaPlan, blocked: bool) -> tuple[str, ...]:
    depth, rate = quantity("depth_um"), quantity("rate_chz")
    if blocked:
        return (plan.label, "blocked by screening", "", "", "", "")
    return (
        plan.label, depth.with_unit(plan.target_depth_um),
        f"{depth.shown(plan.band_low_um)} to {depth.shown(plan.band_high_um)}",
        rate.span(plan.rate_low_chz, plan.rate_high_chz),
        str(plan.passes), f"{plan.planned_s / 60:.0f}")


class PlanTable(PaintedWidget):
    """The areas' figures in columns; a sign behind an area tells how the label stands to it."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[PlanRow, ...] = ()
        self.show_rows(())

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        """The rows shown."""
        return self._rows

    def show_rows(self, rows: tuple[PlanRow, ...]) -> None:
        """Show these rows."""
        if rows != self._rows or not rows:
            self._rows = rows
            self.setMinimumHeight(self.sizeHint().height())
            self.say("Plan", "; ".join(", ".join(cell for cell in one.cells if cell) for one in rows))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, (len(self._rows) + 1) * ROW_PX + 2)

    def row_px(self) -> int:
        """Give the height of a row: what there is room for, within reason."""
        return max(ROW_PX, min(ROW_MOST_PX, (self.height() - 2) // (len(self._rows) + 1)))

    def paint(self, painter: QPainter) -> None:
        high = self.row_px()
        self._paint_cells(painter, 0, tuple(name for name, _edge in COLUMNS), "ink3", "ink3")
        paint_line(painter, QPointF(0, high + 0.5), QPointF(self.width(), high + 0.5), color("line"))
        for place, one in enumerate(self._rows, 1):
            top = place * high + 2
            quiet = "ink3" if one.blocked else "ink2"
            self._paint_cells(painter, top, one.cells, "ink3" if one.blocked else "ink", quiet)
            if one.sign:
                paint_icon(painter, one.sign, QRectF(0, top + (high - 16) / 2, 16, 16), one.tone)

    def _paint_cells(self, painter: QPainter, top: float, cells: Sequence[str], first: str, rest: str) -> None:
        wide, high = self.width() - 1.0, self.row_px()
        room = wide * COLUMNS[1][1] - 24 - 62
        paint_text(painter, QRectF(24, top, room, high), cells[0], text_font(14, 500), color(first), LEFT)
        for cell, (_name, edge) in zip(cells[1:], COLUMNS[1:], strict=True):
            box = QRectF(wide * edge - 150, top, 150, high)
            strong = cell is cells[1]
            paint_text(painter, box, cell, tabular_font(14, 600 if strong and first == "ink" else 400),
                       color(first if strong else rest), RIGHT)


class PlanCard(Card):
    """The plan of today with the label's standing. ``reason_wanted`` by hand."""

    reason_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=10)
        self._title, self._sum = TextLine("", "heading"), TextLine("", "label", "ink2")
        self._tag = Tag()
        self.table = PlanTable()
        self._why = Label("", "label", "ink2", wrap=True)
        self._source = TextLine("", "caption", "ink3")
        self._reason = Button("Off label: say why", "note", "normal", "m", name="label.reason")
        self._reason.triggered.connect(self.reason_wanted)
        self._build()

    def _build(self) -> None:
        head = row(self._title, self._tag)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._sum)
        self.body.addWidget(scrolled(self.table), 1)
        self.body.addWidget(Rule())
        foot = row(self._why, self._reason)
        foot.setStretch(0, 1)
        self.body.addLayout(foot)
        self.body.addWidget(self._source)

    def show_plan(self, state: SessionState) -> None:
        """Show the plan of a session and how the label stands to it."""
        treated = state.treatable_areas()
        self._title.show_text(state.plan.plan_name if state.plan else "No plan")
        minutes = sum(area.plan.planned_s for area in treated) / 60
        passes = sum(area.plan.passes for area in treated)
        self._sum.show_text(
            f"{count_of(len(treated), 'area')}, {count_of(passes, 'pass', 'es')}, about {minutes:.0f} min")
        standing = standing_of(state)
        kind, sign = ("neutral", "") if standing is None else STANDINGS[standing]
        self._tag.show_tag(WAITS_FOR_PEN if standing is None else STANDING_WORDS[standing], kind, sign)
        self.table.show_rows(plan_rows(state))
        given, asks = off_label_reason(state), bool(unaccepted(state))
        why, source = (state.label.why, short_source(state.label.source)) if state.label else (WAITS, "")
        accepted = standing is Standing.OFF_LABEL and given and not asks
        self._why.show_text(f"{why} Reason: {given}" if accepted else why, "caution" if asks else "ink2")
        self._source.show_text(source)
        self._source.setVisible(bool(source))
        self._reason.setVisible(asks)
