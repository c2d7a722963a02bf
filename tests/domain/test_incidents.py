"""Incidents: every step with who and when, closed only with an owner, overdue first."""

from dataclasses import replace
from datetime import date

import pytest

from console.domain import incidents
from console.domain.clinic_records import body_of, fields_of
from console.domain.errors import Refusal
from console.domain.incidents import Incident, IncidentKind, IncidentState

TODAY = date(2026, 11, 17)
STICK = Incident(IncidentKind.NEEDLESTICK, ("Colleague hurt",), "left thumb", ("Wound washed",), "I-0001",
                 session_id="s", patient_id="P-0412", pen="P150, 42", cartridge="C, L, S", room="Room 2")


def test_a_report_keeps_what_happened_and_what_was_done_at_once():
    made = incidents.reported(STICK, 5, "PR-02")
    assert [(step.what, step.words, step.by, step.at_us) for step in made.steps] == [
        ("reported", "Colleague hurt. left thumb", "PR-02", 5), ("action", "At once: Wound washed", "PR-02", 5)]
    assert made.state is IncidentState.OPEN and made.happened_us == 5


def test_a_report_that_says_nothing_is_refused():
    with pytest.raises(Refusal, match="Nothing is said"):
        incidents.reported(Incident(IncidentKind.OTHER, (), "  "), 5, "PR-02")


def test_it_is_closed_only_with_an_owner_and_a_reason():
    made = incidents.reported(STICK, 5, "PR-02")
    with pytest.raises(Refusal, match="Nobody owns"):
        incidents.closed(made, "done", 6, "MG-01")
    owned = incidents.assigned(made, "MG-01", "2026-11-20", 6, "MG-01")
    with pytest.raises(Refusal, match="words are missing"):
        incidents.closed(owned, "  ", 7, "MG-01")
    shut = incidents.closed(owned, "Cause found", 8, "MG-01")
    assert shut.closed and shut.steps[-1] == incidents.IncidentStep(8, "MG-01", "closed", "Cause found")
    for change in (lambda: incidents.acted(shut, "more", 9, "x"), lambda: incidents.closed(shut, "again", 9, "x"),
                   lambda: incidents.assigned(shut, "PR-02", "2026-12-01", 9, "x")):
        with pytest.raises(Refusal, match="is closed"):
            change()
    assert incidents.reopened(shut, "Again", 9, "MG-01").state is IncidentState.IN_HAND


def test_overdue_begins_the_day_after_the_deadline():
    for due, late in (("2026-11-16", True), ("2026-11-17", False), ("", False)):
        assert replace(STICK, due=due).overdue(TODAY) is late
    assert not replace(STICK, due="2026-11-01", state=IncidentState.CLOSED).overdue(TODAY)


def test_the_manager_reads_overdue_first_and_closed_last():
    late, soon, none, shut = (
        replace(STICK, incident_id=name, due=due, state=state) for name, due, state in (
            ("late", "2026-11-01", IncidentState.IN_HAND), ("soon", "2026-11-19", IncidentState.OPEN),
            ("none", "", IncidentState.OPEN), ("shut", "2026-10-01", IncidentState.CLOSED)))
    assert incidents.in_order([shut, none, soon, late], TODAY) == [late, soon, none, shut]


def test_a_record_gives_the_same_incident_back():
    made = incidents.assigned(incidents.reported(STICK, 5, "PR-02"), "MG-01", "2026-11-20", 6, "MG-01")
    record = incidents.to_record(made)
    assert record.due == "2026-11-20" and record.subject_id == "MG-01"
    assert incidents.from_record(replace(record, fields=fields_of(body_of(record)))) == made
    assert incidents.to_record(incidents.closed(made, "x", 9, "MG-01")).due == ""


@pytest.mark.parametrize("kind", IncidentKind)
def test_every_kind_has_words_ticks_and_measures(kind):
    assert incidents.KIND_WORDS[kind] and incidents.HAPPENED[kind] and incidents.MEASURES[kind]
