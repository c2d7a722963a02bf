"""The photos of a session in its report: each named with the hash of its bytes; the pictures stay in the record."""

from console.domain.photos import view_label
from console.services.event_words import plain
from ui.documents import tables
from ui.documents.flow import Block, paragraph
from ui.documents.report_case import DASH, ReportCase, count, stamp
from ui.documents.tables import Column, row, spread

_PHOTOS = spread([
    Column("Photo", 220, weight=600), Column("Moment", 140), Column("Taken", 230, kind="tabular"),
    Column("Pixels", 170, True, "tabular"), Column("Bytes", 130, True, "tabular"), Column("SHA-256", 330, kind="code"),
    Column("Struck because", 0),
])
_HASH_SHOWN = 16


def photos(case: ReportCase) -> tuple[str, str, list[Block], Block | None]:
    """Every photo kept, struck ones among them, or why there is none."""
    rows: list[list[tables.Cell]] = [
        [view_label(one.taken.view), plain(one.taken.moment).capitalize(), stamp(one.at_us),
         f"{one.taken.width_px} × {one.taken.height_px}", count(one.taken.size_bytes), one.taken.sha256[:_HASH_SHOWN],
         one.struck or DASH]
        for one in case.state.pictures.values()
    ]
    note = "Pictures lie encrypted in the record; the start of the SHA-256 of their bytes"
    if rows:
        return "Photos", note, [row(_PHOTOS, cells) for cells in rows], tables.head_row(_PHOTOS)
    declined = [one for one in case.state.photos if one.declined_reason]
    elsewhere = [one for one in case.state.photos if one.count]
    words = [f"No photos {one.moment}: {one.declined_reason}" for one in declined]
    words += [f"{one.count} {one.moment}, kept by the clinic outside this record" for one in elsewhere]
    return "Photos", "", [paragraph(one) for one in words or ["No photo was recorded."]], None
