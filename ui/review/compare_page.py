"""Two to four sessions side by side: a chart for the eye, and the same figures in a table below it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QWidget

from console.domain.errors import OperatorError
from console.domain.outcomes import change_words
from console.domain.ports import SessionRow
from console.services.compare_desk import CompareDesk
from console.services.list_columns import DASH
from console.services.session_compare import (
    LETTERS,
    MEASURES,
    TRACE_COLUMNS,
    Comparison,
    Measure,
    name_of,
    settings_rows,
)
from ui.fonts import text_font
from ui.page import Action, Actions, Page, StatusText
from ui.paint import PaintedWidget, paint_box, paint_text, text_width
from ui.theme import color
from ui.widgets import Card, EmptyState, FigureTable, Label, LoadingRows, Segments, TableColumn, TableRow, column, row

if TYPE_CHECKING:
    from ui.plots.chart import ChartSeries, FigureChart

TRACE, OUTCOMES, SETTINGS = "trace", "outcomes", "settings"
VIEWS = (*((one.key, one.name) for one in MEASURES[:3]), ("density", "Density"), ("over", "Over band"),
         (TRACE, "Over time"), (OUTCOMES, "Outcomes"), (SETTINGS, "Settings"))
TOKENS = ("live", "trace2", "done", "caution")


class _Legend(PaintedWidget):
    """Each session's letter in its colour, and its name."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self.setFixedHeight(32)

    def show_names(self, names: Sequence[str]) -> None:
        """Name these sessions."""
        self._names = tuple(names)
        self.say("Sessions", "; ".join(f"{letter} {name}" for letter, name in zip(LETTERS, names, strict=False)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(246 * max(len(self._names), 1), 32)

    def paint(self, painter: QPainter) -> None:
        left, font = 0.0, text_font(15, 500)
        for number, name in enumerate(self._names):
            paint_box(painter, QRectF(left, 7, 18, 18), 5, color(TOKENS[number]))
            words = f"{LETTERS[number]}  {name}"
            paint_text(painter, QRectF(left + 26, 0, 320, 32), words, font, color("ink"), elide=False)
            left += 26 + text_width(words, font) + 28


class ComparePage(Page):
    """Read only. Open it with ``session_ids``, or with ``with_former`` a session's row."""

    title, frame, tab = "Compare", "desk", "sessions"

    def __init__(self, desk: CompareDesk) -> None:
        super().__init__()
        self._desk = desk
        self._comparison: Comparison | None = None
        self._came_from = "sessions"
        self._asked = 0
        self._views = Segments(VIEWS, "compare.view", 48)
        self._legend, self._note = _Legend(), Label("", "label", "ink3")
        self._chart: FigureChart | None = None
        self._chart_card = Card(16, 8)
        self.table = FigureTable((TableColumn("Area", 0, "words", True),), "compare.table", "Figures compared")
        self._layers = QStackedWidget()
        self._empty = EmptyState("chart", "Nothing to compare", "Mark two to four sessions in the list.", "To the list",
                                 "list", name="compare.none")
        self._build()

    def _build(self) -> None:
        self._chart_card.body.addLayout(row(self._legend, None, self._note))
        figures = Card(12, 4)
        figures.body.addWidget(self.table, 1)
        whole = QWidget()
        box = column(self._chart_card, figures)
        box.setContentsMargins(16, 12, 16, 12)
        box.setStretch(0, 55)
        box.setStretch(1, 45)
        whole.setLayout(box)
        for layer in (self._empty, LoadingRows(8), whole):
            self._layers.addWidget(layer)
        self.setLayout(column(self._layers))
        self._views.set_choice(VIEWS[0][0])
        self._views.chosen.connect(lambda _: self._show())
        self._empty.acted.connect(lambda: self.shell.open_page("sessions"))

    # --- page ------------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        came_from, former, ids = context.get("came_from"), context.get("with_former"), context.get("session_ids")
        if isinstance(came_from, str):
            self._came_from = came_from
        self._asked += 1
        number = self._asked

        def answer(comparison: Comparison) -> None:
            if number == self._asked:
                self.show_comparison(comparison)

        def failed(error: BaseException) -> None:
            if number == self._asked:
                self._failed(error)

        if isinstance(former, SessionRow):
            self._layers.setCurrentIndex(1)
            self._desk.with_former(former, answer, failed)
        elif isinstance(ids, tuple | list):
            self._layers.setCurrentIndex(1)
            self._desk.sessions([one for one in ids if isinstance(one, UUID)], answer, failed)

    def status(self) -> StatusText:
        return StatusText("Compare")

    def status_left(self) -> QWidget | None:
        return self._views

    def page_actions(self) -> Actions:
        sessions = self._comparison.sessions if self._comparison is not None else ()
        return Actions(
            [Action("back", "Back", lambda: self.shell.open_page(self._came_from), icon="left", kind="quiet")],
            [Action(f"open.{letter}", f"Open {letter}", lambda one=one: self.shell.open_page(  # type: ignore[misc]
                "session", session_id=one.row.session_id, came_from="compare"), icon="list")
             for letter, one in zip(LETTERS, sessions, strict=False)])

    def on_key(self, key: str) -> bool:
        keys = [name for name, _ in VIEWS]
        if key.isdecimal() and 1 <= int(key) <= len(keys):
            self.show_view(keys[int(key) - 1])
            return True
        return False

    # --- showing ---------------------------------------------------------------------------------------------

    def show_comparison(self, comparison: Comparison) -> None:
        """Show these sessions."""
        self._comparison = comparison
        self._legend.show_names([name_of(one) for one in comparison.sessions])
        self._layers.setCurrentIndex(2)
        self._show()
        self.shell.update_chrome()

    def show_view(self, key: str) -> None:
        """Show a measure, the course of depth, the outcomes or the settings."""
        self._views.set_choice(key)
        self._show()

    def _show(self) -> None:
        comparison, view = self._comparison, self._views.choice()
        if comparison is None:
            return
        measure = next((one for one in MEASURES if one.key == view), None)
        if measure is not None:
            self._show_measure(comparison, measure)
        elif view == TRACE:
            self._show_trace(comparison)
        elif view == OUTCOMES:
            self._show_outcomes(comparison)
        else:
            self._show_settings(comparison)
        self._chart_card.setVisible(view != SETTINGS and not (view == OUTCOMES and not comparison.gradings))

    def _figures(self) -> "FigureChart":
        if self._chart is None:
            from ui.plots.chart import FigureChart

            self._chart = FigureChart("compare.chart")
            self._chart_card.body.addWidget(self._chart, 1)
        return self._chart

    def _columns(self, comparison: Comparison, first: str, last: str = "") -> list[TableColumn]:
        width = 170 if len(comparison.sessions) < 4 else 150
        found = [TableColumn(first, 0, "words", True)]
        found += [TableColumn(f"{letter}  {name_of(one)}", width + 60, "figure")
                  for letter, one in zip(LETTERS, comparison.sessions, strict=False)]
        return [*found, TableColumn(last, 150, "figure")] if last else found

    def _show_measure(self, comparison: Comparison, measure: Measure) -> None:
        values = [[measure.value(one.area(area_id)) for area_id, _ in comparison.areas]
                  for one in comparison.sessions]
        unit = f", {measure.unit}" if measure.unit else ""
        self._figures().show_bars([label for _, label in comparison.areas], [
            _series(letter, told) for letter, told in zip(LETTERS, values, strict=False)], f"{measure.name}{unit}")
        self._note.show_text(measure.note)
        rows = []
        for place, (_, label) in enumerate(comparison.areas):
            told = [one[place] for one in values]
            rows.append(TableRow((label, *(measure.shown(one) for one in told), _change(measure, told))))
        self.table.show_rows(rows, self._columns(comparison, f"{measure.name}{unit}", "Change A to last"))

    def _show_trace(self, comparison: Comparison) -> None:
        from ui.plots.chart import ChartSeries

        series = []
        for letter, one in zip(LETTERS, comparison.sessions, strict=False):
            at = (np.arange(TRACE_COLUMNS) + 0.5) / TRACE_COLUMNS * one.length_s / 60
            series.append(ChartSeries(letter, one.trace_um / 1000, at))
        self._figures().show_lines(series, "Deepest, mm", "Minutes of needling")
        self._note.show_text("Deepest on the skin, over the time from the first pass on")
        rows = [("Length, min:s", [_clock(one.length_s) for one in comparison.sessions]),
                ("Deepest, mm", [_most(one.trace_um) for one in comparison.sessions]),
                ("Readings", [f"{one.row.samples:,}" for one in comparison.sessions])]
        self.table.show_rows([TableRow((name, *told)) for name, told in rows],
                             self._columns(comparison, "Course of depth"))

    def _show_outcomes(self, comparison: Comparison) -> None:
        from ui.plots.chart import ChartSeries

        told = comparison.gradings[:len(TOKENS)]
        self._figures().show_lines([
            ChartSeries(patient, np.array([float(one.what.value) for one in gradings]),
                        np.array([float(one.session_number) for one in gradings]), True)
            for patient, gradings in told], "Value", "Session of the course")
        self._note.show_text("In the order of the table")
        rows = [] if told else [TableRow(("No outcome was graded in these courses", "", "", ""))]
        for patient, gradings in told:
            first, last = gradings[0].what, gradings[-1].what
            steps = ", ".join(f"{one.session_number}: {one.what.value}" for one in gradings)
            better = f"{first.better} is better" if first.better in ("lower", "higher") else "no better end"
            rows.append(TableRow((f"{patient}, {first.scale_name}, {first.graded_by}", steps,
                                  f"{first.low} to {first.high}, {better}",
                                  change_words(first, last) if len(gradings) > 1 else DASH)))
        self.table.show_rows(rows, (TableColumn("Scale", 0, "words", True), TableColumn("Session: value", 360),
                                    TableColumn("Ends", 220), TableColumn("Over the course", 150)))

    def _show_settings(self, comparison: Comparison) -> None:
        width = 1_080 // len(comparison.sessions)
        columns = [TableColumn("Set and used", 0, "words", True), *(
            TableColumn(f"{letter}  {name_of(one)}", width)
            for letter, one in zip(LETTERS, comparison.sessions, strict=False))]
        self.table.show_rows([TableRow((name, *values)) for name, values in settings_rows(comparison)], columns)

    def _failed(self, error: BaseException) -> None:
        self._comparison = None
        self._layers.setCurrentIndex(0)
        self.shell.update_chrome()
        self.shell.tell(str(error) if isinstance(error, OperatorError)
                        else "The sessions could not be read; the record is untouched.", "stop")


def _series(name: str, values: Sequence[float | None]) -> "ChartSeries":
    from ui.plots.chart import ChartSeries

    return ChartSeries(name, np.array([np.nan if one is None else one for one in values], np.float64))


def _change(measure: Measure, values: Sequence[float | None]) -> str:
    first, last = values[0], values[-1]
    if first is None or last is None:
        return DASH
    step = 60 if measure.key == "time" else 10 ** measure.decimals
    first, last = round(first * step) / step, round(last * step) / step  # as the table shows them
    words = measure.shown(abs(last - first))
    if words in (DASH, measure.shown(0.0)):
        return "same"
    return f"{'+' if last > first else '−'}{words}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _most(depth_um: np.ndarray) -> str:
    return DASH if np.isnan(depth_um).all() else f"{float(np.nanmax(depth_um)) / 1000:.2f}"
