"""After «Stop»: everything is kept; why, and then go on or end. What an emergency needs is in sight."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.domain import closing, consenting
from console.domain import session_events as ev
from console.domain.anesthesia import DwellState
from console.domain.consenting import WITHDRAWN
from console.domain.errors import OperatorError
from console.domain.session_state import SessionState
from console.services.closing_desk import MEANING
from console.services.console import Console
from console.services.event_words import EventWords, counted, plain
from console.services.local_time import clock_seconds_text, clock_text
from console.services.second_signature import SecondSigner
from console.services.session_desk import Receipt, Saving
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import OneOf, ReasonSheet
from ui.room.co_sign_sheet import ask_second
from ui.room.emergency_card import EmergencyCard, fill_card
from ui.room.emergency_panel import log_entry, report_incident
from ui.room.record_lines import RecordLine, RecordLines
from ui.room.room_page import FORWARD_WIDTH, RoomPage
from ui.room.session_sheets import open_reaction
from ui.room.sign_off import sealed_facts, signed_words
from ui.room.signing import SIGNING, SaveReport, SealReading, SigningCard, refusal_words
from ui.room.so_far import phase_words, session_lines
from ui.widgets.buttons import Button, ConfirmHold
from ui.widgets.lists import EventRow
from ui.widgets.texts import Card, IconMark, Label, Rule, row

REASONS = {
    "Patient fainted": "fainted", "Had enough": "had_enough", "Reaction": "reaction", "Device": "device",
    "Other": "other", "Consent withdrawn": WITHDRAWN,
}
WITHDRAWALS = ("Changed their mind", "Too painful", "Does not accept the risks")
ERRORS = ("Wrong patient", "Opened twice", "Wrong plan", "For practice only")
TITLE = "End as unfinished"
_QUIET = ("alarm_ended", "alarm_acknowledged", "audio_paused", "link_changed", "clock_jumped")
_GRAVE = (ev.SessionStopped, ev.ReactionReported, ev.EmergencyLogged)
LOG_ROWS = 40


class KeptCard(Card):
    """What is kept, and the anesthetic that must come off. ``removed`` once held."""

    removed = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=12)
        self._saved_mark, self._saved = IconMark("check", "done", 20), Label("", "strong")
        self.lines = RecordLines("stopped.record")
        self._on = Label("", "label_strong", "caution", wrap=True)
        self.off = ConfirmHold("Removed and cleansed", "check", "hold", "stopped.removed", kind="normal")
        self.off.confirmed.connect(self.removed)
        self.body.addWidget(Label("Everything is kept", "heading"))
        self.body.addLayout(row(self._saved_mark, self._saved, None, spacing=8))
        self.body.addWidget(Rule())
        self.body.addWidget(self.lines)
        self.body.addStretch(1)
        self.body.addWidget(self._on)
        self.body.addWidget(self.off)

    def show_kept(self, lines: list[RecordLine], saving: Saving, on_skin: str) -> None:
        """Show the record; ``on_skin`` names what must come off, or nothing."""
        words, tone, icon = {
            Saving.SAVED: ("Saved", "done", "check"), Saving.SAVING: ("Saving", "ink2", "clock"),
            Saving.NOT_SAVED: ("Not saved yet: kept in memory", "caution", "caution"),
        }[saving]
        self._saved.show_text(words, tone)
        self._saved_mark.show_icon(icon, tone)
        self.lines.show_lines(lines)
        self._on.show_text(on_skin)
        self._on.setVisible(bool(on_skin))
        self.off.setVisible(bool(on_skin))


class WhyCard(Card):
    """Why it was stopped, and what to do next. ``picked(str)`` and the three ways by hand."""

    picked = Signal(str)
    end_wanted = Signal()
    error_wanted = Signal()
    reaction_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=24, spacing=16)
        self.reasons = OneOf(list(REASONS), "stop.reason", 520)
        self.reasons.picked.connect(self._picked)
        self._told = Label("Touch the reason; it can wait until the patient is well.", "label", "ink2", wrap=True)
        self._reaction = Button("Report a reaction", "hand", "quiet", "l", "its signs and time",
                                name="stopped.reaction")
        self._end = Button("End as unfinished", "seal", "normal", "l", name="stopped.end")
        self._error = Button("Opened in error", "x", "quiet", "l", "kept, out of the statistics", name="stopped.error")
        self._reaction.triggered.connect(self.reaction_wanted)
        self._end.triggered.connect(self.end_wanted)
        self._error.triggered.connect(self.error_wanted)
        self.body.addWidget(Label("Why was it stopped?", "title"))
        self.body.addWidget(self.reasons)
        self.body.addWidget(self._told)
        self.body.addStretch(1)
        self.body.addWidget(Rule())
        self.body.addWidget(Label("If the patient is well, continue. The treatment goes on where it was.", "body",
                                  "ink2", wrap=True))
        for one in (self._reaction, self._end, self._error):
            self.body.addWidget(one)

    def show_why(self, reason: str, locked: str, may_be_error: bool) -> None:
        """Show the reason given, why ending is locked, and whether «opened in error» is allowed."""
        self.reasons.choose(next((words for words, key in REASONS.items() if key == reason), ""))
        self._told.show_text("Recorded. Touch another to correct it." if reason
                             else "Touch the reason; it can wait until the patient is well.")
        self._end.setEnabled(not locked)
        self._end.show_words("End as unfinished", locked or "sealed with what was done", "lock" if locked else "seal")
        self._error.setVisible(may_be_error)

    def _picked(self, words: str) -> None:
        if words:
            self.picked.emit(REASONS[words])


class StoppedPage(RoomPage):
    """The page of a stop, whatever the phase. Continue goes back to the phase's own page."""

    title = "Stopped"
    stands_while_stopped = True

    def __init__(self, console: Console, save_report: SaveReport | None = None) -> None:
        super().__init__(console)
        self._save_report = save_report
        self._ending = False
        self._reading = SealReading(console)
        self.kept, self.why = KeptCard(), WhyCard()
        self.card = EmergencyCard()
        self.signing = SigningCard(TITLE)
        self.kept.setFixedWidth(332)
        self.card.setFixedWidth(FORWARD_WIDTH)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        for part, stretch in ((self.kept, 0), (self.why, 1), (self.signing, 1), (self.card, 0)):
            line.addWidget(part, stretch)
        self._connect()

    def _connect(self) -> None:
        self.card.logged.connect(lambda entry: log_entry(self.shell, self.console, entry))
        self.card.incident_wanted.connect(lambda: report_incident(self.shell, self.console))
        self.why.picked.connect(self._explain)
        self.why.end_wanted.connect(self._begin_end)
        self.why.error_wanted.connect(self._ask_error)
        self.why.reaction_wanted.connect(self._ask_reaction)
        self.kept.removed.connect(self._removed)
        self.signing.entered.connect(self._sign)
        self.signing.report_wanted.connect(self._report)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self._ending = False
        self._reading.forget()
        self.signing.begin(TITLE)

    def leave(self) -> None:
        self.console.station.let_go(None)

    # --- what it shows --------------------------------------------------------------------------------------

    def also_shown(self) -> tuple[object, ...]:
        return (self._ending, self._locked(), self.console.desk.saving(), self._reading.digest, self._reading.trouble)

    def show_time(self) -> None:
        front = self.console.desk.front
        if front is not None and front.state.sealed is not None:
            self._reading.poll(front.session_id)

    def show_state(self, state: SessionState) -> None:
        saving = self.console.desk.saving()
        self.kept.show_kept(session_lines(state), saving, _on_skin_words(state))
        fill_card(self.card, self.console, state, lambda: log_rows(state))
        signing = self._ending or state.sealed is not None
        self.why.setVisible(not signing)
        self.signing.setVisible(signing)
        if state.sealed is not None:
            self.signing.show_sealed(signed_words(state), sealed_facts(state), saving, self._reading)
            return
        actor = self.console.desk.actor
        who = f"{actor.name}, {actor.staff_id}" if actor else ""
        self.signing.show_open(who, MEANING, self._locked(), _unfinished_words(state))
        untouched = not state.needling_begun and not state.anesthetics_on()
        self.why.show_why(state.stop_reason, _end_locked(state), untouched)

    def _locked(self) -> str:
        front = self.console.desk.front
        if front is not None and not self.console.station.settled(front.session_id):
            return "readings are still being fetched from the pen"
        if self.console.closing.signing:
            return SIGNING
        return "" if self.console.desk.actor else "nobody is signed in"

    def status(self) -> StatusText:
        state = self.state
        if state.sealed is not None:
            return StatusText("Sealed as unfinished", self.saving_facts(), dot="done")
        facts = (*self.saving_facts(), f"in {phase_words(state.phase)}, at {clock_text(_stopped_us(state))}")
        return StatusText("Stopped: see to the patient", facts, notice="caution")

    def page_actions(self) -> Actions:
        if self.state.closed:
            return Actions([], [Action("today", "Back to today", self._to_today, kind="primary", shortcut="PgDown",
                                       width=FORWARD_WIDTH)])
        free = not self.console.closing.signing
        left = [Action("today", "Today", self._look_away, icon="left", kind="quiet", enabled=free)]
        if self._ending:
            left = [Action("back", "Not yet", self._not_yet, icon="left", kind="quiet", enabled=free)]
        return Actions(left, [Action("continue", "Continue", self._continue, kind="primary", width=FORWARD_WIDTH,
                                     hint=f"back to {phase_words(self.state.phase)}", icon="play", enabled=free)])

    # --- what it does ---------------------------------------------------------------------------------------

    def _look_away(self) -> None:
        self.shell.open_page("today")

    def _explain(self, reason: str) -> None:
        given = self.state.consents.get("treatment")
        if reason == WITHDRAWN and given is not None and given.given:
            self._ask_withdrawn()
            return
        self.attempt(lambda: self.console.desk.do(closing.explain_stop(reason)))

    def _ask_withdrawn(self) -> None:
        self.show_again()  # the touch alone records nothing
        sheet = ReasonSheet("No needling goes on without it. What was done is kept.", WITHDRAWALS,
                            "Hold: consent withdrawn", hold=True)

        def withdraw(reason: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self.console.desk.do(consenting.withdraw_consent("treatment", reason)))

        sheet.given.connect(withdraw)
        self.shell.show_overlay(sheet, "Consent withdrawn", 560)

    def _continue(self) -> None:
        if self.attempt(lambda: self.console.desk.do(closing.continue_session())) is not None:
            self.shell.open_page(self.state.phase.value)

    def _removed(self) -> None:
        for on_skin in self.state.anesthetics_on():
            early = self.console.doses.dwell_of(on_skin).state is DwellState.ONSET
            self.attempt(partial(self.console.doses.remove, on_skin, "Session stopped" if early else ""))

    def _ask_reaction(self) -> None:
        open_reaction(self.shell, self.console)

    def _begin_end(self) -> None:
        front = self.console.desk.front
        if front is not None:
            self._ending = True
            self.console.station.let_go(front.session_id)
            self.show_again()

    def _not_yet(self) -> None:
        self._ending = False
        self.console.station.let_go(None)
        self.show_again()

    def _sign(self, pin: str) -> None:
        reason = plain(self.state.stop_reason)
        closing = self.console.closing
        self.signing.pad.show_checking()
        try:
            if closing.wants_second:
                closing.prove_signer(pin, lambda: self._ask_second(pin, reason), self._refused, reason)
            else:
                self._begin(pin, reason)
        except OperatorError as error:
            self._refused(error)

    def _ask_second(self, pin: str, reason: str) -> None:
        self.signing.pad.clear()
        self.show_again()

        def sign(second: SecondSigner, sealed: Callable[[], None], refused: Callable[[BaseException], None]) -> None:
            def done(receipt: Receipt) -> None:
                sealed()
                self._sealed(receipt)

            def not_done(error: BaseException) -> None:
                refused(error)
                self.show_again()

            self.console.closing.begin_signing(pin, done, not_done, reason, second=second)
            self.show_again()

        ask_second(self.shell, self.console.closing.co_signers(), sign)

    def _begin(self, pin: str, reason: str) -> None:
        self.console.closing.begin_signing(pin, self._sealed, self._refused, reason)
        self.show_again()

    def _sealed(self, receipt: Receipt) -> None:
        self.show_again()

    def _refused(self, error: BaseException) -> None:
        self.signing.refuse(refusal_words(error))
        self.show_again()

    def _ask_error(self) -> None:
        front = self.console.desk.front
        if front is not None:
            self.console.station.let_go(front.session_id)
        sheet = ReasonSheet("The session is closed and kept, and stays out of the statistics.", ERRORS,
                            "Hold: opened in error", hold=True)

        def close(reason: str) -> None:
            self.shell.close_overlay()
            if self.attempt(lambda: self.console.closing.close_in_error(reason)) is not None:
                self.leave_session("Closed as opened in error. It is kept and stays out of the statistics.")

        sheet.given.connect(close)
        self.shell.show_overlay(sheet, "Opened in error", 560)

    def _report(self) -> None:
        front, save = self.console.desk.front, self._save_report
        if front is not None and save is not None:
            self.signing.write_report(save, front.session_id)

    def _to_today(self) -> None:
        self.leave_session("The session is sealed as unfinished. Areas not treated are on the record.")


def _on_skin_words(state: SessionState) -> str:
    on = state.anesthetics_on()
    return f"{on[0].applied.product.name} is on the skin. Confirm its removal." if on and not state.closed else ""


def _end_locked(state: SessionState) -> str:
    if state.anesthetics_on():
        return "confirm the anesthetic's removal first"
    return "" if state.stop_reason else "say why first"


def _unfinished_words(state: SessionState) -> str:
    left = [area.plan.label for area in state.areas.values() if area.passes_done < area.plan.passes]
    why = plain(state.stop_reason)
    return f"Unfinished: {why}. {counted(len(left), 'area')} not treated to the end, carried forward." if why else ""


def _stopped_us(state: SessionState) -> int:
    stops = [event.at_us for _, event in state.log if isinstance(event.what, ev.SessionStopped)]
    return stops[-1] if stops else state.last_at_us


def log_rows(state: SessionState) -> list[EventRow]:
    """Give the last events with their times, newest first; what is only noise on the telephone is left out."""
    words = EventWords(state)
    told = [event for _, event in state.log if event.what.kind not in _QUIET][-LOG_ROWS:]
    return [EventRow(clock_seconds_text(event.at_us), words.say(event.what),
                     event.what.priority if isinstance(event.what, ev.AlarmRaised) else "",
                     isinstance(event.what, _GRAVE)) for event in reversed(told)]
