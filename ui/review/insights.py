"""Insights: a period by practitioner, pen, lot or plan, with denominators, down to the very sessions."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.domain.errors import OperatorError
from console.domain.proportions import FEW, rate_words
from console.domain.session_list import FacetKind, SessionFilter
from console.services.console import Console
from console.services.facet_words import FacetWords
from console.services.insight_desk import Figures, Insight
from ui.desk.clinic_page import RecordList, clear
from ui.fonts import tabular_font, text_font
from ui.page import Action, Actions, StatusText
from ui.paint import LEFT, RIGHT, paint_text
from ui.review.month_bars import MonthBars
from ui.review.quality_page import QualityPage
from ui.theme import color
from ui.widgets import Button
from ui.widgets.fields import Segments
from ui.widgets.list_row import ListRow
from ui.widgets.texts import Card, Label, Rule, TextLine, column, fact, row

KINDS = ((FacetKind.PRACTITIONER.value, "Practitioner"), (FacetKind.PEN.value, "Pen"), (FacetKind.LOT.value, "Lot"),
         (FacetKind.PLAN.value, "Plan"))
SPANS = (("quarter", "3 months"), ("year", "12 months"), ("all", "All time"))
LIST_PX, ROW_PX, MOST_BARS = 700, 48, 12
COLUMNS = (("Treated", 70), ("Left out", 74), ("Alarms", 70), ("Overrides", 84), ("Events", 62))
NOTE = ("Only finished treatments count; stopped, put off and mistaken ones are left out. Shares with their 95 % "
        f"Wilson interval; below {FEW} treatments only the counts.")


class FigureRow(ListRow):
    """A value with its counts."""

    def __init__(self, name: str, words: str, one: Figures) -> None:
        self._words = words
        self._figures = (one.sums.treated, one.left_out, one.sums.alarms, one.sums.overrides, one.adverse)
        self._few = one.sums.treated < FEW
        said = ", ".join(f"{head} {figure}" for (head, _), figure in zip(COLUMNS, self._figures, strict=True))
        super().__init__(name, ROW_PX, f"{words}, {said}")

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        right = box.width() - 16
        for (_, width), figure in reversed(list(zip(COLUMNS, self._figures, strict=True))):
            cell = QRectF(right - width, 0, width, box.height())
            paint_text(painter, cell, f"{figure:,}", tabular_font(15), color("ink3" if self._few else "ink"), RIGHT)
            right -= width
        paint_text(painter, QRectF(16, 0, right - 24, box.height()), self._words, text_font(15, 500), color("ink"),
                   LEFT)


class InsightsPage(QualityPage):
    """The values left, one of them right. ``write`` writes the figures and names the file."""

    title, section = "Insights", "insights"

    def __init__(self, console: Console, write: Callable[[str], Path]) -> None:
        super().__init__(console)
        self._desk, self._write = console.quality.insights, write
        self._insight: Insight | None = None
        self._chosen, self._asked = "", 0
        self._words = FacetWords({}, {}, {}, {})
        self._kind, self._span = Segments(KINDS, "insights.kind", 48), Segments(SPANS, "insights.span", 44)
        self._list, self._bars = RecordList(), MonthBars("insights.bars")
        self._name, self._facts = TextLine("", "title"), column(spacing=8)
        self._log = Button("Its sessions in the log", "list", "quiet", "m", name="insights.log")
        self._left_out = Label("", "label", "ink2", wrap=True)
        self._build()

    def _build(self) -> None:
        self._kind.set_choice(FacetKind.PRACTITIONER.value)
        self._span.set_choice("year")
        for one in (self._kind, self._span):
            one.chosen.connect(lambda _: self.read())
        heads = row(None, spacing=0)
        heads.setContentsMargins(16, 0, 16, 0)
        for words, width in COLUMNS:
            label = Label(words, "label", "ink2", align=RIGHT)
            label.setFixedWidth(width)
            heads.addWidget(label)
        left = Card(0, 0)
        left.setFixedWidth(LIST_PX)
        head = column(self._kind, self._span, spacing=10)
        head.setContentsMargins(15, 15, 15, 10)
        left.body.addLayout(head)
        left.body.addLayout(heads)
        left.body.addWidget(self._list, 1)
        right = Card(20, 10)
        self._bars.setFixedHeight(150)
        for part in (self._name, Label("Treatments a month", "label", "ink2"), self._bars, Rule()):
            right.body.addWidget(part)
        right.body.addLayout(self._facts)
        right.body.addStretch(1)
        right.body.addWidget(self._left_out)
        right.body.addLayout(row(self._log, None))
        self._log.triggered.connect(self._open_log)
        whole = row(left, right)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        library = self.console.library
        self._words = FacetWords({one.staff_id: one.name for one in self.console.registry.staff()},
                                 {plan.plan_id: plan.name for plan in library.plans}, {}, {})
        self.read()

    def read(self) -> None:
        """Ask for the figures of what is chosen."""
        self._asked += 1
        number = self._asked
        self._left_out.show_text("Reading…")

        def answer(insight: Insight) -> None:
            if number == self._asked:
                self._take(insight)

        self._desk.ask(FacetKind(self._kind.choice()), self._span.choice(), answer, self.failed)

    def _take(self, insight: Insight) -> None:
        self._insight, self._chosen = insight, ""
        whole = FigureRow("insight.", "The whole clinic", insight.whole)
        self._list.show_rows([whole, *(FigureRow(f"insight.{one.value}", self._said(one.value), one)
                                       for one in insight.values)], self._choose, "")
        self._show()

    def _said(self, value: str) -> str:
        return self._words.say(self._insight.kind, value) if self._insight and value else "The whole clinic"

    def _choose(self, value: str) -> None:
        self._chosen = value
        for one in self._list.rows:
            one.set_selected(one.objectName().partition(".")[2] == value)
        self._show()

    def _show(self) -> None:
        if self._insight is None:
            return
        one = next((one for one in self._insight.values if one.value == self._chosen), self._insight.whole)
        sums = one.sums
        self._name.show_text(self._said(self._chosen))
        months = one.months[-MOST_BARS:]
        self._bars.show_bars([(f"{month.month % 100:02d}", month.treated) for month in months])
        clear(self._facts)
        minutes = f"{sums.needling_s / sums.treated / 60:.1f} min" if sums.treated >= FEW else "too few to compare"
        for name, value in (
                ("Screening overridden", rate_words(sums.overrides, sums.treated)),
                ("Off label", rate_words(sums.off_label, sums.treated)),
                ("Reaction noted", rate_words(sums.reactions, sums.treated)),
                ("Adverse event afterwards", rate_words(one.adverse, sums.treated)),
                ("Alarms in all", f"{sums.alarms:,} in {sums.treated:,}"),
                ("Needling time, on average", minutes)):
            self._facts.addLayout(fact(name, value, "tabular"))
        self._left_out.show_text(f"{one.left_out:,} of {sums.sessions:,} sessions are left out. {NOTE}")
        self.shell.update_chrome()

    def _open_log(self) -> None:
        if self._insight is not None:
            wanted = SessionFilter(since_us=self._insight.since_us).having(FacetKind.STANDING, "finished")
            if self._chosen:
                wanted = wanted.having(self._insight.kind, self._chosen)
            self.shell.open_page("sessions", wanted=wanted)

    def status(self) -> StatusText:
        return StatusText("Insights")

    def page_actions(self) -> Actions:
        return Actions([], [Action("figures", "Figures as CSV", self._write_figures, icon="export", kind="primary",
                                   enabled=self._insight is not None, width=316)])

    def _write_figures(self) -> None:
        if self._insight is None:
            return
        try:
            path = self._write(self._desk.csv(self._insight))
        except OperatorError as error:
            self.failed(error)
            return
        self.shell.tell(f"Written to {path}", "done")
