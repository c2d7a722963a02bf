"""Consent: three texts, given or refused one by one; the photo set; the signature."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain import closing, consenting, intake
from console.domain import session_events as ev
from console.domain.consent import ConsentKind
from console.domain.photos import standing, why_no_photos
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, consent_gate
from console.services.console import Console
from console.services.local_time import clock_text
from ui.page import Action, Actions, Chip, StatusText
from ui.room.choice_sheets import OneOf, ReasonSheet
from ui.room.consent_cards import ConsentCard, FullForm
from ui.room.consent_sheets import ChaperoneSheet, Guardian, GuardianSheet
from ui.room.photo_sheet import WIDTH_PX, PhotoSheet
from ui.room.room_page import RoomPage
from ui.room.visit_story import count_of
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.signature_pad import SignaturePad
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, column, row

REFUSALS = ("Changed their mind", "Wants to think it over", "Does not accept the risks")
NO_PHOTOS = ("Patient declines today", "Camera not working", "No time today", "Only maintenance")
NO_SIGNATURE = ("Hand cannot be used", "Cannot see the screen", "Cannot write", "Refuses to sign")
PHOTO_COUNTS = ("1 photo", "3 photos", "5 photos", "8 photos")


class ConsentPage(RoomPage):
    """The page between screening and the anesthetic."""

    title = "Consent"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.cards = {text.kind.value: ConsentCard(text) for text in console.screening.consents()}
        for card in self.cards.values():
            card.decided.connect(self._decided)
            card.read_wanted.connect(self._read)
        self.pad = SignaturePad("Patient signs here")
        self.pad.changed.connect(self.show_again)
        self._signer = Segments((("patient", "Patient"), ("guardian", "Guardian")), "signer", 48)
        self._signer.chosen.connect(lambda _key: self.show_again())
        self._cannot = Button("Cannot sign", "user", "quiet", "m", name="signature.cannot")
        self._cannot.triggered.connect(self._ask_witness)
        self._guardian: Guardian | None = None
        self._who = Button("Name the guardian", "user", "normal", "s", name="guardian.who")
        self._who.triggered.connect(self._ask_guardian)
        self._chaperone = Button("Not named", "user", "quiet", "s", name="chaperone.who")
        self._chaperone.triggered.connect(self._ask_chaperone)
        self._signed = Label("", "label", "ink2", wrap=True)
        self._photo_tag = Tag("Not decided")
        self._open_set = Button("Open set", "", "normal", "m", name="photos.open")
        self._taken = Button("Set taken", "", "quiet", "m", name="photos.taken")
        self._none = Button("None today", "", "quiet", "m", name="photos.none")
        self._open_set.triggered.connect(self._show_set)
        self._taken.triggered.connect(self._ask_count)
        self._none.triggered.connect(self._ask_no_photos)
        self._photo_words = Label("", "label", "ink2", wrap=True)
        self._build()

    def _build(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(12)
        for card in self.cards.values():
            line.addWidget(card, 1)
        side = Card(padding=20, spacing=10)
        side.setFixedWidth(388)
        side.body.addLayout(row(Label("Photo set before", "heading"), None, self._photo_tag))
        side.body.addWidget(self._photo_words)
        buttons = row(self._open_set, self._taken, self._none, spacing=8)
        for place in range(3):
            buttons.setStretch(place, 1)
        side.body.addLayout(buttons)
        side.body.addStretch(1)
        side.body.addWidget(Rule())
        side.body.addLayout(row(Label("Chaperone", "heading"), None, self._chaperone))
        side.body.addLayout(row(Label("Signature", "heading"), None, self._cannot))
        side.body.addWidget(self._signer)
        side.body.addWidget(self._who)
        side.body.addWidget(self.pad)
        side.body.addLayout(column(self._signed))
        line.addWidget(side)

    def enter(self, **context: object) -> None:
        super().enter(**context)
        self.pad.show_signed("")
        self.pad.set_strokes(())
        self._guardian = None
        guardian = self._guardian_needed()
        self._signer.set_choice("guardian" if guardian else "patient" if guardian is False else "")

    # --- what it shows ----------------------------------------------------------------------------------

    def show_state(self, state: SessionState) -> None:
        for kind, card in self.cards.items():
            card.show_consent(state.consents.get(kind))
        self._show_photos(state)
        self._show_signature(state)

    def _show_photos(self, state: SessionState) -> None:
        before = [one for one in state.photos if one.moment == "before"]
        last = before[-1] if before else None
        if last is None:
            self._photo_tag.show_tag("Not decided", "neutral")
            self._photo_words.show_text("Same views and light as last time")
        elif last.count:
            self._photo_tag.show_tag(count_of(last.count, "photo"), "done", "check")
            self._photo_words.show_text("Kept in the record, encrypted" if standing(state, "before")
                                        else "Taken on the clinic's camera")
        else:
            self._photo_tag.show_tag("None today", "caution")
            self._photo_words.show_text(last.declined_reason)
        may = not why_no_photos(state)
        kept = bool(standing(state, "before"))
        self._open_set.setEnabled(may)
        self._taken.setEnabled(may and not kept)
        self._none.setEnabled(not kept)

    def _show_signature(self, state: SessionState) -> None:
        drawn = [(at_us, one) for at_us, one in state.signatures if one.purpose == "consent" and state.consent_signed]
        self._signer.setVisible(self._guardian_needed() is None)
        guardian = not drawn and self._signer.choice() == "guardian"
        self._who.setVisible(guardian)
        self.pad.show_prompt("Guardian signs here" if guardian else "Patient signs here")
        named = self._guardian
        self._who.show_words(f"{named.name}, {named.relation.lower()}" if named else "Name the guardian", "", "user")
        self._photo_words.setVisible(not guardian)  # its room is the guardian's
        self._signed.setVisible(not guardian)
        present = state.chaperone
        self._chaperone.show_words((present.name or "Declined") if present else "Not named", "", "user")
        self._cannot.setVisible(not drawn)
        for key in ("patient", "guardian"):
            self._signer.part(key).setEnabled(not drawn and not (key == "patient" and self._guardian_needed()))
        if not drawn:
            self.pad.show_signed("")
            self._signed.show_text(f"Witness {self.console.desk.actor_id}")
            return
        at_us, one = drawn[-1]
        if one.strokes:
            self.pad.set_strokes(one.strokes)
            by = f", {one.signer_name}," if one.signer_name else ""
            self.pad.show_signed(f"{one.signer.capitalize()}{by} signed {clock_text(at_us)}")
        else:
            self.pad.show_signed(f"Not signed: {one.refused_reason}")
        witness = one.witness_id or self.console.desk.actor_id
        self._signed.show_text(f"{self.patient_id} at {clock_text(at_us)}, witness {witness}")

    def status(self) -> StatusText:
        state = self.state
        decided = len(state.consents)
        whole = decided == 3
        chips = [Chip(f"{decided} of 3 decided", "done" if whole else "neutral", "check" if whole else "")]
        chips.append(Chip("Consent signed", "done", "check") if state.consent_signed else Chip("Not signed"))
        if self._treatment_refused():
            return StatusText("Consent to the treatment refused", (), tuple(chips), notice="stop")
        return StatusText("Consent", self.saving_facts(), tuple(chips))

    def page_actions(self) -> Actions:
        left = [Action("back", "Screening", self.go(Phase.SCREENING), icon="left", kind="quiet")]
        if self._treatment_refused():
            return Actions(left, [Action("defer", "Defer and rebook", self._defer, kind="primary", width=388)])
        drawn_now = bool(self.pad.strokes()) and not self.state.consent_signed
        why = consent_gate(self.state)
        if drawn_now and why == "the consent is not signed":
            why = "" if len(self.state.consents) == 3 else "photos and serum are not decided"
        if drawn_now and not self._signer.choice():
            why = "choose who signs"
        if drawn_now and not why and self._signer.choice() == "guardian" and self._guardian is None:
            why = "name the guardian"
        if drawn_now and not why and self.state.guardian_needed and self.state.chaperone is None:
            why = "name a chaperone, or say why none"
        if not drawn_now:
            return Actions(left, [self.forward("Continue to anesthetic", Phase.ANESTHETIC)])
        return Actions(left, [Action(
            "forward", "Sign and continue", self._sign_and_go, hint=why or "to the anesthetic",
            icon="lock" if why else "", kind="primary", enabled=not why, shortcut="PgDown", width=388)])

    # --- what it does -----------------------------------------------------------------------------------

    def _guardian_needed(self) -> bool | None:
        return self.state.guardian_needed

    def _treatment_refused(self) -> bool:
        treatment = self.state.consents.get("treatment")
        return treatment is not None and not treatment.given

    def _decided(self, kind: str, key: str) -> None:
        before = self.state.consents.get(kind)
        if before is not None and before.given == (key == "give"):
            self.show_again()
        elif kind == "treatment" and key == "refuse":
            self._ask_refusal()
        else:
            self._decide(kind, key == "give")

    def _decide(self, kind: str, given: bool, reason: str = "") -> None:
        self.attempt(lambda: self.console.screening.decide_consent(kind, given, reason))
        if kind == "photos" and not given:
            self._no_photos("Consent to photographs refused")

    def _ask_refusal(self) -> None:
        self.show_again()
        sheet = ReasonSheet("Without this consent nothing is done today. The refusal is kept.", REFUSALS,
                            "Record the refusal")

        def refuse(reason: str) -> None:
            self.shell.close_overlay()
            self._decide("treatment", False, reason)

        sheet.given.connect(refuse)
        self.shell.show_overlay(sheet, "Treatment refused", 560)

    def _read(self, kind: str) -> None:
        text = self.console.library.consent(ConsentKind(kind))
        self.shell.show_overlay(FullForm(text), text.title, 820)

    def _show_set(self) -> None:
        front = self.console.desk.front
        if front is not None:
            sheet = PhotoSheet(self.console, self.shell, front, "before")
            sheet.changed.connect(self.show_again)
            self.shell.show_overlay(sheet, "Photos before", WIDTH_PX)

    def _ask_count(self) -> None:
        sheet = QWidget()
        chips = OneOf(PHOTO_COUNTS, "photos.count", 500)

        def take(words: str) -> None:
            if words:
                self.shell.close_overlay()
                count = int(words.split()[0])
                self.attempt(lambda: self.console.desk.do(intake.record_photos("before", count)))

        chips.picked.connect(take)
        sheet.setLayout(column(Label("Taken on the clinic's camera, stored by the clinic", "body", "ink2"), chips))
        self.shell.show_overlay(sheet, "How many photos", 560)

    def _ask_no_photos(self) -> None:
        sheet = ReasonSheet("The treatment goes on without photographs.", NO_PHOTOS, "No photos today", at_once=True)

        def decline(reason: str) -> None:
            self.shell.close_overlay()
            self._no_photos(reason)

        sheet.given.connect(decline)
        self.shell.show_overlay(sheet, "No photos today", 560)

    def _no_photos(self, reason: str) -> None:
        self.attempt(lambda: self.console.desk.do(intake.record_photos("before", 0, reason)))

    def _ask_witness(self) -> None:
        staff = [one.staff_id for one in self.console.registry.staff() if one.active]
        sheet = QWidget()
        witness = OneOf(staff, "witness", 512)
        actor = self.console.desk.actor_id
        witness.choose(actor if actor in staff else "")
        reason = ReasonSheet("Consent was given by word before a witness.", NO_SIGNATURE, "Record without signature")

        def record(words: str) -> None:
            name = witness.choice()
            if not name:
                self.shell.tell("Nobody witnesses it; nothing was recorded; choose the witness.", kind="caution")
                return
            self.shell.close_overlay()
            drawn = self._drawn((), name, words)
            self.attempt(lambda: self.console.desk.do(consenting.sign_consent(drawn)))

        reason.given.connect(record)
        sheet.setLayout(column(Label("Witness", "strong"), witness, reason, spacing=12))
        self.shell.show_overlay(sheet, "Cannot sign", 560)

    def _sign_and_go(self) -> None:
        drawn = self._drawn(self.pad.strokes(), self.console.desk.actor_id)
        if self.attempt(lambda: self.console.desk.do(consenting.sign_consent(drawn))):
            self.go(Phase.ANESTHETIC)()

    def _drawn(self, strokes: tuple[tuple[int, ...], ...], witness_id: str, refused: str = "") -> ev.SignatureDrawn:
        signer = self._signer.choice() or "patient"
        named = self._guardian if signer == "guardian" else None
        return ev.SignatureDrawn(
            "consent", signer, strokes, witness_id, refused, named.name if named else "",
            named.relation if named else "", named.identity_check if named else "")

    def _ask_guardian(self) -> None:
        sheet = GuardianSheet(self._guardian)

        def take(guardian: Guardian) -> None:
            self.shell.close_overlay()
            self._guardian = guardian
            self.show_again()

        sheet.named.connect(take)
        self.shell.show_overlay(sheet, "Who consents for the patient", 620)

    def _ask_chaperone(self) -> None:
        staff = [one.name for one in self.console.registry.staff() if one.active]
        sheet = ChaperoneSheet(staff)

        def take(name: str, declined: str) -> None:
            self.shell.close_overlay()
            self.attempt(lambda: self.console.desk.do(consenting.record_chaperone(name, declined)))

        sheet.decided.connect(take)
        self.shell.show_overlay(sheet, "Chaperone", 620)

    def _defer(self) -> None:
        whose = self.patient_id
        if self.attempt(lambda: self.console.desk.do(closing.defer("consent to the treatment refused"))):
            self.leave_session(f"{whose} is deferred. Give a new date at the desk.")
