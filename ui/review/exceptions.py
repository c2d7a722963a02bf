"""By exception: the sessions that left the plan in order of weight, a random sample to sign off, and findings."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from PySide6.QtWidgets import QWidget

from console.domain.people import Staff
from console.domain.ports import SessionRow
from console.domain.quality_reviews import CLOSED, FOUND, IN_ORDER, Finding, Review, Sample
from console.domain.session_list import SessionFilter
from console.services.console import Console
from console.services.event_words import counted
from console.services.exception_desk import MOST_READ, Reading, SampleView
from console.services.exception_rule import Ranked
from console.services.list_periods import BY_KEY, during
from console.services.local_time import local, local_day
from ui.desk.clinic_page import RecordList
from ui.desk.incidents import OwnerSheet
from ui.desk.pin_gate import PinGate
from ui.page import Action, Actions, StatusText
from ui.review.exception_card import ExceptionCard
from ui.review.quality_page import QualityPage, SessionLine
from ui.review.rule_sheet import SHEET_PX as RULE_PX
from ui.review.rule_sheet import RuleSheet
from ui.room.choice_sheets import ReasonSheet
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.states import LoadingRows
from ui.widgets.texts import Card, Label, column, row

RANKED, SAMPLE, FINDINGS = "ranked", "sample", "findings"
LISTS = ((RANKED, "Ranked"), (SAMPLE, "Sample"), (FINDINGS, "Findings"))
PERIODS = (("week", "7 days"), ("month", "30 days"), ("year", "12 months"))
MONTHS = (("this", "This month"), ("last", "Last month"))
SHARES = (("2", "2 %"), ("5", "5 %"), ("10", "10 %"), ("20", "20 %"))
LIST_PX = 560
WHATS = ("Depth not as planned", "Gate passed without good reason", "Anesthetic time", "Record incomplete",
         "Consent unclear", "Lot not recorded")
CLOSINGS = ("Talked over with the practitioner", "Record amended", "Patient told", "Nothing more to do")


class ExceptionsPage(QualityPage):
    """The list left, the chosen session right; signing and findings in the action bar."""

    title, section = "Exceptions", "exceptions"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._desk = console.quality.exceptions
        self._reading, self._sample = Reading(), SampleView(None)
        self._findings: list[Finding] = []
        self._shown: dict[str, Ranked] = {}
        self._chosen = ""
        self._busy = False
        self._which = Segments(LISTS, "exceptions.which", 48)
        self._period = Segments(PERIODS, "exceptions.period", 44)
        self._month = Segments(MONTHS, "exceptions.month", 44)
        self._share = Segments(SHARES, "exceptions.share", 44)
        self._draw = Button("Draw at random", "plus", "live", "m", name="exceptions.draw")
        self._draw_room = QWidget()
        self._list, self._card, self._words = RecordList(), ExceptionCard(), Label("", "label", "ink2", wrap=True)
        self._waiting = LoadingRows(6)
        self._build()

    def _build(self) -> None:
        self._which.set_choice(RANKED)
        self._period.set_choice("month")
        self._month.set_choice("last")
        self._share.set_choice("5")
        for one in (self._which, self._period, self._month):
            one.chosen.connect(self._turn)
        self._draw.triggered.connect(self._draw_sample)
        self._draw_room.setLayout(column(
            Label("Target share of the month's finished treatments", "label", "ink2"),
            row(self._share, None, self._draw, spacing=12), spacing=8))
        left = Card(0, 0)
        left.setFixedWidth(LIST_PX)
        head = column(self._which, self._period, self._month, self._draw_room, self._words, spacing=10)
        head.setContentsMargins(15, 15, 15, 10)
        left.body.addLayout(head)
        left.body.addWidget(self._list, 1)
        left.body.addWidget(self._waiting, 1)
        whole = row(left, self._card)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self._card.replay_wanted.connect(self._replay)

    # --- reading --------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        super().enter(**context)
        wanted = context.get("which")
        if isinstance(wanted, str):
            self._which.set_choice(wanted)
        self.read()

    def _turn(self, _key: str) -> None:
        self._chosen = ""
        self.read()

    def read(self) -> None:
        """Read the list shown."""
        which = self._which.choice()
        self._period.setVisible(which == RANKED)
        self._month.setVisible(which == SAMPLE)
        self._draw_room.hide()
        self._busy = True
        self._words.show_text("Reading…")
        self._waiting.show()
        self._list.hide()
        if which == RANKED:
            wanted = during(SessionFilter(), BY_KEY[self._period.choice()], self.console.clock.utc_us())
            self._desk.ask(wanted, self._take_ranked, self._not_read)
        elif which == SAMPLE:
            self._desk.ask_sample(self._month_number(), self._take_sample, self._not_read)
        else:
            self._desk.ask_findings(self._take_findings, self._not_read)
        self.shell.update_chrome()

    def _not_read(self, error: BaseException) -> None:
        self._done("Nothing could be read.")
        self.failed(error)

    def _month_number(self) -> int:
        day = local_day(self.console.clock.utc_us())
        if self._month.choice() == "last":
            day = day.replace(day=1) - timedelta(days=1)
        return day.year * 100 + day.month

    def _take_ranked(self, reading: Reading) -> None:
        if self._which.choice() != RANKED:
            return
        self._reading = reading
        words = f"{reading.deviating:,} of {counted(reading.read, 'session')} left the plan"
        if reading.more:
            words += f"; only the newest {MOST_READ:,} of the period were read"
        if reading.deviating > len(reading.ranked):
            words += f"; the first {len(reading.ranked)} are shown"
        self._show(reading.ranked, reading.reviews, f"{words}.")

    def _take_sample(self, view: SampleView) -> None:
        if self._which.choice() != SAMPLE:
            return
        self._sample = view
        sample = view.sample
        self._draw_room.setVisible(sample is None and self._desk.may)
        if sample is None:
            self._show([], {}, f"{counted(view.finished, 'finished treatment')}, no sample is drawn yet.")
            return
        done = sum(str(one.row.session_id) in view.reviews for one in view.sessions)
        words = (f"{done} of {len(view.sessions)} signed off; {sample.percent} % of {sample.of:,} finished treatments, "
                 f"drawn by {sample.drawn_by}")
        order = sorted(view.sessions, key=lambda one: str(one.row.session_id) in view.reviews)
        self._show(order, view.reviews, f"{words}.")

    def _show(self, ranked: list[Ranked], reviews: object, words: str) -> None:
        self._shown = {str(one.row.session_id): one for one in ranked}
        self._done(words)
        self._draw_list()

    def _done(self, words: str) -> None:
        self._busy = False
        self._waiting.hide()
        self._list.show()
        self._words.show_text(words)

    @property
    def _reviews(self) -> dict[str, Review]:
        return dict(self._reading.reviews if self._which.choice() == RANKED else self._sample.reviews)

    def _draw_list(self) -> None:
        reviews, year = self._reviews, local(self.console.clock.utc_us()).year
        if self._chosen not in self._shown:
            self._chosen = next(iter(self._shown), "")
        self._list.show_rows([_line(one, reviews.get(key), year) for key, one in self._shown.items()], self._choose,
                             self._chosen)
        self._show_card()

    def _choose(self, key: str) -> None:
        self._chosen = key
        for one in self._list.rows:
            one.set_selected(one.objectName().partition(".")[2] == key)
        self._show_card()

    def _show_card(self) -> None:
        one = self._shown.get(self._chosen)
        if one is None:
            self._card.show_nothing()
        else:
            self._card.show_session(one, self._reviews.get(self._chosen))
        self.shell.update_chrome()

    # --- replay ---------------------------------------------------------------------------------------------

    def _replay(self, deviation_id: str) -> None:
        session_id = UUID(self._chosen)

        def go(moment_us: int | None) -> None:
            self.shell.open_page("session", session_id=session_id, moment_us=moment_us, came_from="exceptions")

        if deviation_id:
            self._desk.ask_moment(session_id, deviation_id, go, self.failed)
        else:
            go(None)

    # --- signing and findings -------------------------------------------------------------------------------

    def _draw_sample(self) -> None:
        def drawn(sample: Sample) -> None:
            self.shell.tell(f"{counted(len(sample.session_ids), 'session')} drawn of {sample.of:,}.", "done")
            self.read()

        self.attempt(lambda: self._desk.draw(self._month_number(), int(self._share.choice()), drawn, self.failed))

    def _sign(self) -> None:
        one = self._shown.get(self._chosen)
        if one is not None:
            self._ask_pin(lambda by: self._signed(one.row, IN_ORDER, by), "Your PIN signs the session off")

    def _signed(self, line: SessionRow, verdict: str, by: Staff) -> None:
        if self.attempt(lambda: self._desk.sign(line, verdict, by)):
            self.shell.tell("Signed off.", "done")
            self.read()

    def _ask_pin(self, act: Callable[[Staff], None], title: str) -> None:
        gate = PinGate(self.console, "exceptions.pin")

        def passed(by: Staff) -> None:
            self.shell.close_overlay()
            act(by)

        gate.passed.connect(passed)
        self.shell.show_overlay(gate, title, 420)
        gate.ask(self.console.desk.actor)

    def _find(self) -> None:
        one = self._shown.get(self._chosen)
        if one is None:
            return
        sheet = ReasonSheet("What was found; it gets an owner and a deadline.", WHATS, "Go on to the owner")
        sheet.given.connect(lambda what: self._ask_owner(one.row, what))
        self.shell.show_overlay(sheet, "A finding", 560)

    def _ask_owner(self, line: SessionRow, what: str) -> None:
        self.shell.close_overlay()
        sheet = OwnerSheet(self._desk.owners(), line.practitioner_id)

        def owned(owner_id: str, days: int) -> None:
            self.shell.close_overlay()
            self._ask_pin(lambda by: self._found(line, what, (owner_id, days), by), "Your PIN signs the finding")

        sheet.given.connect(owned)
        self.shell.show_overlay(sheet, "Owner and deadline", 720)

    def _found(self, line: SessionRow, what: str, owned: tuple[str, int], by: Staff) -> None:
        if self.attempt(lambda: self._desk.note_finding(line, what, *owned)):
            self._signed(line, FOUND, by)

    def _take_findings(self, findings: list[Finding]) -> None:
        if self._which.choice() == FINDINGS:
            self._findings = findings
            self._done("")
            self._show_findings()

    def _show_findings(self) -> None:
        today = local_day(self.console.clock.utc_us())
        running = [one for one in self._findings if one.state != CLOSED]
        late = sum(one.overdue(today) for one in running)
        self._words.show_text(f"{len(running)} open, {late} overdue." if self._findings else "Nothing was found yet.")
        if self._chosen not in [one.finding_id for one in self._findings]:
            self._chosen = self._findings[0].finding_id if self._findings else ""
        self._shown = {}
        self._list.show_rows([
            SessionLine(f"finding.{one.finding_id}", "", f"{one.finding_id}  {one.patient_id}", one.what,
                        *_finding_word(one, one.overdue(today))) for one in self._findings],
            self._choose_finding, self._chosen)
        self._show_finding()

    def _choose_finding(self, finding_id: str) -> None:
        self._chosen = finding_id
        self._show_findings()

    def _finding(self) -> Finding | None:
        return next((one for one in self._findings if one.finding_id == self._chosen), None)

    def _show_finding(self) -> None:
        one = self._finding()
        if one is None:
            self._card.show_nothing()
        else:
            self._card.show_finding(one, one.overdue(local_day(self.console.clock.utc_us())))
        self.shell.update_chrome()

    def _open_finding(self) -> None:
        one = self._finding()
        if one is not None:
            self.shell.open_page("session", session_id=UUID(one.session_id), came_from="exceptions")

    def _close_finding(self) -> None:
        sheet = ReasonSheet("It stays with the finding, with your name and the time.", CLOSINGS, "Close the finding")

        def given(how: str) -> None:
            self.shell.close_overlay()
            if self.attempt(lambda: self._desk.close_finding(self._chosen, how)):
                self.shell.tell("The finding is closed.", "done")
                self.read()

        sheet.given.connect(given)
        self.shell.show_overlay(sheet, "What was done about it", 560)

    # --- the bars -------------------------------------------------------------------------------------------

    def status(self) -> StatusText:
        return StatusText("By exception")

    def page_actions(self) -> Actions:
        left = [Action("rule", "How it is ranked", self._show_rule, icon="info", kind="quiet")]
        may = self._desk.may
        hint = "" if may else "managers only"
        if self._which.choice() == FINDINGS:
            one = self._finding()
            return Actions(left, [
                Action("open", "Open the session", self._open_finding, icon="play", enabled=one is not None),
                Action("close", "Close the finding", self._close_finding, kind="primary", hint=hint,
                       enabled=may and one is not None and one.state != CLOSED)])
        chosen = may and self._chosen in self._shown and not self._busy
        return Actions(left, [
            Action("finding", "Note a finding", self._find, icon="note", enabled=chosen, hint=hint),
            Action("sign", "Sign off as in order", self._sign, kind="primary", enabled=chosen, hint=hint, width=316)])

    def _show_rule(self) -> None:
        self.shell.show_overlay(RuleSheet(self._desk.rule), "How sessions are ranked", RULE_PX)


def _line(one: Ranked, review: Review | None, year: int) -> SessionLine:
    line, moment = one.row, local(one.row.opened_us)
    day = f"{moment.day} {moment:%b}" + (f" {moment.year}" if moment.year != year else "")
    word = "" if review is None else "finding" if review.verdict == FOUND else "signed off"
    tone = "ink2" if review is None else "caution" if review.verdict == FOUND else "done"
    detail = ", ".join(reason.words for reason in one.reasons).capitalize() or "Nothing left the plan"
    return SessionLine(f"exception.{line.session_id}", str(one.points), f"{line.patient_id}  {line.practitioner_id}",
                       detail, word, day, tone)


def _finding_word(one: Finding, overdue: bool) -> tuple[str, str, str]:
    if one.state == CLOSED:
        return "closed", "", "done"
    day = f"{one.owner_id}, until {one.due}"
    return ("overdue", day, "stop") if overdue else ("open", day, "caution")


