"""Lines of the follow-up page: calls and visits, patients due back, adverse events."""

from collections.abc import Callable, Sequence
from datetime import date

from console.domain.adverse_events import AdverseEvent
from console.domain.courses import OVERDUE
from console.domain.people import Patient
from console.services.due_back import DuePatient
from console.services.follow_up_reading import ContactRow
from console.services.local_time import day_text
from ui.desk.case_rows import CaseRow
from ui.desk.contact_card import KINDS

HEADINGS = (("overdue", "Overdue"), ("due", "To call now"), ("coming", "Later"), ("done", "Done"))
TONES = {"overdue": "stop", "due": "live", "coming": "ink2", "done": "done"}

Sections = list[tuple[str, list[CaseRow]]]


def call_sections(contacts: Sequence[ContactRow]) -> Sections:
    """Give calls and visits by how they stand."""
    return [(heading, [_contact_case(one) for one in contacts if one.standing == standing])
            for standing, heading in HEADINGS]


def due_sections(due: Sequence[DuePatient]) -> Sections:
    """Give who is due back: late, now, told already."""
    late = [_due_case(one) for one in due if one.mark is None and one.standing.due == OVERDUE]
    now = [_due_case(one) for one in due if one.mark is None and one.standing.due != OVERDUE]
    told = [_due_case(one) for one in due if one.mark is not None]
    return [("Later than the plan expects", late), ("Due now", now), ("Told", told)]


def event_sections(events: Sequence[AdverseEvent], patient_of: Callable[[str], Patient], today: date) -> Sections:
    """Give adverse events, the open ones first."""
    cases = [(one.state, CaseRow(one.event_id, patient_of(one.patient_id), f"{one.event_id}: {one.what}",
                                 _event_words(one, today), "ink2" if one.state == "closed" else "caution"))
             for one in events]
    return [("Open", [row for state, row in cases if state != "closed"]),
            ("Closed", [row for state, row in cases if state == "closed"])]


def _contact_case(one: ContactRow) -> CaseRow:
    contact = one.contact
    day = day_text(date.fromisoformat(contact.first if one.standing == "coming" else contact.due))
    words = {"coming": f"from {day}", "done": "Given up" if contact.state == "given_up" else "Done"}.get(
        one.standing, f"by {day}")
    tries = sum(1 for try_ in contact.attempts if not try_.reached)
    second = KINDS[contact.kind] + (f", tried {tries} time{'' if tries == 1 else 's'}" if tries else "")
    return CaseRow(contact.contact_id, one.patient, second, words, TONES[one.standing])


def course_words(one: DuePatient) -> str:
    """Say which course, and how far it is."""
    course = one.standing.course
    return f"{one.plan_name}, " + (f"{course.done} of {course.length} done" if course.length else f"{course.done} done")


def _due_case(one: DuePatient) -> CaseRow:
    window = one.standing.window
    words = "Told" if one.mark is not None else f"by {day_text(window.latest)}" if window is not None else ""
    tone = "done" if one.mark is not None else "stop" if one.standing.due == OVERDUE else "live"
    return CaseRow(one.standing.course.course_id, one.patient, course_words(one), words, tone)


def _event_words(event: AdverseEvent, today: date) -> str:
    if event.state == "closed":
        return "Closed"
    if not event.due:
        return event.severity.capitalize()
    day = date.fromisoformat(event.due)
    return f"{'overdue since' if day < today else 'by'} {day_text(day)}"
