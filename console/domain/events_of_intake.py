"""Events from check-in to preparation."""

from dataclasses import dataclass
from typing import ClassVar

from console.domain.event_base import AreaPlan, Payload, ProductLot, RuleRef, later


@dataclass(frozen=True, slots=True)
class SessionOpened(Payload):
    kind: ClassVar[str] = "session_opened"
    session_kind: str  # treatment, bench, training
    patient_id: str
    age_years: int | None
    fitzpatrick: str
    course_id: str
    course_number: int
    course_length: int
    room: str
    station: str
    practitioner_id: str
    marked_as: str = ""  # "", "demo", "bench", "training": printed on every page and export
    adult_age_years: int | None = later(None)  # the clinic's rule then: below it a guardian consents
    clinic: str = later("")  # which clinic of a chain; empty where there is one


@dataclass(frozen=True, slots=True)
class PlanChosen(Payload):
    kind: ClassVar[str] = "plan_chosen"
    plan_id: str
    plan_name: str
    plan_version: int
    indication: str
    map_id: str  # face, scalp, body
    areas: tuple[AreaPlan, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClinicalVersion:
    """One entry (or with no id all entries of a kind) as a session began with it; ``version`` 0: it bears none."""

    entry_kind: str
    entry_id: str
    version: int
    entries: int
    sha256: str  # over the canonical JSON of what was read


@dataclass(frozen=True, slots=True)
class ClinicalVersionsNoted(Payload):
    """Which clinical data the session goes by; ``edits`` are the clinic's own versions, ``kind/entry@rev``."""

    kind: ClassVar[str] = "clinical_versions_noted"
    versions: tuple[ClinicalVersion, ...]
    edits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientConfirmed(Payload):
    kind: ClassVar[str] = "patient_confirmed"
    matched: tuple[str, ...]  # name, birth_date, photo


@dataclass(frozen=True, slots=True)
class TurnedTo(Payload):
    """Brought to front from among several open sessions: who lies there is to be checked again."""

    kind: ClassVar[str] = "turned_to"


@dataclass(frozen=True, slots=True)
class PhaseEntered(Payload):
    kind: ClassVar[str] = "phase_entered"
    phase: str


@dataclass(frozen=True, slots=True)
class ScreeningBegun(Payload):
    kind: ClassVar[str] = "screening_begun"
    ruleset_version: int
    rules: tuple[RuleRef, ...]


@dataclass(frozen=True, slots=True)
class ScreeningAnswered(Payload):
    kind: ClassVar[str] = "screening_answered"
    rule_id: str
    answer: str  # yes, no
    area_ids: tuple[str, ...] = ()
    note: str = ""
    reason: str = ""  # of a correction
    since: str = later("")  # ISO date of what a waiting time counts from; empty where it is not known
    since_about: bool = later(False)  # reckoned from «about n weeks ago»
    asked_on: str = later("")  # the clinic's day, ISO: an answer is one day's


@dataclass(frozen=True, slots=True)
class ScreeningGroupConfirmed(Payload):
    """A whole group asked and answered as last time, by one hold; stops are never in it."""

    kind: ClassVar[str] = "screening_group_confirmed"
    group_id: str
    rule_ids: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]  # last time's, confirmed with them
    areas: tuple[tuple[str, ...], ...] = later(())  # last time's, as far as planned today
    since: tuple[str, ...] = later(())
    since_about: tuple[bool, ...] = later(())
    asked_on: str = later("")


@dataclass(frozen=True, slots=True)
class ScreeningExpired(Payload):
    """Answers that are no longer today's: they are asked again."""

    kind: ClassVar[str] = "screening_expired"
    rule_ids: tuple[str, ...]
    today: str  # ISO, the clinic's day


@dataclass(frozen=True, slots=True)
class ScreeningOverridden(Payload):
    """Gone on in spite of a finding, signed; older histories have the actor as its only signer."""

    kind: ClassVar[str] = "screening_overridden"
    rule_id: str
    reason: str
    signer_id: str = later("")
    signer_name: str = later("")
    meaning: str = later("")
    method: str = later("")  # pin


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Payload):
    kind: ClassVar[str] = "consent_recorded"
    consent: str  # treatment, photos, serum
    form_id: str
    form_version: int
    text_sha256: str
    given: bool
    reason: str = ""
    shown_text: str = later("")  # what ``text_sha256`` is the hash of; older histories keep the hash alone


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Payload):
    """Taken back after it was given; without the one to the treatment no needling goes on."""

    kind: ClassVar[str] = "consent_withdrawn"
    consent: str  # treatment, photos, serum
    reason: str


@dataclass(frozen=True, slots=True)
class ChaperoneRecorded(Payload):
    """Who was present as chaperone, or why none."""

    kind: ClassVar[str] = "chaperone_recorded"
    name: str
    declined_reason: str = ""


@dataclass(frozen=True, slots=True)
class SignatureDrawn(Payload):
    """A drawn signature: ``strokes`` are pen-down runs of x, y in 1/1000 of the pad's width.

    ``signed_sha256`` binds the strokes and the signer to the consents as decided then (``consent.signed_sha256``).
    """

    kind: ClassVar[str] = "signature_drawn"
    purpose: str  # consent
    signer: str  # patient, guardian, witness
    strokes: tuple[tuple[int, ...], ...]
    witness_id: str = ""
    refused_reason: str = ""
    signer_name: str = later("")  # of a guardian
    relation: str = later("")  # of a guardian to the patient
    identity_check: str = later("")  # how a guardian's identity was checked
    signed_sha256: str = later("")


@dataclass(frozen=True, slots=True)
class PhotosRecorded(Payload):
    kind: ClassVar[str] = "photos_recorded"
    moment: str  # before, after
    count: int
    declined_reason: str = ""


@dataclass(frozen=True, slots=True)
class AnestheticApplied(Payload):
    """Times and limits as the product's label gave them then, so the clocks live in the history."""

    kind: ClassVar[str] = "anesthetic_applied"
    application_id: str
    product: ProductLot
    mass_mg: int
    area_mm2: int
    occluded: bool
    applied_at_us: int
    back_timed: bool
    onset_s: int
    max_contact_s: int
    source: str
    authorised_by: str = ""
    authorised_on: str = later("")  # ISO dates of the prescription for this patient
    authorised_until: str = later("")
    repeat_allowed: bool = later(False)
    area_ids: tuple[str, ...] = later(())  # none: everywhere
    over_reason: str = later("")  # back-timed past the longest time: why
    wall_less_steady_ms: int | None = later(None)  # tells after a restart whether the wall clock was changed


@dataclass(frozen=True, slots=True)
class NumbnessTested(Payload):
    kind: ClassVar[str] = "numbness_tested"
    result: str  # sharp, dull, numb


@dataclass(frozen=True, slots=True)
class AnestheticRemoved(Payload):
    """Taken off and the skin cleansed, confirmed by a hold."""

    kind: ClassVar[str] = "anesthetic_removed"
    application_id: str
    early_reason: str = ""


@dataclass(frozen=True, slots=True)
class AnestheticSkipped(Payload):
    kind: ClassVar[str] = "anesthetic_skipped"
    reason: str


@dataclass(frozen=True, slots=True)
class ReactionReported(Payload):
    kind: ClassVar[str] = "reaction_reported"
    signs: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class SkinDisinfected(Payload):
    kind: ClassVar[str] = "skin_disinfected"


@dataclass(frozen=True, slots=True)
class CartridgeBound(Payload):
    """``from_sealed_pack``: its code has no serial number, and the practitioner said that it is new."""

    kind: ClassVar[str] = "cartridge_bound"
    product: ProductLot
    needles: int
    from_sealed_pack: bool = later(False)
    tag: str = later("")


@dataclass(frozen=True, slots=True)
class CartridgeUnbound(Payload):
    """``used`` False: it was still sealed and may serve again. Area and pass where one was running."""

    kind: ClassVar[str] = "cartridge_unbound"
    reason: str
    used: bool
    broken: bool = later(False)
    fragments: str = later("")
    piece_kept: bool | None = later(None)
    area_id: str = later("")
    pass_number: int | None = later(None)


@dataclass(frozen=True, slots=True)
class CartridgeTagAccepted(Payload):
    """The pen read another id than the package bears, and the practitioner said it is the same cartridge."""

    kind: ClassVar[str] = "cartridge_tag_accepted"
    tag: str
    serial: str


@dataclass(frozen=True, slots=True)
class GlideChosen(Payload):
    """What glides during needling; None where nothing is used."""

    kind: ClassVar[str] = "glide_chosen"
    product: ProductLot | None
    warning_shown: str = ""
    off_label_reason: str = later("")


@dataclass(frozen=True, slots=True)
class PenBound(Payload):
    """The pen this session records; ``swap`` where another was accepted in its place."""

    kind: ClassVar[str] = "pen_bound"
    model: str
    serial: str
    firmware: str
    boot_id: int
    period_us: int
    resend_samples: int
    channels: int
    needles: int
    cartridge: str
    swap: bool = False
    contact_load_ma: int | None = later(None)  # from this motor current on the needles are on the skin, by the profile


@dataclass(frozen=True, slots=True)
class ManualModeChosen(Payload):
    """``pen_id`` names the profile of the pen in hand, empty where nobody said which; its label holds."""

    kind: ClassVar[str] = "manual_mode_chosen"
    reason: str
    pen_id: str = later("")
    pen_name: str = later("")
