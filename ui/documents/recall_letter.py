"""Letters to patients whom a traced lot reached, one to a page, in one file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from console.services.clinical_parts import ClinicFacts
from console.services.local_time import day_start_us
from console.services.recall_letter import RecallLetter
from ui.documents import tables
from ui.documents.flow import Flow, paragraph
from ui.documents.paper import new_flow, write_papers

COLUMNS = tables.spread([tables.Column("", 520, token="ink2"), tables.Column("", 0, weight=600)])
SIGN_ROOM = 150.0


def write_letters(path: Path, letters: Sequence[RecallLetter], key: str, clinic: ClinicFacts, today: date,
                  mark: str = "") -> int:
    """Write them as PDF and give the number of pages; ``key`` stands at the foot. OperatorError where that fails."""
    spoken = {one.language for one in letters}
    return write_papers(path, "Letters", key, day_start_us(today), [_flow(one, clinic, today) for one in letters], mark,
                        spoken.pop() if len(spoken) == 1 else "en")


def _flow(letter: RecallLetter, clinic: ClinicFacts, today: date) -> Flow:
    flow = new_flow(clinic.name, "", today.isoformat())
    flow.add(paragraph(", ".join(one for one in (clinic.address, clinic.phone) if one), 25, "ink3"))
    flow.gap(110)
    flow.add(paragraph(letter.recipient, 32, "ink"))
    flow.gap(110)
    flow.add(paragraph(letter.subject, 40, "ink", 600, 30))
    for text in letter.paragraphs:
        flow.add(paragraph(text, 32, "ink", room=26))
    flow.gap(20)
    for line in letter.facts:
        flow.add(tables.row(COLUMNS, line))
    flow.gap(40)
    call, close = letter.last
    flow.add(paragraph(call, 32, "ink", room=60))
    flow.add(paragraph(close, 32, "ink", room=SIGN_ROOM))
    flow.add(paragraph(clinic.name, 32, "ink"))
    return flow
