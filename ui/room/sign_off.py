"""Sign-off: is it complete, what was done, what is to be added; then signature and seal."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout

from console.domain import needling
from console.domain.errors import OperatorError
from console.domain.session_state import SessionState
from console.domain.workflow import Phase
from console.services.closing_desk import MEANING
from console.services.console import Console
from console.services.local_time import clock_seconds_text, long_day_text
from console.services.second_signature import SecondSigner
from console.services.session_desk import Receipt
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import ReasonSheet
from ui.room.co_sign_sheet import ask_second
from ui.room.outcome_sheet import ask_outcome
from ui.room.record_lines import AreaTable, RecordLine, RecordLines
from ui.room.room_page import FORWARD_WIDTH, RoomPage
from ui.room.signing import SIGNING, SaveReport, SealReading, SigningCard, refusal_words
from ui.room.so_far import alarm_words, area_lines, gap_words, note_lines, session_minutes
from ui.widgets.buttons import Button
from ui.widgets.lists import EventLog, EventRow
from ui.widgets.texts import Card, Label, Rule, row

NOTES = ("Tolerated well", "Marked redness", "Bleeding more than usual", "Bruising", "Breaks at the patient's wish",
         "Lower depth advised next time")
TITLE = "Sign and seal"
SEALING = "Sealing locks the record. Later changes become dated additions."


class SignOffPage(RoomPage):
    """Ticks left, areas and notes in the middle, the signature right."""

    title = "Sign-off"

    def __init__(self, console: Console, save_report: SaveReport) -> None:
        super().__init__(console)
        self._save_report = save_report
        self._reading = SealReading(console)
        self.ticks, self.areas, self.notes = RecordLines("signoff.ticks"), AreaTable(), EventLog("signoff.notes")
        self.signing = SigningCard(TITLE)
        self._gaps, self._alarms = Label("", "label", "ink2", wrap=True), Label("", "label", "ink2", wrap=True)
        self._done, self._no_notes = Label("", "label", "ink2"), Label("No notes", "label", "ink3")
        self._add = Button("Add note", "note", "normal", "m", name="signoff.note")
        self._grade = Button("Grade outcome", "chart", "normal", "m", name="signoff.outcome")
        self._build()
        self._grade.triggered.connect(self._ask_outcome)
        self._add.triggered.connect(self._ask_note)
        self.signing.entered.connect(self._sign)
        self.signing.report_wanted.connect(self._report)

    def _build(self) -> None:
        complete = Card(padding=20, spacing=12)
        complete.setFixedWidth(280)
        complete.body.addWidget(Label("Completeness", "heading"))
        complete.body.addWidget(self.ticks)
        complete.body.addStretch(1)
        complete.body.addWidget(Rule())
        complete.body.addWidget(self._gaps)
        complete.body.addWidget(self._alarms)
        work = Card(padding=20, spacing=12)
        work.body.addLayout(row(Label("Areas", "heading"), None, self._done))
        work.body.addWidget(self.areas, 1)
        work.body.addWidget(Rule())
        work.body.addLayout(row(Label("Session note", "heading"), self._no_notes, None, self._grade, self._add))
        self.notes.setFixedHeight(62)
        work.body.addWidget(self.notes)
        self.signing.setFixedWidth(FORWARD_WIDTH)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        line.addWidget(complete)
        line.addWidget(work, 1)
        line.addWidget(self.signing)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._reading.forget()
        self.signing.begin(TITLE)

    # --- what it shows --------------------------------------------------------------------------------------

    def also_shown(self) -> tuple[object, ...]:
        return (self._locked(), self.console.desk.saving(), self._reading.digest, self._reading.trouble)

    def show_time(self) -> None:
        front = self.console.desk.front
        if front is not None and front.state.sealed is not None:
            self._reading.poll(front.session_id)

    def show_state(self, state: SessionState) -> None:
        if state.opened is None:
            return
        self.ticks.show_lines([_tick(*one) for one in self.console.closing.ticks()])
        self.areas.show_rows(area_lines(state, self.console.station.tally, self._reading.areas))
        done = sum(1 for area in state.areas.values() if area.finished)
        self._done.show_text(f"{done} of {len(state.areas)} done")
        self._gaps.show_text(gap_words(state).capitalize() + ".")
        self._alarms.show_text(alarm_words(state).capitalize() + ".")
        notes = note_lines(state)
        self.notes.show_rows([EventRow(at, text) for at, text in reversed(notes)])
        self.notes.setVisible(bool(notes))
        self._no_notes.setVisible(not notes)
        writable = not state.closed and not self.console.closing.signing
        self._add.setEnabled(writable)
        self._grade.setEnabled(writable)
        self._show_signing(state)

    def _show_signing(self, state: SessionState) -> None:
        if state.sealed is not None:
            saving = self.console.desk.saving()
            self.signing.show_sealed(signed_words(state), sealed_facts(state), saving, self._reading)
            return
        actor = self.console.desk.actor
        self.signing.show_open(f"{actor.name}, {actor.staff_id}" if actor else "", MEANING, self._locked())

    def _locked(self) -> str:
        front = self.console.desk.front
        if front is not None and not self.console.station.settled(front.session_id):
            return "readings are still being fetched from the pen"
        if self.console.closing.signing:
            return SIGNING
        return "" if self.console.desk.actor else "nobody is signed in"

    def status(self) -> StatusText:
        state = self.state
        facts = (*self.saving_facts(), f"Session {session_minutes(state, self.console.clock.utc_us())} min")
        if state.sealed is not None:
            return StatusText("Signed and sealed", facts, dot="done")
        if locked := self._locked():
            return StatusText(f"{locked[:1].upper()}{locked[1:]}", facts, dot="live")
        missing = [what for what, done, _ in self.console.closing.ticks() if not done] if state.opened else []
        if missing:
            return StatusText(f"Not complete: {missing[0].lower()}", facts, notice="caution")
        return StatusText("Complete: sign and seal", facts, dot="live")

    def page_actions(self) -> Actions:
        sealed = self.state.sealed is not None
        left = [] if sealed else [Action("back", "Aftercare", self.go(Phase.AFTERCARE), icon="left", kind="quiet",
                                         enabled=not self.console.closing.signing)]
        return Actions(left, [Action(
            "today", "Back to today", self._to_today, hint="" if sealed else "after the signature", kind="primary",
            enabled=sealed, shortcut="PgDown", width=FORWARD_WIDTH, note="" if sealed else SEALING)])

    # --- what it does ---------------------------------------------------------------------------------------

    def _sign(self, pin: str) -> None:
        closing = self.console.closing
        self.signing.pad.show_checking()
        try:
            if closing.wants_second:
                closing.prove_signer(pin, lambda: self._ask_second(pin), self._refused)
            else:
                self._begin(pin)
        except OperatorError as error:
            self._refused(error)

    def _ask_second(self, pin: str) -> None:
        self.signing.pad.clear()
        self.show_again()

        def sign(second: SecondSigner, sealed: Callable[[], None], refused: Callable[[BaseException], None]) -> None:
            def done(receipt: Receipt) -> None:
                sealed()
                self._sealed(receipt)

            def not_done(error: BaseException) -> None:
                refused(error)
                self.show_again()

            self.console.closing.begin_signing(pin, done, not_done, second=second)
            self.show_again()

        ask_second(self.shell, self.console.closing.co_signers(), sign)

    def _begin(self, pin: str) -> None:
        self.console.closing.begin_signing(pin, self._sealed, self._refused)
        self.setFocus()  # the pad goes; else Qt hands the focus to the menu button
        self.show_again()

    def _sealed(self, receipt: Receipt) -> None:
        self.show_again()

    def _refused(self, error: BaseException) -> None:
        self.signing.refuse(refusal_words(error))
        self.show_again()

    def _ask_outcome(self) -> None:
        ask_outcome(self, "Outcome after this session")

    def _ask_note(self) -> None:
        sheet = ReasonSheet("The note stands in the record with its time.", NOTES, "Add note")
        sheet.given.connect(self._write)
        self.shell.show_overlay(sheet, "Session note", 560)

    def _write(self, text: str) -> None:
        self.shell.close_overlay()
        receipt = self.attempt(lambda: self.console.desk.do(needling.write_note(text)))
        if receipt is not None:
            self.shell.tell("The note is recorded.", "done",
                            undo=lambda: self.attempt(lambda: self.console.desk.undo(receipt)))

    def _report(self) -> None:
        front = self.console.desk.front
        if front is not None:
            self.signing.write_report(self._save_report, front.session_id)

    def _to_today(self) -> None:
        self.leave_session(sealed_words(self.state))


def _tick(what: str, done: bool, detail: str) -> RecordLine:
    return RecordLine(what, detail.capitalize(), icon="check" if done else "caution",
                      tone="done" if done else "caution")


def signed_words(state: SessionState) -> str:
    """Write who signed, when, and what it means."""
    return " ".join(f"{one.signer_name}, {one.signer_id}, {clock_seconds_text(at_us)}: «{one.meaning}»."
                    for at_us, one in state.signed)


def sealed_facts(state: SessionState) -> tuple[tuple[str, str], ...]:
    """Give what the seal holds, and what comes next, as (name, value)."""
    samples = state.sealed.samples if state.sealed else 0
    known = sum(1 for one in state.alarms.values() if one.acknowledged_at_us is not None)
    facts = [("Readings", f"{samples:,}" if samples else "None"),
             ("Alarms", f"{len(state.alarms)}, {known} acknowledged" if state.alarms else "None")]
    if state.next_session:
        facts.append(("Next session", long_day_text(date.fromisoformat(state.next_session))))
    return tuple(facts)


def sealed_words(state: SessionState) -> str:
    """Write the sentence the day says of the session just left."""
    patient = state.opened.patient_id if state.opened else "The session"
    return f"{patient} is signed and sealed."
