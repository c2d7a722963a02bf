"""Adverse events: judged by a person, with what was used, an owner, and an end that is not left open."""

from dataclasses import replace

import pytest
from console_rig import close_console, make_console

from console.domain.errors import OperatorError, Refusal
from console.domain.follow_up import Contact
from console.domain.reactions import Told


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def drafted(console):
    last = console.day.last_session("P-0412")
    day = console.day.today().isoformat()
    contact = Contact("call x", "call", "P-0412", str(last.session_id), day, day)
    return console.adverse.begin(contact, Told(day, "blisters", "Blisters", "moderate", "left cheek"))


def test_an_event_is_laid_out_from_what_was_told_and_saved_by_a_person(console, drafted):
    assert (drafted.what, drafted.severity, drafted.owner_id) == ("Blisters, left cheek", "moderate", "PR-02")
    assert console.adverse.all() == []
    saved = console.adverse.save(drafted)
    second = console.adverse.save(drafted)
    assert [saved.event_id, second.event_id] == ["AE-0001", "AE-0002"]
    again = console.adverse.save(replace(saved, severity="severe", serious=("intervention",), grade="3"))
    assert console.adverse.event("ae-0001").serious == ("intervention",) and again.event_id == "AE-0001"
    assert [one.event_id for one in console.adverse.all(patient_id="P-0412")] == ["AE-0002", "AE-0001"]


def test_what_the_session_used_is_offered_as_suspects(console, drafted):
    found = console.adverse.suspects(drafted)
    roles = {one.role for one in found}
    assert {"cartridge", "anesthetic"} <= roles and all(one.lot for one in found if one.role == "cartridge")
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(("change", "words"), [
    ({"what": " "}, "has no words"), ({"severity": ""}, "severity is not chosen"),
    ({"serious": ("odd",)}, "no seriousness"), ({"outcome": "odd"}, "not one of those known"),
    ({"grade": "6"}, "not one of those known"), ({"owner_id": ""}, "Nobody owns"),
    ({"owner_id": "PR-99"}, "Nobody here has that id"), ({"began": "2030-01-01"}, "ahead of today"),
])
def test_what_is_not_decided_is_not_saved(console, drafted, change, words):
    with pytest.raises(Refusal, match=words):
        console.adverse.save(replace(drafted, **change))
    assert console.adverse.all() == []


def test_an_event_closes_only_with_outcome_relation_and_a_word(console, drafted):
    saved = console.adverse.save(drafted)
    with pytest.raises(Refusal, match="not judged"):
        console.adverse.close(saved.event_id, "healed")
    console.adverse.save(replace(saved, outcome="recovered", relation="probable"))
    with pytest.raises(Refusal, match="a word on how it ended"):
        console.adverse.close(saved.event_id, " ")
    assert console.adverse.close(saved.event_id, "healed in six days").state == "closed"
    with pytest.raises(Refusal, match="closed already"):
        console.adverse.close(saved.event_id, "again")
    assert [one.rev for one in console.adverse.all()] == [3]


def test_an_unknown_event_is_said_so(console):
    with pytest.raises(OperatorError, match="no adverse event AE-0009"):
        console.adverse.event("AE-0009")
