"""Every field of the settings page: a change lands in the entry it belongs to, cited as what it is."""

from dataclasses import replace

import pytest
from console_rig import close_console, make_console

from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.domain.sources import Grade
from console.domain.treatment_plan import RateRange, area_plans
from console.services.clinical_changes import changed_table
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_settings import SECTIONS, entries_of
from console.services.clinical_shelf import ClinicalShelf
from console.services.resources import resource_path

CHIEF = Staff("AD-01", "L. Novak", Role.ADMINISTRATOR)
PLAN = "facial_wrinkles"


@pytest.fixture
def shelf():
    """The shelf of a clinic with no files of its own."""
    console = make_console(last_visit=False)
    yield ClinicalShelf(
        lambda edits: ClinicalLibrary.load(resource_path(), edits=edits), console.registry, console.clock)
    close_console(console)


def entry(shelf, section, key):
    return next(one for one in entries_of(shelf.current, shelf.files, section) if one.key == key)


def change(shelf, section, key, **changes):
    """Change fields as the page does: dots are written as two underscores."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return change_fields(shelf, section, key, named)


def change_fields(shelf, section, key, named):
    one = entry(shelf, section, key)
    shelf.save(one.kind, one.entry_id, changed_table(shelf.current, one, named), "as we do it", CHIEF)
    return shelf.current


def test_every_section_shows_every_value_as_the_files_have_it(shelf):
    for section, _ in SECTIONS:
        entries = entries_of(shelf.current, shelf.files, section)
        assert entries and len({one.key for one in entries}) == len(entries)
        for one in entries:
            assert one.title and one.revision == 0
            for field in one.fields:
                assert field.value == field.below and field.words(field.value)
                assert not field.options or field.value in {"", *(option.key for option in field.options)}
                assert all(option.words for option in field.options)


def test_a_change_is_shown_beside_what_the_files_say(shelf):
    change(shelf, "plan", PLAN, passes=5)
    field = entry(shelf, "plan", PLAN).field("passes")
    assert (field.value, field.below) == (5, 3) and entry(shelf, "plan", PLAN).revision == 1


def test_passes_are_the_clinic_s_own_and_the_depths_stay_cited(shelf):
    library = change(shelf, "plan", PLAN, passes=5)
    plan = library.plan(PLAN)
    assert {area.passes for area in plan.areas} == {5} and plan.version == 2
    assert plan.areas == tuple(
        type(area)(area.area_id, area.band, area.cited, area.target_depth_um, 5, area.planned_s)
        for area in shelf.files.plan(PLAN).areas)
    passes = next(one for one in library.figures if (one.entry_id, one.field) == (PLAN, "passes"))
    depths = next(one for one in library.figures if (one.entry_id, one.field) == (PLAN, "depth_source"))
    assert [one.grade for one in passes.sources] == [Grade.CLINIC]
    assert {one.source_id for one in depths.sources} == {"home_chart", "drpen_thin"}


def test_another_cited_source_gives_every_depth_it_speaks_of(shelf):
    plan = change(shelf, "plan", PLAN, depth_source="drpen_thick").plan(PLAN)
    bands = {area.area_id: area.band for area in plan.areas}
    assert (bands["face.cheek_left"].low_um, bands["face.cheek_left"].high_um) == (1000, 2000)
    assert bands["face.cheek_left"].source.source_id == "drpen_thick"


def test_one_end_of_one_area_s_band_can_be_moved(shelf):
    named = {"area.face.forehead.high_mm": 450, "area.face.forehead.target_mm": 400}
    plan = change_fields(shelf, "plan", PLAN, named).plan(PLAN)
    forehead, nose = (next(one for one in plan.areas if one.area_id == f"face.{name}") for name in ("forehead", "nose"))
    assert (forehead.band.low_um, forehead.band.high_um, forehead.target_depth_um) == (250, 450, 400)
    assert forehead.band.source.grade is Grade.CLINIC and nose.band.source.source_id == "home_chart"


def test_a_target_outside_its_band_is_one_sentence(shelf):
    with pytest.raises(OperatorError, match=r"«target_mm»: found 0.9 for face.forehead, allowed is a depth inside"):
        change_fields(shelf, "plan", PLAN, {"area.face.forehead.target_mm": 900})
    assert shelf.edits() == ()


def test_courses_are_chosen_among_the_cited_or_entered(shelf):
    other = entry(shelf, "plan", PLAN).field("course").options[1]
    plan = change(shelf, "plan", PLAN, course=other.key).plan(PLAN)
    assert plan.course.source.source_id == "brief" and plan.other_courses[0].source.source_id == "exceed_ablon"
    plan = change(shelf, "plan", PLAN, course__length=5).plan(PLAN)
    assert (plan.course.length, plan.course.interval_max_days, plan.course.source.grade) == (5, 61, Grade.CLINIC)
    kept = len(plan.other_courses)
    plan = change(shelf, "plan", PLAN, course__length=6).plan(PLAN)
    assert plan.course.length == 6 and len(plan.other_courses) == kept
    back = next(one for one in entry(shelf, "plan", PLAN).field("course").options if one.key.startswith("exceed_ablon"))
    assert change(shelf, "plan", PLAN, course=back.key).plan(PLAN).course.length == 4


def test_a_range_of_densities_is_the_clinic_s_own_and_reaches_the_session(shelf):
    assert shelf.files.plan(PLAN).punctures is None and entry(shelf, "plan", PLAN).field("passes").below == 3
    with pytest.raises(OperatorError, match="high_per_cm2"):
        change(shelf, "plan", PLAN, punctures__low_per_cm2=900)
    with pytest.raises(OperatorError, match="at most high_per_cm2"):
        change(shelf, "plan", PLAN, punctures__low_per_cm2=900, punctures__high_per_cm2=800)
    plan = change(shelf, "plan", PLAN, punctures__low_per_cm2=900, punctures__high_per_cm2=1800).plan(PLAN)
    assert plan.punctures.source.grade is Grade.CLINIC
    plan = change(shelf, "plan", PLAN, punctures__high_per_cm2=2000).plan(PLAN)
    areas = [one.area_id for one in plan.areas if one.band is not None][:2]
    kept = area_plans(replace(plan, rates=(RateRange("any", 10_000, 12_000, plan.punctures.source),)), areas, "any", {})
    assert {(one.punctures_low_per_cm2, one.punctures_high_per_cm2) for one in kept} == {(900, 2000)}
    listed = {(one.field, one.value, one.unit) for one in shelf.current.figures if one.entry_id == PLAN}
    assert ("punctures.high_per_cm2", "2000", "per cm²") in listed


def test_a_wait_is_chosen_among_the_cited_and_the_others_are_kept(shelf):
    options = entry(shelf, "wait", "filler").field("wait").options
    assert [one.words for one in options] == ["6 months", "12 months", "2 weeks"]
    rule = rule_of(change(shelf, "wait", "filler", wait=options[1].key), "filler")
    assert str(rule.wait) == "12 months" and rule.wait.source.source_id == "balanceday"
    assert {str(one) for one in rule.other_waits} == {"6 months", "2 weeks"}
    rule = rule_of(change(shelf, "wait", "filler", wait__number=9), "filler")
    assert str(rule.wait) == "9 months" and rule.wait.source.grade is Grade.CLINIC
    assert {str(one) for one in rule.other_waits} == {"6 months", "12 months", "2 weeks"}
    assert "9 months" in rule.question + rule.detail
    rule = rule_of(change(shelf, "wait", "filler", wait__unit="weeks", ask_again_days=30), "filler")
    assert str(rule.wait) == "9 weeks" and len(rule.other_waits) == 3 and rule.ask_again_days == 30


def rule_of(library, rule_id):
    return next(one for one in library.rules if one.rule_id == rule_id)


def test_the_longer_contact_counts_for_the_ages_its_source_speaks_of(shelf):
    field = next(one for one in entry(shelf, "anesthetic", "emla").fields if one.label.endswith("7 to 13 years"))
    assert [one.words for one in field.options] == ["At most 4 h", "At most 5 h"]
    emla = change_fields(shelf, "anesthetic", "emla", {field.key: field.options[1].key}).anesthetic("emla")
    bands = {(one.from_months, one.to_months): one.max_contact_s for one in emla.bands}
    assert bands[84, 144] == 5 * 3600 and bands[144, 156] == 4 * 3600


def test_a_size_entered_is_no_estimate_any_more(shelf):
    change(shelf, "area_size", "neck", cm2=15_050, estimate="false")
    size = shelf.current.area_size("neck")
    assert size.area_mm2 == 15_050 and not size.estimate and "[C]" in size.source


def test_an_alarm_s_delay_and_limit(shelf):
    library = change(shelf, "alarm", "battery_low", delay_s=1500, threshold=30)
    rule = next(one for one in library.alarms if one.rule_id == "battery_low")
    assert (rule.delay_s, rule.threshold) == (1.5, 30)


def test_a_serum_said_not_to_be_for_the_dermis_warns(shelf):
    change(shelf, "product", "ha_serum_sterile", meant_for_dermis="false")
    assert shelf.current.skin_product("ha_serum_sterile").meant_for_dermis is False


def test_the_clinic_and_its_aftercare_are_one_entry(shelf):
    change(shelf, "aftercare", "sunscreen_start", choices__sunscreen_start="at_once")
    change(shelf, "clinic", "clinic", name="Skin Clinic", phone="+44 20", adult_age_years=16)
    clinic = shelf.current.clinic
    assert (clinic.name, clinic.phone, clinic.adult_age_years) == ("Skin Clinic", "+44 20", 16)
    assert dict(clinic.choices) == {"sunscreen_start": "at_once"}
    assert {one.item_id for one in shelf.current.aftercare_items()} & {"sunscreen", "sunscreen_at_once"} == {
        "sunscreen_at_once"}
    change(shelf, "clinic", "clinic", phone="")
    assert shelf.current.clinic.phone == ""
