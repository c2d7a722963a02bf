"""Reads the languages of the aftercare sheet: strict as all clinical files, but citing nothing of their own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from string import Formatter

from console.domain.sheet_language import DAY_FORMS, DISCLAIMER, ENGLISH, PHRASES, SheetLanguage, Translation
from console.services.toml_entries import Entry

_WEEK, _YEAR = 7, 12
Translated = tuple[str, Translation]  # the language's code and one line in it


def read_language(entry: Entry) -> SheetLanguage:
    """Read one language's phrases and the names of its days and months."""
    return SheetLanguage(
        entry.ident(), entry.text("name", most=24), (*_phrases(entry, PHRASES), *_phrases(entry, DAY_FORMS)),
        _names(entry, "weekdays", _WEEK), _names(entry, "weekdays_short", _WEEK), _names(entry, "months", _YEAR),
        _names(entry, "months_short", _YEAR), entry.text("first_of_month", most=8, optional=True))


def _phrases(entry: Entry, wanted: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, _phrase(entry, name, filled)) for name, filled in wanted.items()]


def _phrase(entry: Entry, name: str, filled: tuple[str, ...]) -> str:
    text = entry.text(name, most=160)
    allowed = f"text with {', '.join(f'{{{one}}}' for one in filled) or 'nothing to fill in'}"
    try:
        asked = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError as error:
        raise entry.fault(name, text, allowed) from error
    if asked != set(filled):
        raise entry.fault(name, text, allowed)
    return text


def _names(entry: Entry, name: str, count: int) -> tuple[str, ...]:
    names = entry.texts(name)
    if len(names) != count:
        raise entry.fault(name, f"{len(names)} of them", str(count))
    return names


def read_translation(entry: Entry, languages: Iterable[SheetLanguage], item_ids: Collection[str]) -> Translated:
    """Read one line; its id is the language's and the item's: ``es.no_sun``."""
    code, _, item_id = entry.ident().partition(".")
    if code not in {language.code for language in languages}:
        raise entry.fault("id", code, "a language that is described, and then the item's id: es.no_sun")
    if item_id not in (*item_ids, DISCLAIMER):
        raise entry.fault("id", item_id, f"the id of an item, or {DISCLAIMER} for the disclaimer")
    return code, Translation(
        item_id, entry.text("english", most=200), entry.text("text", most=240),
        entry.text("english_detail", most=80, optional=True), entry.text("detail", most=120, optional=True))


def with_translations(languages: Iterable[SheetLanguage], lines: Sequence[Translated]) -> tuple[SheetLanguage, ...]:
    """Give each language its lines; English first, the others by name."""
    whole = [replace(one, translations=tuple(line for code, line in lines if code == one.code)) for one in languages]
    return tuple(sorted(whole, key=lambda one: (one.code != ENGLISH, one.name)))


def language_named(languages: Sequence[SheetLanguage], code: str) -> SheetLanguage:
    """Give a language by its code; English where there is no sheet in it."""
    return next((one for one in languages if one.code == code), languages[0])
