"""Areas over many sessions, month by month, and what became of courses against how densely they were needled."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice

from console.domain.errors import OperatorError
from console.domain.proportions import FEW
from console.domain.session_list import FacetKind, SessionFilter
from console.services.area_insight import (
    AreaFigures,
    AreasRead,
    CourseOutcome,
    CoursesRead,
    areas_csv,
    courses_csv,
    few_words,
)
from console.services.console import Console
from console.services.event_words import counted
from console.services.list_columns import DASH
from ui.page import Action, Actions, StatusText
from ui.review.quality_page import QualityPage
from ui.widgets.fields import Segments
from ui.widgets.figure_table import FigureTable, TableColumn, TableRow
from ui.widgets.states import EmptyState, LoadingRows
from ui.widgets.texts import Card, Label, TextLine, column, row

if TYPE_CHECKING:
    from ui.plots.chart import FigureChart

AREAS, OUTCOMES = "areas", "outcomes"
WHICH = ((AREAS, "Areas"), (OUTCOMES, "Outcomes"))
MEASURES = (("minutes", "Minutes"), ("depth_mm", "Depth, mm"), ("density", "Punctures per cm²"),
            ("over_s", "Over band, s"))
SPANS = (("quarter", "3 months"), ("year", "12 months"), ("all", "All time"))
LIST_PX, FOOT_PX, MOST_BARS = 700, 60, 12
AREA_COLUMNS = (TableColumn("Area", 0, "words", True), TableColumn("Treated", 96, "figure"),
                TableColumn("Min", 64, "figure"), TableColumn("Depth", 72, "figure"),
                TableColumn("Per cm²", 86, "figure"), TableColumn("Over, s", 80, "figure"))
COURSE_COLUMNS = (TableColumn("Patient", 110, "code", True), TableColumn("Scale", 0, "words"),
                  TableColumn("Visits", 64, "figure"), TableColumn("Per cm²", 86, "figure"),
                  TableColumn("First", 60, "figure"), TableColumn("Last", 60, "figure"),
                  TableColumn("", 120, "words"))
NOTE = (f"Finished treatments only; averages a session. Fewer than {FEW} are marked as few. "
        "Punctures per cm² are an estimate.")
NO_CAUSE = ("Courses graded at two visits or more. Punctures per cm² are an estimate, and a course's outcome has many "
            "causes: the chart proves none.")


class AreasPage(QualityPage):
    """The table left, its chart right. ``write(name, content)`` writes a file."""

    title, section = "Areas", "areas"

    def __init__(self, console: Console, write: Callable[[str, bytes], Path]) -> None:
        super().__init__(console)
        self._desk, self._write = console.quality.areas, write
        self._areas: tuple[AreaFigures, ...] = ()
        self._courses: list[CourseOutcome] = []
        self._since_us: int | None = None
        self._chosen, self._asked, self._read = "", 0, False
        self._which, self._span = Segments(WHICH, "areas.which", 48), Segments(SPANS, "areas.span", 44)
        self._measure = Segments(MEASURES, "areas.measure", 44)
        self._table = FigureTable(AREA_COLUMNS, "areas.table", "Areas", touched=True)
        self._waiting, self._foot = LoadingRows(6), Label("", "label", "ink2", wrap=True)
        self._name, self._chart_card = TextLine("", "title"), Card(20, 10)
        self._no_chart, self._nothing = Card(20, 10), EmptyState("chart", "Nothing to draw", "Choose a longer period.")
        self._chart: FigureChart | None = None
        self._build()

    def _build(self) -> None:
        self._which.set_choice(AREAS)
        self._span.set_choice("year")
        self._measure.set_choice("minutes")
        self._which.chosen.connect(lambda _: self.read())
        self._span.chosen.connect(lambda _: self.read())
        self._measure.chosen.connect(lambda _: self._draw())
        left = Card(15, 10)
        left.setFixedWidth(LIST_PX)
        for part in (self._which, self._span):
            left.body.addWidget(part)
        left.body.addWidget(self._table, 1)
        left.body.addWidget(self._waiting, 1)
        self._foot.setMinimumHeight(FOOT_PX)
        left.body.addWidget(self._foot)
        self._chart_card.body.addWidget(self._name)
        self._chart_card.body.addWidget(self._measure)
        self._no_chart.body.addWidget(self._nothing, 1)
        whole = row(left, self._chart_card, self._no_chart)
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(column(whole))
        self._table.row_chosen.connect(self._choose)

    # --- reading --------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self.read()

    def read(self) -> None:
        """Ask for what is chosen."""
        self._asked += 1
        number, self._chosen, self._read = self._asked, "", False
        self._waiting.show()
        self._table.hide()
        self._nothing.hide()
        self._show_chart(False)
        self._foot.show_text("Reading…")

        def failed(error: BaseException) -> None:
            if number == self._asked:
                self._waiting.hide()
                self._foot.show_text("Nothing could be read.")
                self.failed(error)

        def areas(told: AreasRead) -> None:
            if number == self._asked:
                self._take_areas(told)

        def courses(told: CoursesRead) -> None:
            if number == self._asked:
                self._take_courses(told)

        if self._which.choice() == AREAS:
            self._desk.ask_areas(self._span.choice(), areas, failed)
        else:
            self._desk.ask_courses(self._span.choice(), courses, failed)
        self.shell.update_chrome()

    def _take_areas(self, told: AreasRead) -> None:
        self._areas, self._since_us = told.areas(), told.since_us
        self._chosen = self._areas[0].area_id if self._areas else ""
        self._table.show_rows([TableRow((
            one.label, few_words(one.sums.sessions), f"{one.sums.minutes:.1f}", _shown(one.sums.depth_mm, 2),
            _shown(one.sums.density, 0), f"{one.sums.over_s:.1f}"), key=one.area_id) for one in self._areas],
            AREA_COLUMNS)
        self._done(NOTE if self._areas else "No treatment was finished in this period.", bool(self._areas))

    def _take_courses(self, told: CoursesRead) -> None:
        self._courses, self._since_us = told.courses, told.since_us
        self._table.show_rows([TableRow((
            one.patient_id, one.first.what.scale_name, str(one.sessions), _shown(one.density, 0),
            str(one.first.what.value), str(one.last.what.value), one.words), key=one.patient_id)
            for one in self._courses], COURSE_COLUMNS)
        few = f" {counted(len(self._courses), 'course')}, too few to compare." if len(self._courses) < FEW else ""
        more = " Only the newest are shown." if told.more else ""
        self._done(f"{NO_CAUSE}{few}{more}" if self._courses else
                   "No course of this period was graded at two visits.", bool(self._courses))

    def _show_chart(self, shown: bool) -> None:
        self._chart_card.setVisible(shown)
        self._no_chart.setVisible(not shown)

    def _done(self, words: str, shown: bool) -> None:
        self._read = shown
        self._waiting.hide()
        self._table.show()
        self._foot.show_text(words)
        self._nothing.show()
        self._show_chart(shown)
        self._measure.setVisible(self._which.choice() == AREAS)
        self._draw()
        self.shell.update_chrome()

    def _choose(self, key: object) -> None:
        self._chosen = str(key)
        self._draw()
        self.shell.update_chrome()

    # --- the chart ------------------------------------------------------------------------------------------

    def _figures(self) -> "FigureChart":
        if self._chart is None:
            from ui.plots.chart import FigureChart

            self._chart = FigureChart("areas.chart")
            self._chart_card.body.addWidget(self._chart, 1)
        return self._chart

    def _draw(self) -> None:
        if not self._read:
            return
        if self._which.choice() == AREAS:
            self._draw_months()
        else:
            self._draw_courses()

    def _draw_months(self) -> None:
        from ui.plots.chart import ChartSeries

        one = next((one for one in self._areas if one.area_id == self._chosen), self._areas[0])
        months, key = one.months[-MOST_BARS:], self._measure.choice()
        values = [getattr(sums, key) for _, sums in months]
        self._name.show_text(f"{one.label}, {counted(one.sums.sessions, 'treatment')}")
        self._figures().show_bars(
            [f"{date(month // 100, month % 100, 1):%b}" for month, _ in months],
            [ChartSeries(one.label, _array(values))],
            f"{dict(MEASURES)[key]}, on average, by month")

    def _draw_courses(self) -> None:
        from ui.plots.chart import ChartSeries

        told = [(one, one.gained) for one in self._courses if one.density is not None]
        scales = list(dict.fromkeys(one.first.what.scale_name for one, _ in told))[:4]
        self._name.show_text(", ".join(scales))
        self._show_chart(bool(told))
        series = [ChartSeries(scale, _array([gained for one, gained in told if one.first.what.scale_name == scale]),
                              _array([one.density for one, _ in told if one.first.what.scale_name == scale]),
                              marked=True, joined=False) for scale in scales]
        self._figures().show_lines(series, "Steps better", "Estimated punctures per cm², mean of the course")

    # --- acts -----------------------------------------------------------------------------------------------

    def status(self) -> StatusText:
        return StatusText("Areas")

    def page_actions(self) -> Actions:
        return Actions(
            [Action("log", "Its sessions in the log", self._open_log, icon="list", kind="quiet",
                    enabled=self._read and bool(self._chosen), width=300)],
            [Action("picture", "Chart as picture", self._write_picture, icon="export", enabled=self._read),
             Action("figures", "Figures as CSV", self._write_figures, icon="export", kind="primary",
                    enabled=self._read)])

    def _open_log(self) -> None:
        wanted = SessionFilter(since_us=self._since_us).having(FacetKind.STANDING, "finished")
        if self._which.choice() == AREAS:
            wanted = wanted.having(FacetKind.AREA, self._chosen)
        else:
            wanted = SessionFilter(patient_id=self._chosen)
        self.shell.open_page("sessions", wanted=wanted)

    def _write_figures(self) -> None:
        text = areas_csv(self._areas) if self._which.choice() == AREAS else courses_csv(self._courses)
        self._save("csv", text.encode())

    def _write_picture(self) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._chart_card.grab().save(buffer, "PNG")
        self._save("png", bytes(buffer.data().data()))

    def _save(self, form: str, content: bytes) -> None:
        name = self._which.choice()
        try:
            self._desk.note_written(f"insights by {name}", form)
            path = self._write(f"insights-{name}.{form}", content)
        except OperatorError as error:
            self.failed(error)
            return
        self.shell.tell(f"Written to {path}", "done")


def _shown(value: float | None, decimals: int) -> str:
    return DASH if value is None else f"{value:,.{decimals}f}"


def _array(values: Sequence[float | None]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)
