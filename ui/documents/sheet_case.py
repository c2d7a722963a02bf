"""What an aftercare sheet says: its lines, for whom, whom to call, in one language."""

from dataclasses import dataclass
from datetime import date

from console.domain.aftercare import SheetLine, SheetPart
from console.domain.sheet_language import SheetLanguage
from console.services.console import Console
from console.services.local_time import local_day
from ui.documents.report_case import mark_words


@dataclass(frozen=True, slots=True)
class AftercareSheet:
    """What the sheet says. ``for_whom`` is a name only if the clinic wants it; in a room it is the patient's id.

    ``next_session`` is an ISO date or empty; ``marked_as`` as in the session's row.
    """

    lines: tuple[SheetLine, ...]
    language: SheetLanguage
    for_whom: str
    session_day: date
    clinic_name: str
    clinic_phone: str
    next_session: str = ""
    disclaimer: str = ""
    marked_as: str = ""
    after_hours_phone: str = ""

    def part(self, part: SheetPart) -> list[SheetLine]:
        """Give the lines of one part."""
        return [line for line in self.lines if line.part is part]

    def say(self, phrase: str, **filled: str) -> str:
        """Write one of the sheet's own phrases in its language."""
        return self.language.say(phrase, **filled)

    def mark(self) -> str:
        """Write that the record is none of a patient's; empty for one that is."""
        if self.marked_as in ("demo", "bench"):
            return self.say(self.marked_as)
        return mark_words(self.marked_as)

    def heading(self) -> str:
        """Write for whom and of which day the sheet is."""
        day = self.language.day(self.session_day, "day_long")
        return self.say("for", who=self.for_whom, day=day) if self.for_whom else self.say("day", day=day)

    def when(self, line: SheetLine) -> str:
        """Write until when a line holds."""
        if line.until_day is None:
            return ""
        until = self.language.day(line.until_day)
        if line.from_day > self.session_day and line.start > 0:
            return self.say("span", start=self.language.day(line.from_day), end=until)
        return self.say("until", day=until)

    def next_words(self) -> str:
        """Write the day of the next session; empty where none is named."""
        try:
            return self.language.day(date.fromisoformat(self.next_session), "day_year")
        except ValueError:
            return self.next_session

    def after_hours(self) -> str:
        """Write whom to call after hours; empty where the clinic names nobody."""
        return self.say("after_hours", phone=self.after_hours_phone) if self.after_hours_phone else ""

    def plain_text(self) -> str:
        """Write what matters most as plain text, for a code that a phone reads without a network; never a name."""
        day = self.language.day(self.session_day, "day_year")
        rules = [f"- {line.text}: {self.when(line)}" for line in self.part(SheetPart.RULE)]
        calls = [f"- {line.text}" for line in self.part(SheetPart.CALL)]
        next_session = f"{self.say('next')}: {self.next_words()}" if self.next_session else ""
        lines = [
            self.mark(), f"{self.say('title')}. {self.say('day', day=day)}", *rules, f"{self.say('call')}:", *calls,
            f"{self.clinic_name} {self.clinic_phone}".strip(), self.after_hours(), next_session]
        return "\n".join(line for line in lines if line)


def sheet_of_front(console: Console, language: SheetLanguage, for_whom: str, next_session: str) -> AftercareSheet:
    """Give the sheet of the session in front; ``for_whom`` stands on it only where the clinic wants that."""
    library = console.library
    clinic = library.clinic
    return AftercareSheet(
        console.closing.sheet(language.code), language, for_whom if clinic.names_patient else "",
        local_day(console.clock.utc_us()), clinic.name, clinic.phone, next_session,
        language.disclaimer(library.sheet.disclaimer), console.marked_as, clinic.after_hours_phone)
