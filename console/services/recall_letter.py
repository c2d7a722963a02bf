"""The letter to a patient whom a traced lot reached: what was used, when, whom to call; nothing beyond the record."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from console.domain.errors import OperatorError
from console.services.clinical_parts import ClinicFacts
from console.services.local_time import local_day
from console.services.recall_desk import Recall, RecallCase
from console.services.resources import resource_text

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class RecallLetter:
    """A letter as it stands on paper: ``facts`` are lines of name and value."""

    patient_id: str
    language: str
    recipient: str
    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    last: tuple[str, ...]


@cache
def letter_words() -> Mapping[str, Mapping[str, str]]:
    """Give the letter's words by language."""
    return tomllib.loads(resource_text("recall_letter.toml"))


def letters_of(recall: Recall, cases: Sequence[RecallCase], clinic: ClinicFacts) -> list[RecallLetter]:
    """Give a letter to each patient who is there; OperatorError where there is none, or no number to call."""
    if not clinic.phone:
        raise OperatorError("The clinic's telephone number is not kept", "no letter was written",
                            "enter it in the settings")
    made = [_letter(recall, one, clinic) for one in cases if one.patient is not None]
    if not made:
        raise OperatorError("There is nobody to write to", "no letter was written", "look for another lot")
    return made


def _letter(recall: Recall, case: RecallCase, clinic: ClinicFacts) -> RecallLetter:
    who = case.patient
    name, language = (who.name, who.language) if who is not None else ("", "")
    language = language if language in letter_words() else FALLBACK
    words = letter_words()[language]
    days = ", ".join(dict.fromkeys(_day(use.opened_us, words["day"]) for use in reversed(case.uses)))
    return RecallLetter(
        case.patient_id, language, name, words["subject"],
        (words["greeting"].format(name=name), words["known"].format(days=days)),
        ((words["product"], ", ".join(recall.products) or "–"), (words["lot"], recall.text), (words["treated"], days),
         (words["number"], case.patient_id)),
        (words["call"].format(phone=clinic.phone), words["close"]))


def _day(at_us: int, form: str) -> str:
    day = local_day(at_us)
    return form.format(year=day.year, month=f"{day.month:02}", day=f"{day.day:02}")
