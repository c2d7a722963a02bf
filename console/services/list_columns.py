"""The columns of the session list: on screen, in CSV and on the command line the same ones."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.clock import iso_utc
from console.domain.ports import SessionRow
from console.services.facet_words import mark_words, missing_words, standing_words
from console.services.local_time import clock_text, local
from console.services.session_marks import COMPLETE, DEVIATIONS

DASH = "–"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: its key in saved views, its head, its width, how it reads on screen and in files."""

    key: str
    title: str
    width_px: int
    shown: Callable[[SessionRow], str]
    plain: Callable[[SessionRow], str]
    right: bool = False
    named: str = ""  # in the list of columns to choose, where the head alone says too little

    @property
    def name(self) -> str:
        """Give what it is called among the columns to choose."""
        return self.named or self.title


def course_words(row: SessionRow) -> str:
    """Write a session's place in its course."""
    if not row.patient_id or row.state == "erased":
        return DASH
    return f"{row.course_number} of {row.course_length}" if row.course_length else "Yearly"


def minutes_words(seconds: int) -> str:
    """Write seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else DASH


def seal_state(row: SessionRow) -> str:
    """Give how a session stands in one word: its seal, or the list it belongs to where it did not simply finish."""
    if row.standing in ("stopped", "deferred", "opened_in_error", "abandoned", "cut_off") and row.state != "open":
        return row.standing
    return "amended" if row.amendments and row.state == "sealed" else row.state


def _date(row: SessionRow) -> str:
    moment = local(row.opened_us)
    return f"{moment.day} {moment:%b} {clock_text(row.opened_us)}"


def _long_date(row: SessionRow) -> str:
    moment = local(row.opened_us)
    return f"{moment.day} {moment:%b %Y}"


def _millimetres(micrometres: int | None) -> str:
    return DASH if micrometres is None else f"{micrometres / 1000:.2f}"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _deviations(row: SessionRow) -> str:
    return ", ".join(mark_words(one) for one in row.marks if one in DEVIATIONS)


def _lacks(row: SessionRow) -> str:
    return ", ".join(missing_words(one) for one in row.missing if one != COMPLETE)


def _over_s(row: SessionRow) -> str:
    return "" if row.over_band_ms is None else f"{row.over_band_ms / 1000:.1f}"


COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("date", "Date", 116, _date, lambda row: iso_utc(row.opened_us), named="Date and time"),
    ListColumn("year", "Day", 104, _long_date, lambda row: local(row.opened_us).date().isoformat(),
               named="Day with year"),
    ListColumn("patient", "Patient", 78, lambda row: row.patient_id or row.kind.capitalize(),
               lambda row: row.patient_id),
    ListColumn("by", "By", 66, lambda row: row.practitioner_id or DASH, lambda row: row.practitioner_id,
               named="Practitioner"),
    ListColumn("area", "Area", 96, lambda row: row.map_id.capitalize() or DASH, lambda row: row.map_id),
    ListColumn("course", "Course", 70, course_words, lambda row: f"{row.course_number}/{row.course_length}"),
    ListColumn("time", "Time", 62, lambda row: minutes_words(row.needling_s), lambda row: str(row.needling_s), True,
               "Needling time"),
    ListColumn("depth", "Depth", 60, lambda row: _millimetres(row.median_depth_um),
               lambda row: _number(row.median_depth_um), True, "Median depth"),
    ListColumn("alarms", "Alarms", 64, lambda row: str(row.alarms), lambda row: str(row.alarms)),
    ListColumn("seal", "Seal", 120, lambda row: standing_words(seal_state(row)), seal_state),
    ListColumn("reason", "Reason", 190, lambda row: row.reason or DASH, lambda row: row.reason,
               named="Reason it ended so"),
    ListColumn("room", "Room", 88, lambda row: row.room or DASH, lambda row: row.room),
    ListColumn("clinic", "Clinic", 110, lambda row: row.clinic or DASH, lambda row: row.clinic),
    ListColumn("plan", "Plan", 170, lambda row: row.plan_name or DASH, lambda row: row.plan_name),
    ListColumn("indication", "Indication", 130, lambda row: row.indication.replace("_", " ") or DASH,
               lambda row: row.indication),
    ListColumn("areas", "Areas", 66, lambda row: f"{row.areas_done} of {row.areas_planned}",
               lambda row: f"{row.areas_done}/{row.areas_planned}", named="Areas done"),
    ListColumn("pen", "Pen", 110, lambda row: row.pen_serial or DASH, lambda row: row.pen_serial),
    ListColumn("lots", "Lots", 200, lambda row: ", ".join(row.lots) or DASH, lambda row: " ".join(row.lots)),
    ListColumn("deviations", "Deviations", 200, lambda row: _deviations(row) or DASH,
               lambda row: " ".join(one for one in row.marks if one in DEVIATIONS)),
    ListColumn("missing", "Missing", 170, lambda row: _lacks(row) or DASH,
               lambda row: " ".join(one for one in row.missing if one != COMPLETE)),
    ListColumn("over", "Over", 70, lambda row: _over_s(row) or DASH, _over_s, True, "Seconds over the band"),
    ListColumn("gaps", "Gaps", 56, lambda row: str(row.gaps), lambda row: str(row.gaps), True),
    ListColumn("samples", "Samples", 96, lambda row: f"{row.samples:,}", lambda row: str(row.samples), True),
    ListColumn("session", "Session", 132, lambda row: str(row.session_id)[:13], lambda row: str(row.session_id)),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = ("date", "patient", "by", "area", "course", "time", "depth", "alarms", "seal")
_FILE_HEADS = {
    "date": "opened_utc", "year": "day", "by": "practitioner", "area": "map", "time": "needling_s",
    "depth": "median_depth_um", "seal": "standing", "areas": "areas_done_of_planned", "over": "over_band_s"}


def columns_of(keys: Sequence[str]) -> tuple[ListColumn, ...]:
    """Give columns by their keys; unknown ones, of a later version, are left out; none at all are the usual ones."""
    return tuple(BY_KEY[key] for key in keys if key in BY_KEY) or tuple(BY_KEY[key] for key in USUAL)


def csv_names(columns: Sequence[ListColumn]) -> list[str]:
    """Give the heads of a CSV file, with units."""
    return [_FILE_HEADS.get(column.key, column.key) for column in columns]


def csv_line(fields: Sequence[str]) -> str:
    """Write one line of a CSV file; what a spreadsheet would take for a formula is made plain text."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{one}" if one[:1] in ("=", "+", "-", "@", "\t") else one for one in fields])
    return out.getvalue()
