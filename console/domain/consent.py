"""Consent texts: versioned, hashed with the signature, separate for treatment, photos and serum."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    def text_sha256(self) -> str:
        """Give the SHA-256 of everything the signer was shown, as hex."""
        shown = "\n".join((self.form_id, str(self.version), self.title, *self.summary, self.text))
        return hashlib.sha256(shown.encode()).hexdigest()


def needs_guardian(age_years: int | None, adult_age_years: int | None) -> bool | None:
    """Tell whether a guardian signs; None where the age or the clinic's rule is unknown: ask."""
    if age_years is None or adult_age_years is None:
        return None
    return age_years < adult_age_years
