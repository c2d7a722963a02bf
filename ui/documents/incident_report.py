"""The clinic's incidents on paper: each with its owner, deadline and steps."""

from collections.abc import Sequence
from pathlib import Path

from console.domain.incidents import KIND_WORDS, STATE_WORDS, Incident
from console.services.local_time import clock_text, day_start_us, day_text, local_day
from ui.documents import tables
from ui.documents.flow import Block
from ui.documents.paper import new_flow, write_paper

STEPS = tables.spread([tables.Column("When", 300), tables.Column("By", 150), tables.Column("What", 200),
                       tables.Column("Words", 0)])


def write_incident_report(path: Path, incidents: Sequence[Incident], clinic: str, now_us: int, mark: str = "") -> int:
    """Write the list as PDF and give its number of pages. OperatorError where that fails."""
    day = local_day(now_us)
    late = sum(one.overdue(day) for one in incidents)
    running = sum(not one.closed for one in incidents)
    flow = new_flow(clinic, "Incidents", f"{day.isoformat()}: {running} open, {late} overdue")
    for one in incidents:
        state = "Overdue" if one.overdue(day) else STATE_WORDS[one.state]
        flow.section(f"{one.incident_id}  {one.title}", [tables.facts(_pairs(one)), *_steps(one)],
                     f"{state}{f', until {one.due}' if one.due and not one.closed else ''}")
    return write_paper(path, "Incidents", f"Incidents {day.isoformat()}", day_start_us(day), flow, mark)


def _pairs(one: Incident) -> list[tuple[str, str]]:
    return [
        ("Kind", KIND_WORDS[one.kind]), ("Happened", _stamp(one.happened_us)), ("Room", one.room or "Not noted"),
        ("Owner", one.owner_id or "Not set"), ("Patient", one.patient_id or "None"),
        ("Session", one.session_id[:13] or "None"), ("Pen", one.pen or "None"), ("Cartridge", one.cartridge or "None")]


def _steps(one: Incident) -> list[Block]:
    rows = [tables.row(STEPS, (_stamp(step.at_us), step.by, step.what, step.words)) for step in one.steps]
    return [tables.head_row(STEPS), *rows]


def _stamp(at_us: int) -> str:
    day = local_day(at_us)
    return f"{day_text(day)} {day.year}, {clock_text(at_us)}"
