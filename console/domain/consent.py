"""Consent texts: versioned, hashed with the signature, separate for treatment, photos and serum."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from console.domain.event_base import Payload
from console.domain.events_of_intake import ConsentRecorded, ConsentWithdrawn, SignatureDrawn
from console.domain.history import JsonValue, canonical_json
from console.domain.sources import Source


class ConsentKind(StrEnum):
    """What is agreed to; each is asked and may be refused by itself."""

    TREATMENT = "treatment"
    PHOTOS = "photos"
    SERUM = "serum"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A form as shown. ``template`` is true until the clinic has approved it as its own."""

    form_id: str
    version: int
    kind: ConsentKind
    title: str
    summary: tuple[str, ...]
    text: str
    template: bool
    sources: tuple[Source, ...]
    reviewed: date

    @property
    def shown_text(self) -> str:
        """Give everything the signer was shown, as it is hashed."""
        return "\n".join((self.form_id, str(self.version), self.title, *self.summary, self.text))

    @property
    def text_sha256(self) -> str:
        """Give the SHA-256 of everything the signer was shown, as hex."""
        return hashlib.sha256(self.shown_text.encode()).hexdigest()

    def decided(self, given: bool, reason: str = "") -> ConsentRecorded:
        """Give the decision on this text, with the text."""
        return ConsentRecorded(
            self.kind.value, self.form_id, self.version, self.text_sha256, given, reason, self.shown_text)


def signed_sha256(consents: Iterable[ConsentRecorded], drawn: SignatureDrawn) -> str:
    """Hash what a signature stands for: every consent as decided, who signed, and the strokes. Hex SHA-256."""
    said: list[JsonValue] = [
        [one.consent, one.form_id, one.form_version, one.text_sha256, one.given]
        for one in sorted(consents, key=lambda one: one.consent)]
    who: list[JsonValue] = [drawn.signer, drawn.signer_name, drawn.relation, drawn.identity_check, drawn.witness_id,
                            drawn.refused_reason]
    strokes: list[JsonValue] = [list(run) for run in drawn.strokes]
    return hashlib.sha256(canonical_json({"consents": said, "signer": who, "strokes": strokes})).hexdigest()


class ConsentCheck:
    """Follows a history and says where a consent text or a signature does not match its hash."""

    def __init__(self) -> None:
        self._decided: dict[str, ConsentRecorded] = {}

    def fault_of(self, what: Payload) -> str:
        """Take the next event; give its fault, empty if there is none."""
        if isinstance(what, ConsentRecorded):
            self._decided[what.consent] = what
            made = hashlib.sha256(what.shown_text.encode()).hexdigest()
            return "holds a consent text that does not match its hash" if what.shown_text and (
                made != what.text_sha256) else ""
        if isinstance(what, ConsentWithdrawn) and what.consent in self._decided:
            self._decided[what.consent] = withdrawn(self._decided[what.consent], what.reason)
        if isinstance(what, SignatureDrawn) and what.signed_sha256:
            made = signed_sha256(self._decided.values(), what)
            return "" if made == what.signed_sha256 else "holds a signature that does not match what was signed"
        return ""


def withdrawn(given: ConsentRecorded, reason: str) -> ConsentRecorded:
    """Give a consent as it stands once it is withdrawn."""
    return replace(given, given=False, reason=f"withdrawn: {reason}")


def needs_guardian(age_years: int | None, adult_age_years: int | None) -> bool | None:
    """Tell whether a guardian signs; None where the age or the clinic's rule is unknown: ask."""
    if age_years is None or adult_age_years is None:
        return None
    return age_years < adult_age_years
