"""The languages of the aftercare sheet: its own phrases, the way of writing days, and the translated lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from console.domain.aftercare import SheetLine

ENGLISH = "en"
DISCLAIMER = "sheet"  # the item id under which a language translates the disclaimer
# Every phrase of the sheet that is no line of advice, with what is filled in.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "title": (), "for": ("who", "day"), "day": ("day",), "until": ("day",), "span": ("start", "end"), "normal": (),
    "call": (), "after_hours": ("phone",), "next": (), "expected": ("lines",), "call_for": ("lines",),
    "in_english": (), "code": (), "demo": (), "bench": (),
}
DAY_FORMS: Mapping[str, tuple[str, ...]] = {
    "day_short": ("weekday_short", "day", "month_short"), "day_long": ("weekday", "day", "month"),
    "day_year": ("weekday", "day", "month", "year"),
}


@dataclass(frozen=True, slots=True)
class Translation:
    """A line in another language. ``english`` is what was translated: of other words it is no translation."""

    item_id: str
    english: str
    text: str
    english_detail: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SheetLanguage:
    """One language; ``code`` as in a patient's record, ``name`` as its speakers call it."""

    code: str
    name: str
    phrases: tuple[tuple[str, str], ...]
    weekdays: tuple[str, ...]  # Monday first
    weekdays_short: tuple[str, ...]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    first_of_month: str = ""  # where the first has a form of its own
    translations: tuple[Translation, ...] = ()

    def say(self, phrase: str, **filled: str) -> str:
        """Write one of the sheet's own phrases."""
        return dict(self.phrases)[phrase].format(**filled)

    def day(self, day: date, form: str = "day_short") -> str:
        """Write a day the way this language does; ``form`` is one of ``DAY_FORMS``."""
        number = self.first_of_month if day.day == 1 and self.first_of_month else str(day.day)
        return self.say(
            form, weekday=self.weekdays[day.weekday()], weekday_short=self.weekdays_short[day.weekday()], day=number,
            month=self.months[day.month - 1], month_short=self.months_short[day.month - 1], year=str(day.year))

    def worded(self, lines: Sequence[SheetLine]) -> tuple[SheetLine, ...]:
        """Put lines into this language; one it has no words for stays English and says so."""
        return tuple(self._worded(line) for line in lines)

    def _worded(self, line: SheetLine) -> SheetLine:
        if self.code == ENGLISH:
            return line
        found = self._translation(line.item_id, line.text, line.detail)
        if found is None:
            return replace(line, text=self._marked(line.text), in_english=True)
        return replace(line, text=found.text, detail=found.detail)

    def disclaimer(self, english: str) -> str:
        """Put the sheet's last line into this language, or mark it as English."""
        if self.code == ENGLISH or not english:
            return english
        found = self._translation(DISCLAIMER, english, "")
        return found.text if found else self._marked(english)

    def _marked(self, english: str) -> str:
        return f"{english} ({self.say('in_english')})"

    def _translation(self, item_id: str, text: str, detail: str) -> Translation | None:
        wanted = (item_id, text, detail)
        return next((one for one in self.translations if (one.item_id, one.english, one.english_detail) == wanted),
                    None)
