"""The form's fields: what the record knows stands there, what it does not is named, nothing is made up."""

from dataclasses import replace
from datetime import date

import pytest
from console_rig import close_console, gtin_of, make_console

from console.domain.follow_up import Contact
from console.domain.reactions import Told
from console.exports.medwatch_json import medwatch_json
from console.services.medwatch import fill_form


@pytest.fixture
def console():
    made = make_console()
    yield made
    close_console(made)


@pytest.fixture
def event(console):
    last = console.day.last_session("P-0412")
    contact = Contact("call x", "call", "P-0412", str(last.session_id), "2026-11-16", "2026-11-17")
    made = console.adverse.begin(contact, Told("2026-11-16", "blisters", "Blisters", "severe"))
    keys = [one.key for one in console.adverse.suspects(made) if one.role in ("cartridge", "anesthetic")]
    return console.adverse.save(replace(made, suspects=tuple(keys), serious=("intervention",), relation="possible"))


def _form(console, event):
    patient = replace(console.registry.patient(event.patient_id), name="Anna Keller")
    return fill_form(event, console.adverse.state_of(event), patient, console.shelf.current.clinic,
                     console.registry.staff()[0], date(2026, 11, 17))


def _fields(form):
    return {part.letter: {field.key: field.value for field in part.fields} for part in form.parts}


def test_the_sections_hold_what_is_on_record(console, event):
    fields = _fields(_form(console, event))
    assert list(fields) == ["A", "B", "C", "D", "E", "F", "G"]
    assert (fields["A"]["identifier"], fields["A"]["age"]) == ("AK, P-0412", "34 years")
    assert fields["B"]["outcomes"] == "Required intervention to prevent damage"
    assert (fields["B"]["event_day"], fields["B"]["report_day"]) == ("16-Nov-2026", "17-Nov-2026")
    assert "Blisters. Severity severe." in fields["B"]["description"]
    assert "Type 2 diabetes" in fields["B"]["history"]
    assert fields["D"]["name"] == "Lidocaine cream 4 %" and fields["D"]["amount"].endswith(" g")
    assert fields["E"]["lot"] and fields["E"]["udi"].startswith(f"(01){gtin_of(3)}")
    assert f"(10){fields['E']['lot']}" in fields["E"]["udi"]
    assert "Hyaluronic" in fields["F"]["others"] and "Lidocaine" not in fields["F"]["others"]
    assert (fields["G"]["name"], fields["G"]["professional"]) == ("A. Meyer", "Yes")


def test_no_name_leaves_the_house_and_nothing_unknown_is_filled_in(console, event):
    form = _form(console, event)
    whole = str(medwatch_json(form))
    assert "Anna" not in whole and "Keller" not in whole and "1992" not in whole
    fields = _fields(form)
    for letter, key in (("A", "sex"), ("A", "race"), ("C", "available"), ("D", "manufacturer"), ("E", "procode"),
                        ("E", "manufacturer"), ("E", "reprocessed"), ("G", "email")):
        assert fields[letter][key] is None
    assert "A. Patient information: Sex" in form.missing
    assert len(form.missing) == sum(field.value is None for part in form.parts for field in part.fields)


def test_sections_without_a_suspect_say_so(console, event):
    fields = _fields(_form(console, replace(event, suspects=())))
    assert fields["D"] == fields["E"] == {"none": "Not judged as suspect"}
    assert "Lidocaine" in fields["F"]["others"] and "cartridge" in fields["F"]["others"]


def test_the_json_names_form_and_edition(console, event):
    found = medwatch_json(_form(console, event))
    assert (found["form"], found["edition"], found["adverse_event"]) == ("FDA 3500", "09/2025", "AE-0001")
    assert [one["section"] for one in found["sections"]] == ["A", "B", "C", "D", "E", "F", "G"]
    assert found["missing"]
