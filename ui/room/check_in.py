"""Check-in: the right patient, the plan and its areas, what the last visit left."""

from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from console.domain import closing, intake
from console.domain.areas import areas_on, label_of
from console.domain.label_matrix import Standing
from console.domain.quantities import quantity
from console.domain.session_state import SessionState
from console.domain.treatment_plan import TreatmentPlan, missing
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.follow_up_desk import ToldLine
from console.services.label_desk import foreseen
from console.services.label_words import STANDING_WORDS
from console.services.local_time import clock_text, local_day
from console.services.scan import ScanKind
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.room.needling_view import map_looks
from ui.room.outcome_sheet import ask_outcome
from ui.room.patient_check import PatientCheck
from ui.room.preparation_plan import STANDINGS, WAITS, WAITS_FOR_PEN
from ui.room.room_page import RoomPage
from ui.room.visit_story import count_of, last_visit_facts, settings_of, short_source, weeks_text
from ui.widgets.area_map import AreaMap
from ui.widgets.buttons import Button
from ui.widgets.lists import AreaList, AreaRow
from ui.widgets.tags import CourseBar, IntervalScale, Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, fact, row

TOLD_SHOWN = 2
ERRORS = ("Wrong patient chosen", "Opened twice", "Patient did not come", "Only trying the console")


class CheckInPage(RoomPage):
    """The first page of a session."""

    title = "Check-in"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._whose: UUID | None = None
        self._last: SessionState | None = None
        self._told: list[ToldLine] = []
        self.check = PatientCheck()
        self.check.matched.connect(self._confirm)
        self.check.card_read.connect(self._card)
        self.check.setFixedWidth(388)
        self._plan = Button("", "list", "normal", "nav", trailing="right", name="plan.choose")
        self._plan.triggered.connect(self._choose_plan)
        self.map = AreaMap("face")
        self.map.area_chosen.connect(self._toggle_area)
        self._label, self._label_why = Tag(), Label("", "label", "ink2", wrap=True)
        self._sum = Label("", "body", "ink2")
        self._list = Button("Area list", "list", "normal", "m", name="areas.list")
        self._list.triggered.connect(self._show_list)
        self._course, self._bar = Label("", "heading"), CourseBar(wide=True)
        self._plan_words, self._scale = TextLine("", "label", "ink2"), IntervalScale()
        self._why = Label("", "caption", "caution", wrap=True)
        self._since, self._window = Label("", "label_strong"), Label("", "label", "ink2")
        self._story = QVBoxLayout()
        self._build()

    def _build(self) -> None:
        middle = Card(padding=20, spacing=12)
        middle.body.addWidget(self._plan)
        label = row(self._label, self._label_why)
        label.setStretch(1, 1)
        middle.body.addLayout(label)
        middle.body.addWidget(self.map, 1)
        middle.body.addLayout(row(self._sum, None, self._list))
        right = Card(padding=20, spacing=12)
        right.setFixedWidth(388)
        right.body.addLayout(column(
            row(self._course, None), self._bar, self._scale, row(self._since, None, self._window),
            self._why, spacing=12))
        right.body.addWidget(Rule())
        self._story.setSpacing(11)
        right.body.addLayout(self._story)
        right.body.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(self.check)
        line.addWidget(middle, 1)
        line.addWidget(right)

    # --- what it shows ----------------------------------------------------------------------------------

    def also_shown(self) -> tuple[object, ...]:
        return (self.console.station.likely_pen(),)

    def show_state(self, state: SessionState) -> None:
        front = self.console.desk.front
        if front is None or state.opened is None:
            return
        if front.session_id != self._whose:
            self._whose = front.session_id
            self._meet(state)
        when = next((event.at_us for _, event in reversed(state.log)
                     if event.what.kind == "patient_confirmed"), state.last_at_us)
        self.check.show_check(state.patient_confirmed, f"Confirmed {clock_text(when)}")
        self._show_plan(state)
        self._show_course(state)
        self._show_story(state)

    def _meet(self, state: SessionState) -> None:
        opened = state.opened
        if opened is None:
            return
        self.check.forget()
        self.check.show_patient(self.console.day.patient(opened.patient_id), opened.age_years)
        self._last = self.console.day.last_state(opened.patient_id)
        self._told = self.console.follow_up.told_after_last(opened.patient_id)[-TOLD_SHOWN:]

    def _show_plan(self, state: SessionState) -> None:
        plan = state.plan
        self._plan.show_words(plan.plan_name if plan else "Choose a plan", "Treatment plan, touch to change")
        if plan is not None:
            self.map.set_map(plan.map_id)
        self.map.set_cropped("neck" not in state.areas)
        self.map.set_areas(map_looks(state, frozenset(area.plan.area_id for area in state.treatable_areas())))
        self._sum.show_text(_sum_words(state))
        self._show_label(state)

    def _show_label(self, state: SessionState) -> None:
        judged = foreseen(state, self.console.library, self.console.station.likely_pen())
        if judged is None:
            self._label.show_tag(WAITS_FOR_PEN, "neutral")
            self._label_why.show_text(WAITS)
            return
        standing = Standing(judged.standing)
        kind, sign = STANDINGS[standing]
        self._label.show_tag(STANDING_WORDS[standing], kind, sign)
        self._label_why.show_text(judged.why)

    def _show_course(self, state: SessionState) -> None:
        opened = state.opened
        if opened is None:
            return
        number, length = opened.course_number, opened.course_length
        self._course.show_text(f"Session {number} of {length}" if length else "No fixed course")
        self._bar.setVisible(length > 0)
        self._bar.show_course(number - 1, length, current=True)
        course = self.console.day.course(opened.patient_id, opened.course_id)
        window = (course.interval_min_days, course.interval_max_days) if course else (0, 0)
        if self._last is None:
            self._scale.setVisible(False)
            self._why.setVisible(False)
            self._since.show_text("First session here", "ink2")
            self._window.show_text("")
            return
        days = (self.console.day.today() - local_day(self._last.opened_at_us)).days
        self._scale.setVisible(window[1] > 0)
        self._scale.show_interval(days, window)
        early = days < window[0]
        self._since.show_text(f"{weeks_text(days)} since last{', early' if early else ''}",
                              "caution" if early else "ink")
        self._window.show_text(f"Plan: {window[0]} to {window[1]} days" if window[1] else "")
        pattern = self.console.day.course_pattern(state.plan.plan_id) if early and state.plan is not None else None
        self._why.show_text(f"The plan waits at least {window[0]} days: {short_source(pattern)}" if pattern else "")
        self._why.setVisible(bool(pattern))

    def _show_story(self, state: SessionState) -> None:
        _empty(self._story)
        if self._last is not None:
            for name, value in last_visit_facts(self._last):
                self._story.addLayout(fact(name, value))
            for one in self._told:
                words = f"After it: {one.told.text}, {one.told.severity}"
                self._story.addWidget(TextLine(words, "label", "stop" if one.beyond else "ink2"))
            self._story.addWidget(Rule())
        carried = self._last is not None and self._last.plan is not None and state.plan is not None \
            and self._last.plan.plan_id == state.plan.plan_id
        self._story.addWidget(Label("Carried forward" if carried else "Settings of the plan", "strong"))
        for setting in settings_of([area.plan for area in state.areas.values()]):
            words = f"{setting.depth}, {count_of(setting.passes, 'pass', 'es')}"
            line = row(TextLine(setting.areas, "label", "ink2"), Label(words, "tabular_label"))
            line.setStretch(0, 1)
            self._story.addLayout(line)

    def status(self) -> StatusText:
        state = self.state
        if state.patient_confirmed:
            return StatusText("Check-in: right patient confirmed", self.saving_facts(), dot="done")
        return StatusText("Check-in: is this the right patient?", self.saving_facts(), dot="live")

    def page_actions(self) -> Actions:
        return Actions(
            [Action("today", "Today", self._to_today, icon="left", kind="quiet"),
             Action("error", "Opened in error", self._ask_error, kind="quiet"),
             Action("outcome", "Grade outcome", self._ask_outcome, icon="chart")],
            [self.forward("Continue to screening", Phase.SCREENING, self._to_screening)])

    # --- what it does -----------------------------------------------------------------------------------

    def _ask_outcome(self) -> None:
        ask_outcome(self, "Outcome before this session")

    def _to_today(self) -> None:
        self.shell.open_page("today")

    def _to_screening(self) -> None:
        self.attempt(self.console.screening.begin)

    def _confirm(self, matched: tuple[str, ...]) -> None:
        if not self.state.patient_confirmed:
            self.attempt(lambda: self.console.desk.do(intake.confirm_patient(matched)))

    def on_scan(self, text: str) -> bool:
        if self.console.products.read(text).kind is not ScanKind.PATIENT:
            return False
        self._card(text)
        return True

    def _card(self, text: str) -> None:
        if complaint := self.check.read_card(self.console.products.read(text), self.patient_id):
            self.shell.tell(complaint, kind="stop")

    def _toggle_area(self, area_id: str) -> None:
        state = self.state
        if state.plan is None:
            return
        plan_id = state.plan.plan_id
        wanted = [one for one in state.areas if one != area_id]
        if area_id not in state.areas:
            wanted.append(area_id)
        if not wanted:
            self.shell.tell("One area must stay; the plan was not changed.", kind="caution")
            return
        self.attempt(lambda: self.console.day.choose_areas(plan_id, tuple(wanted)))

    def _show_list(self) -> None:
        areas = AreaList(self._area_rows(), "check_in.areas")

        def toggle(area_id: str) -> None:
            self._toggle_area(area_id)
            areas.show_rows(self._area_rows())

        areas.area_chosen.connect(toggle)
        self.shell.show_overlay(areas, "Areas of today", 560)

    def _area_rows(self) -> list[AreaRow]:
        state = self.state
        rows = []
        for area in areas_on(self.map.map_id):
            progress = state.areas.get(area.area_id)
            depth = quantity("depth_um").with_unit(progress.plan.target_depth_um) if progress else "Not in today's plan"
            rows.append(AreaRow(area.area_id, label_of(area.area_id), "planned" if progress else "not_planned", depth))
        return rows

    def _choose_plan(self) -> None:
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for place, plan in enumerate(self.console.day.plans()):
            grid.addWidget(self._plan_row(plan), place // 2, place % 2)
        self.shell.show_overlay(sheet, "Treatment plan", 860)

    def _plan_row(self, plan: TreatmentPlan) -> Button:
        gaps = missing(plan, self.console.day.pen_class)
        now = self.state.plan is not None and self.state.plan.plan_id == plan.plan_id
        hint = f"Waits for the clinic: {gaps[0]}" if gaps else count_of(len(plan.area_ids), "area")
        button = Button(plan.name, "", "live" if now else "normal", "l", hint, "check" if now else "right",
                        name=f"plan.{plan.plan_id}")
        button.setEnabled(not gaps)
        button.triggered.connect(partial(self._take_plan, plan.plan_id))
        return button

    def _take_plan(self, plan_id: str) -> None:
        self.shell.close_overlay()
        self.attempt(lambda: self.console.day.choose_areas(plan_id, ()))

    def _ask_error(self) -> None:
        sheet = ReasonSheet(
            "The session is closed and kept, and stays out of the statistics.", ERRORS, "Close as opened in error",
            kind="stop")
        sheet.given.connect(self._close_in_error)
        self.shell.show_overlay(sheet, "Opened in error", 560)

    def _close_in_error(self, reason: str) -> None:
        self.shell.close_overlay()
        whose = self.patient_id
        if self.attempt(lambda: self.console.desk.do(closing.opened_in_error(reason))):
            self.leave_session(f"The session of {whose} is closed as opened in error.")


def _sum_words(state: SessionState) -> str:
    sizes = [area.plan.area_mm2 for area in state.areas.values()]
    minutes = sum(area.plan.planned_s for area in state.areas.values()) // 60
    blocked = len(sizes) - len(state.treatable_areas())
    parts = [count_of(len(sizes), "area") + (f", {blocked} blocked" if blocked else "")]
    if sizes and all(sizes):
        parts.append(f"{sum(size or 0 for size in sizes) // 100} cm²")
    if minutes:
        parts.append(f"about {minutes} min")
    return ", ".join(parts)


def _empty(box: QLayout) -> None:
    while (part := box.takeAt(0)) is not None:
        widget, inner = part.widget(), part.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty(inner)
