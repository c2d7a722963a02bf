"""Screening: every rule of the plan, asked at every visit, group by group."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.domain import closing
from console.domain.areas import labels_of
from console.domain.screening import Reason, Rule
from console.domain.session_state import SessionState
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.local_time import clock_text, day_text, local_day
from console.services.screening_desk import GroupView, RuleView
from console.services.session_desk import Receipt
from ui.page import Action, Actions, Chip, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.room.finding_sheet import FindingSheet
from ui.room.not_today import NotToday
from ui.room.override_sheet import OverrideSheet
from ui.room.room_page import RoomPage
from ui.room.rule_rows import GroupButton, GroupPanel
from ui.room.signing import refusal_words
from ui.room.visit_story import count_of
from ui.widgets.texts import Card, Label

CORRECTIONS = ("Touched by mistake", "Patient corrected it", "Looked at again", "Misunderstood")
NOTES = ("Discussed, goes on", "Agreed with the prescriber", "Stable, under care", "Long ago, healed",
         "Lower depth chosen", "Area watched closely")
OVERRIDES = ("Prescriber approved in writing", "Physician present agrees", "Not in today's areas")
DEFERRALS = ("Patient does not feel well", "Patient needs time", "Needs a physician's word", "Late, no time left")
NAMED_AREAS = 2  # more are counted, as the line has no room
ADVANCE_AFTER_S = 0.3  # the last answer of a group is seen before the next group comes


class ScreeningPage(RoomPage):
    """The questions left, the groups right; a standing stop takes the groups' place."""

    title = "Screening"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._panel: GroupPanel | None = None
        self._group_id = ""
        self._buttons: dict[str, GroupButton] = {}
        self._complete_since_s: float | None = None
        self._looks_on = False
        self.stop_panel = NotToday()
        self._build()
        self.stop_panel.referred.connect(self._refer)
        self.stop_panel.corrected.connect(self._correct_stop)
        self.stop_panel.overridden.connect(self._ask_override)
        self.stop_panel.looked_on.connect(self._look_on)

    def _build(self) -> None:
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        rail = Card(padding=20, spacing=8)
        rail.body.addWidget(Label("Groups", "heading"))
        self._rail = QVBoxLayout()
        self._rail.setSpacing(8)
        rail.body.addLayout(self._rail)
        rail.body.addStretch(1)
        self._story = Label("", "label", "ink2", wrap=True)
        rail.body.addWidget(self._story)
        side = QWidget()
        side.setFixedWidth(388)
        self._side = QStackedLayout(side)
        self._side.addWidget(rail)
        self._side.addWidget(self.stop_panel)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addLayout(self._place, 1)
        line.addWidget(side)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._group_id, self._looks_on, self._complete_since_s = "", False, None

    # --- what it shows ----------------------------------------------------------------------------------

    def show_state(self, state: SessionState) -> None:
        groups = self.console.screening.groups()
        if not groups:
            return
        known = {view.group.group_id for view in groups}
        if self._group_id not in known:
            self._group_id = _first_open(groups, "") or groups[0].group.group_id
        self._show_rail(groups)
        self._show_panel(next(view for view in groups if view.group.group_id == self._group_id))
        self._show_side(state)

    def _show_rail(self, groups: list[GroupView]) -> None:
        if list(self._buttons) != [view.group.group_id for view in groups]:
            for old in self._buttons.values():
                self._rail.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._buttons = {}
            for view in groups:
                button = GroupButton(view)
                button.clicked.connect(self._turner(view.group.group_id))
                self._buttons[view.group.group_id] = button
                self._rail.addWidget(button)
        for view in groups:
            self._buttons[view.group.group_id].show_view(view, view.group.group_id == self._group_id)
        self._story.show_text(self._last_words(groups))

    def _last_words(self, groups: list[GroupView]) -> str:
        last = [one.last for view in groups for one in view.rules if one.last is not None]
        if not last:
            return "First visit: every question is asked anew."
        day = day_text(local_day(max(one.at_us for one in last)))
        yes = sum(1 for one in last if one.answer == "yes")
        return f"Last visit {day}: {len(last) - yes} no, {yes} yes. Nothing is filled in before it is asked."

    def _show_panel(self, view: GroupView) -> None:
        panel = self._panel
        if panel is not None and panel.group_id == view.group.group_id and panel.rule_ids() == _ids(view):
            panel.show_view(view)
            return
        if panel is not None:
            self._place.removeWidget(panel)
            panel.hide()
            panel.setObjectName("")
            panel.deleteLater()
        self._panel = GroupPanel(view)
        self._panel.answered.connect(self._answered)
        self._panel.confirmed.connect(self._confirmed)
        self._place.addWidget(self._panel)
        self._complete_since_s = None

    def _show_side(self, state: SessionState) -> None:
        stop = self._standing(state)
        if stop is None:
            self._looks_on = False
        self._side.setCurrentIndex(1 if stop is not None and not self._looks_on else 0)
        if stop is not None and state.opened is not None:
            rule = self._rule(stop.rule_id)
            given = state.answers[stop.rule_id]
            left = state.opened.course_length - state.opened.course_number + 1
            self.stop_panel.show_stop(
                rule, clock_text(given.at_us), self.console.desk.actor_id, left, rule.override_allowed)

    def show_time(self) -> None:
        groups = self.console.screening.groups()
        now = next((view for view in groups if view.group.group_id == self._group_id), None)
        following = _first_open(groups, self._group_id)
        if now is None or now.answered < len(now.rules) or not following or self._standing(self.state) is not None:
            self._complete_since_s = None
            return
        clock_s = self.console.clock.monotonic_s()
        if self._complete_since_s is None:
            self._complete_since_s = clock_s if self._just_answered else None
        elif clock_s - self._complete_since_s >= ADVANCE_AFTER_S:
            self._complete_since_s = None
            self._turn_to(following)

    def status(self) -> StatusText:
        state = self.state
        stop = self._standing(state)
        if stop is not None:
            return StatusText(f"Stop: {stop.question[0].lower()}{stop.question[1:]}",
                              ("Consent and later steps are locked",), notice="stop")
        verdict = state.screening_verdict()
        count, whole = len(state.rules) - len(verdict.unanswered), len(state.rules)
        chips = [Chip(f"{count} of {whole} answered", "done" if count == whole else "neutral",
                      "check" if count == whole else "")]
        if verdict.blocked_areas:
            few = len(verdict.blocked_areas) <= NAMED_AREAS
            words = labels_of(verdict.blocked_areas) if few else count_of(len(verdict.blocked_areas), "area")
            chips.append(Chip(f"{words} left out", "caution", "caution"))
        if verdict.blocks_anesthetic:
            chips.append(Chip("No numbing today", "caution", "caution"))
        return StatusText("Screening", self.saving_facts(), tuple(chips))

    def page_actions(self) -> Actions:
        left = [Action("back", "Check-in", self.go(Phase.CHECK_IN), icon="left", kind="quiet")]
        state = self.state
        if self._standing(state) is not None:
            locked = Action("locked", "Continue to consent", icon="lock", kind="primary", enabled=False, width=300)
            defer = Action("defer", "Defer and rebook", self._defer_for_stop, kind="primary", width=388)
            return Actions(left, [locked, defer])
        left.append(Action("defer", "Defer session", self._ask_defer, kind="quiet"))
        right = [self.forward("Continue to consent", Phase.CONSENT)]
        following = _first_open(self.console.screening.groups(), self._group_id) if state.rules else ""
        if following and following != self._group_id:
            right.insert(0, Action("next_group", "Next group", lambda: self._turn_to(following), icon="down"))
        return Actions(left, right)

    # --- answers ----------------------------------------------------------------------------------------

    _just_answered = False

    def _answered(self, rule_id: str, given: str) -> None:
        before = self.state.answers.get(rule_id)
        rule = self._rule(rule_id)
        if before is not None and before.answer != given:
            self._ask_correction(rule, given)
        elif given == "no":
            self._record(rule_id, given)
        else:
            self._take_yes(rule, "")

    def _take_yes(self, rule: Rule, reason: str) -> None:
        wants_areas = rule.scope.value == "area"
        wants_note = rule.rule_class.value == "precaution"
        if not wants_areas and not wants_note and rule.wait is None:
            self._record(rule.rule_id, "yes", reason=reason)
            return
        before, last = self.state.answers.get(rule.rule_id), self._view(rule.rule_id).last
        notes = list(NOTES) if wants_note else []
        if last is not None and last.note and wants_note:
            notes.insert(0, last.note)
        planned = tuple(self.state.areas)
        chosen = before.area_ids if before is not None and before.answer == "yes" else ()
        wide = 1240 if rule.wait is not None and wants_note else 960
        sheet = FindingSheet(rule.detail, planned if wants_areas else (), notes, wide - 48, chosen=chosen,
                             wait=rule.wait, today=self.console.day.today())

        def record(area_ids: tuple[str, ...], note: str, since: str, about: bool) -> None:
            self.shell.close_overlay()
            self._record(rule.rule_id, "yes", area_ids, note, reason, since, about)

        sheet.recorded.connect(record)
        self.show_again()  # the touch alone records nothing
        self.shell.show_overlay(sheet, rule.question, wide)

    def _record(self, rule_id: str, given: str, area_ids: tuple[str, ...] = (), note: str = "",
                reason: str = "", since: str = "", about: bool = False) -> None:
        self._just_answered = True
        self.attempt(lambda: self.console.screening.answer(rule_id, given, area_ids, note, reason, since, about))

    def _ask_correction(self, rule: Rule, given: str) -> None:
        self.show_again()
        sheet = ReasonSheet("The first answer stays in the record beside the new one.", CORRECTIONS,
                            f"Change to {given}", at_once=True)

        def correct(reason: str) -> None:
            self.shell.close_overlay()
            if given == "no":
                self._record(rule.rule_id, "no", reason=reason)
            else:
                self._take_yes(rule, reason)

        sheet.given.connect(correct)
        self.shell.show_overlay(sheet, f"Why change: {rule.question}", 620)

    def _confirmed(self, group_id: str) -> None:
        self._just_answered = True
        self.attempt(lambda: self.console.screening.confirm_group(group_id))

    def _turner(self, group_id: str) -> Callable[[], None]:
        def turn() -> None:
            self._turn_to(group_id)

        return turn

    def _turn_to(self, group_id: str) -> None:
        self._group_id, self._just_answered = group_id, False
        self.show_again()

    # --- a standing stop ------------------------------------------------------------------------------------

    def _standing(self, state: SessionState) -> Reason | None:
        verdict = state.screening_verdict()
        if verdict.kind != "stop":
            return None
        standing = [one for one in verdict.reasons if one.rule_class == "stop" and not one.overridden]
        return next((one for one in standing if len(one.area_ids) >= len(state.areas)), standing[0])

    def _look_on(self) -> None:
        self._looks_on = True
        self.show_again()

    def _correct_stop(self) -> None:
        stop = self._standing(self.state)
        if stop is not None:
            self._ask_correction(self._rule(stop.rule_id), "no")

    def _ask_override(self) -> None:
        stop = self._standing(self.state)
        if stop is None:
            return
        rule = self._rule(stop.rule_id)
        actor = self.console.desk.actor
        who = f"{actor.name}, {actor.staff_id}" if actor else "nobody"
        sheet = OverrideSheet(rule.conflict or rule.source, OVERRIDES, who)

        def override(reason: str, pin: str) -> None:
            sheet.wait()
            self.console.screening.override(rule.rule_id, reason, pin, overridden, refused)

        def overridden(_receipt: Receipt) -> None:
            if isValid(sheet):
                self.shell.close_overlay()
            self.show_again()

        def refused(error: BaseException) -> None:
            if isValid(sheet):
                sheet.refuse(refusal_words(error))

        sheet.signed.connect(override)
        self.shell.show_overlay(sheet, f"Override: {rule.question}", 960)

    def _refer(self) -> None:
        stop = self._standing(self.state)
        if stop is not None:
            self._defer(f"referred to physician: {stop.question}")

    def _defer_for_stop(self) -> None:
        stop = self._standing(self.state)
        if stop is not None:
            self._defer(f"screening: {stop.question}")

    def _ask_defer(self) -> None:
        sheet = ReasonSheet("Nothing is lost: answers and plan stay in the record.", DEFERRALS, "Defer and rebook")

        def defer(reason: str) -> None:
            self.shell.close_overlay()
            self._defer(reason)

        sheet.given.connect(defer)
        self.shell.show_overlay(sheet, "Defer session", 560)

    def _defer(self, reason: str) -> None:
        whose = self.patient_id
        if self.attempt(lambda: self.console.desk.do(closing.defer(reason))):
            self.leave_session(f"{whose} is deferred. Give a new date at the desk.")

    # --- questions ------------------------------------------------------------------------------------------

    def _rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.console.library.rules if rule.rule_id == rule_id)

    def _view(self, rule_id: str) -> RuleView:
        return next(view for group in self.console.screening.groups() for view in group.rules
                    if view.rule.rule_id == rule_id)


def _first_open(groups: list[GroupView], after: str) -> str:
    """Give the first group with an open question, beginning behind ``after``; empty if none is left."""
    ids = [view.group.group_id for view in groups]
    start = ids.index(after) + 1 if after in ids else 0
    turned = [*groups[start:], *groups[:start]]
    return next((view.group.group_id for view in turned if view.answered < len(view.rules)), "")


def _ids(view: GroupView) -> tuple[str, ...]:
    return tuple(one.rule.rule_id for one in view.rules)
