import shutil
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from console.domain.alarms import AlarmRule
from console.domain.areas import AREA_IDS
from console.domain.consent import ConsentKind
from console.domain.errors import OperatorError
from console.domain.screening import Answer, Concern, RuleClass, Scope, VerdictKind, verdict
from console.domain.sources import Grade
from console.services.clinical_library import ClinicalLibrary

RESOURCES = Path(__file__).parents[2] / "resources"
DEMO = RESOURCES / "clinical" / "demo_clinic.toml"
LIBRARY = ClinicalLibrary.load(RESOURCES)
FILES = [*sorted((RESOURCES / "clinical").glob("*.toml")), *sorted((RESOURCES / "pens").glob("*.toml")),
         RESOURCES / "alarms.toml"]


def numbers_in(table, sources=()):
    """Walk a TOML table: every number with the sources of the nearest table that names some."""
    own = table.get("source", sources)
    for name, value in table.items():
        if isinstance(value, bool) or name == "version":  # counts editions, measures nothing
            continue
        if isinstance(value, int | float):
            yield name, value, own
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from numbers_in(inner, own)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_number_in_every_file_has_a_source(path):
    content = tomllib.loads(path.read_text("utf-8"))
    for technical in ("link", "field"):  # how a pen is read: nothing clinical
        assert content.pop(technical, None) is None or path.parent.name == "pens"
    found = list(numbers_in(content))
    assert [f"{name} = {value}" for name, value, sources in found if not sources] == []


def test_the_list_of_figures_misses_no_number():
    def count(path):
        content = tomllib.loads(path.read_text("utf-8"))
        content.pop("link", None)
        content.pop("field", None)
        return len(list(numbers_in(content)))
    shipped = [path for path in FILES if path != DEMO]
    assert len(LIBRARY.numbers) == sum(count(path) for path in shipped)
    assert all(figure.source and figure.value and figure.file for figure in LIBRARY.numbers)


def test_nothing_uncited_and_no_unused_source():
    assert {source.grade for source in LIBRARY.sources} <= set(Grade)
    cited = "\n".join(path.read_text("utf-8") for path in FILES if path.name != "sources.toml")
    unused = [source.source_id for source in LIBRARY.sources if f'"{source.source_id}"' not in cited]
    assert unused == []


def test_the_brief_s_contraindications_stop_and_allow_no_override():
    rules = {rule.rule_id: rule for rule in LIBRARY.rules}
    for rule_id in ("active_acne", "open_wounds", "skin_infection", "keloid"):
        rule = rules[rule_id]
        assert rule.rule_class is RuleClass.STOP and not rule.override_allowed
        assert "brief" in {source.source_id for source in rule.sources}


def test_about_forty_rules_in_groups_of_one_class():
    assert 35 <= len(LIBRARY.rules) <= 42 and 5 <= len(LIBRARY.rule_groups) <= 6
    groups = {group.group_id: group for group in LIBRARY.rule_groups}
    assert all(rule.rule_class is groups[rule.group_id].rule_class for rule in LIBRARY.rules)
    assert all(len(rule.question) <= 44 and len(rule.detail) <= 70 for rule in LIBRARY.rules)
    assert len({rule.question for rule in LIBRARY.rules}) == len(LIBRARY.rules)
    assert all("{" not in rule.question + rule.detail for rule in LIBRARY.rules)


def test_an_override_is_allowed_on_a_stop_only_where_sources_conflict():
    allowed = [rule for rule in LIBRARY.rules if rule.override_allowed]
    assert {rule.rule_id for rule in allowed} == {
        "blood_thinners", "pregnant_nursing", "systemic_infection", "scleroderma"}
    assert all(rule.conflict for rule in allowed)


def test_waits_show_in_their_questions_and_other_sources_waits_are_kept():
    rules = {rule.rule_id: rule for rule in LIBRARY.rules}
    assert rules["isotretinoin_past"].question == "Isotretinoin, last 6 months"
    assert str(rules["isotretinoin_past"].wait) == "6 months"
    assert [str(wait) for wait in rules["filler"].other_waits] == ["12 months", "2 weeks"]
    assert str(rules["cancer_therapy"].wait) == "4 weeks" and rules["cancer_therapy"].both_ways
    assert rules["keloid"].wait is None


@pytest.mark.parametrize(("rule_id", "areas", "kind", "blocked"), [
    ("active_acne", ("face.chin",), VerdictKind.PROCEED, ("face.chin",)),
    ("active_acne", (), VerdictKind.STOP, None),
    ("keloid", (), VerdictKind.STOP, None), ("isotretinoin_now", (), VerdictKind.STOP, None),
    ("blood_thinners", (), VerdictKind.STOP, None), ("filler", ("face.chin",), VerdictKind.ASK, ()),
    ("isotretinoin_past", (), VerdictKind.ASK, ()), ("anesthetic_allergy", (), VerdictKind.PROCEED, ()),
])
def test_verdicts_of_the_shipped_rules(rule_id, areas, kind, blocked):
    planned = LIBRARY.plan("facial_acne_scars").area_ids
    refs = LIBRARY.rule_refs(planned)
    answers = {ref.rule_id: Answer(ref.rule_id, False) for ref in refs}
    result = verdict(refs, {**answers, rule_id: Answer(rule_id, True, areas)}, (), planned)
    assert result.kind is kind
    assert result.blocked_areas == (planned if blocked is None else blocked)
    assert result.blocks_anesthetic is (rule_id == "anesthetic_allergy")


def test_the_orbital_rim_is_asked_only_beside_the_eyes():
    asked = {rule.rule_id for rule in LIBRARY.rules_for(["face.periorbital_left"])}
    assert asked - {rule.rule_id for rule in LIBRARY.rules_for(["face.chin"])} == {"orbital_rim"}


def test_sizes_are_lmx4_s_face_split_and_marked_as_estimate():
    sizes = LIBRARY.sizes_mm2()
    assert set(sizes) == set(AREA_IDS)
    assert sum(size or 0 for area_id, size in sizes.items() if area_id.startswith("face.")) == pytest.approx(
        20_000, abs=50)
    assert sizes["neck"] is None and sizes["body.decolletage"] is None
    assert all(size.estimate for size in LIBRARY.area_sizes)


def test_shipped_consents_are_templates_of_every_kind():
    assert all(LIBRARY.consent(kind).template for kind in ConsentKind)
    assert all("must approve" in form.text and len(form.summary) <= 4 for form in LIBRARY.consents)


def test_high_is_kept_for_two_alarms():
    def ids(priority):
        return {alarm.rule_id for alarm in LIBRARY.alarms if alarm.priority == priority}
    assert ids("high") == {"not_saved", "anesthetic_over"}
    assert ids("medium") == {
        "depth_above_ceiling", "depth_above_band", "link_lost", "pen_silent", "pen_stuck", "cartridge_missing",
        "cartridge_other", "anesthetic_longest", "depth_above_reach", "bad_sensor", "rate_stalled", "cartridge_spent",
        "alarms_failing", "recorder_behind", "pen_fault"}
    assert not [alarm.rule_id for alarm in LIBRARY.alarms if alarm.escalation and alarm.escalation.to == "high"]
    assert all(isinstance(alarm, AlarmRule) and alarm.text for alarm in LIBRARY.alarms)


def test_vitamin_c_is_not_for_the_dermis():
    product = LIBRARY.skin_product("vitamin_c_serum")
    assert product is not None and product.meant_for_dermis is False and "granuloma" in product.warning
    assert LIBRARY.skin_product("unheard_of") is None


def test_the_files_say_which_rule_is_shown_again_with_every_serum_and_gel():
    told = [rule.rule_id for rule in LIBRARY.rules if rule.concerns is Concern.SKIN_PRODUCT]
    assert told == ["serum_allergy"]


def test_the_demo_clinic_lays_its_own_over_the_shipped():
    demo = ClinicalLibrary.load(RESOURCES, DEMO)
    assert demo.plan("facial_acne_scars").version == 2
    assert demo.clinic.phone and LIBRARY.clinic.phone == ""
    assert demo.rules == LIBRARY.rules
    invented = [figure for figure in demo.numbers if figure.file == "demo_clinic.toml"]
    assert invented and all("Invented demo clinic" in figure.source for figure in invented)


def test_a_clinic_s_folder_replaces_by_id_and_follows_its_choices(tmp_path):
    (tmp_path / "own.toml").write_text("""
[[source]]
id = "us"
grade = "C"
text = "Our medical lead, 3 March 2026"
[clinic]
name = "Ours"
source = "us"
reviewed = 2026-03-03
choices = { washing = "lukewarm_24h" }
[[rule]]
id = "keloid"
group = "health_stops"
question = "Keloids"
class = "stop"
scope = "patient"
override_allowed = false
source = "us"
reviewed = 2026-03-03
""")
    own = ClinicalLibrary.load(RESOURCES, tmp_path)
    keloid = next(rule for rule in own.rules if rule.rule_id == "keloid")
    assert keloid.question == "Keloids" and keloid.source == "Our medical lead, 3 March 2026 [C]"
    assert len(own.rules) == len(LIBRARY.rules) and keloid.reviewed == date(2026, 3, 3)
    lines = {line.item_id for line in own.aftercare_sheet(datetime(2026, 11, 17))}
    assert "wash_lukewarm" in lines and "wash_bottled" not in lines


def test_a_clinic_may_take_the_allergy_to_anesthetics_as_its_label_does(tmp_path):
    shipped = next(rule for rule in LIBRARY.rules if rule.rule_id == "anesthetic_allergy")
    assert "SkinPen and Exceed: do not treat." in shipped.conflict and "Dermapen 4" in shipped.conflict
    (tmp_path / "clinic.toml").write_text("""
[[rule]]
id = "anesthetic_allergy"
group = "health_stops"
question = "Allergy to local anesthetic"
class = "stop"
scope = "patient"
override_allowed = true
closes_anesthetic = true
source = ["skinpen_label", "exceed_manual"]
reviewed = 2026-11-22
""")
    own = ClinicalLibrary.load(RESOURCES, tmp_path)
    planned = own.plan("facial_acne_scars").area_ids
    refs = own.rule_refs(planned)
    answers = {ref.rule_id: Answer(ref.rule_id, ref.rule_id == "anesthetic_allergy") for ref in refs}
    stopped, overridden = (verdict(refs, answers, signed, planned) for signed in ((), {"anesthetic_allergy"}))
    assert (stopped.kind, stopped.blocks_anesthetic) == (VerdictKind.STOP, True)
    assert (overridden.kind, overridden.blocks_anesthetic) == (VerdictKind.PROCEED, True)


@pytest.mark.parametrize("look_up", [
    lambda library: library.plan("x"), lambda library: library.pen("x"), lambda library: library.anesthetic("x"),
])
def test_an_unknown_id_is_a_sentence(look_up):
    with pytest.raises(OperatorError, match=r"know no .* «x»"):
        look_up(LIBRARY)


@pytest.fixture
def copy(tmp_path):
    for name in ("clinical", "pens", "icons"):
        shutil.copytree(RESOURCES / name, tmp_path / name)
    shutil.copy(RESOURCES / "alarms.toml", tmp_path)
    return tmp_path


BAD = [
    ("clinical/screening.toml", 'class = "stop"\nscope = "area"', 'class = "halt"\nscope = "area"',
     ["screening.toml", "active_acne", "«class»", "halt", "stop, precaution, anesthetic_only"]),
    ("clinical/screening.toml", 'class = "stop"\nscope = "area"', 'class = "precaution"\nscope = "area"',
     ["active_acne", "«class»", "the class of its group"]),
    ("clinical/screening.toml", '"Active acne in the area"', f'"{"x" * 45}"', ["«question»", "1 to 44 characters"]),
    ("clinical/screening.toml", "number = 6", "number = 0", ["«number»", "found 0", "from 1 to 120"]),
    ("clinical/screening.toml", 'id = "keloid"', 'id = "open_wounds"', ["open_wounds", "same id twice"]),
    ("clinical/screening.toml", 'scope = "area"\n', 'scope = "area"\ncolour = "red"\n', ["«colour»", "one of:"]),
    ("clinical/screening.toml", "override_allowed = false\nconflict", "conflict", ["override_allowed", "nothing"]),
    ("clinical/screening.toml", "reviewed = 2026-11-22", 'reviewed = "today"', ["«reviewed»", "a date"]),
    ("clinical/screening.toml", '"face.periorbital_left"', '"face.ear"', ["«only_areas»", "face.ear"]),
    ("clinical/screening.toml", "version = 1", "version = 0", ["«version»", "whole number from 1"]),
    ("clinical/areas.toml", 'source = ["lmx4_uk", "drawn_share"]', "", ["face.forehead", "«source»", "nothing"]),
    ("clinical/areas.toml", '"lmx4_uk"', '"my_memory"', ["«source»", "my_memory", "sources.toml"]),
    ("clinical/areas.toml", "cm2 = 40.4", 'cm2 = "40.4"', ["«cm2»", "a number from 0 to 2000"]),
    ("clinical/areas.toml", "cm2 = 40.4", "cm2 = 40.404", ["«cm2»", "steps of 1/100"]),
    ("clinical/areas.toml", "cm2 = 40.4", "cm2 = nan", ["«cm2»", "a number from 0 to 2000"]),
    ("clinical/areas.toml", "cm2 = 40.4", "cm2 = true", ["«cm2»", "found True"]),
    ("clinical/depths.toml", "high_mm = 0.5", "high_mm = 0.1", ["depths.toml", "«low_mm»", "at most high_mm, 0.1"]),
    ("clinical/depths.toml", "high_mm = 0.5", "high_mm = 50", ["«high_mm»", "from 0 to 5"]),
    ("clinical/plans.toml", 'depth_source = ["home_chart"', 'depth_source = ["a"', ["facial_acne_scars", "found a"]),
    ("clinical/plans.toml", "target_mm = 0.6", "target_mm = 2.6", ["scalp_density", "«target_mm»", "inside the band"]),
    ("clinical/plans.toml", "interval_max_days = 30", "interval_max_days = 3", ["interval_min_days"]),
    ("clinical/anesthetics.toml", "onset_min = 60", "onset_min = 90", ["emla", "«onset_min»"]),
    ("clinical/anesthetics.toml", "to_months = 12\n", "to_months = 1\n", ["«to_months»", "more than from_months, 3"]),
    ("clinical/anesthetics.toml", "cm2 = 38.71", "cm2 = 8.71", ["pliaglis", "smallest area to the largest"]),
    ("clinical/serums.toml", 'warning = "Vitamin C', 'unknown = "Vitamin C', ["vitamin_c_serum", "«warning»"]),
    ("clinical/aftercare.toml", 'icon = "sun"', 'icon = "moonlight"', ["no_sun", "«icon»", "moonlight"]),
    ("clinical/aftercare.toml", "shipped = false", "shipped = true", ["«washing»", "2 shipped options"]),
    ("clinical/aftercare.toml", "[sheet]", "[sheets]", ["«sheets»"]),
    ("clinical/consent.toml", "template = true", 'template = "yes"', ["C-T", "«template»", "true or false"]),
    ("clinical/scales.toml", "version = 1", "version 1", ["scales.toml", "broken TOML"]),
    ("clinical/sources.toml", 'grade = "R"', 'grade = "U"', ["sources.toml", "«grade»", "found U"]),
    ("alarms.toml", 'supersedes = "depth_above_band"', 'supersedes = "x"', ["depth_above_ceiling", "«supersedes»"]),
    ("alarms.toml", 'limit = "ceiling_um"', 'limit = "ceiling_um"\nthreshold = 3', ["either a limit or a threshold"]),
]

BAD_PENS = [
    ('"I", "II"', '"I", "0"', "exceed.toml, line 25, use «facial_wrinkles», field «skin_types»: found 0, allowed is I"),
    ("[pen]", "[pencil]", "exceed.toml: found the table «pencil», allowed is "),
    ("needles = 6", "needles = 0", "exceed.toml, line 12, pen «exceed», field «needles»: found 0, allowed is a number"),
    ("needles = 6", 'needles = "6"', "field «needles»: found the text «6», allowed is a number"),
    ('source = ["exceed_510k"]\nreviewed', "reviewed", "line 3, pen «exceed», field «source»: found nothing"),
    ('link = "manual"', 'link = "morse"', "line 6, pen «exceed», field «link»: found morse, allowed is manual, pen-"),
    ("needles = 6", "idle_load_ma = 60", "field «loaded_load_ma»: found nothing, allowed is both idle_load_ma and"),
    ("needles = 6", "idle_load_ma = 60\nloaded_load_ma = 60", "field «loaded_load_ma»: found 60, allowed is more"),
    ('"Exceed"', "Exceed", "broken TOML (Invalid value (at line 5"),
]


@pytest.mark.parametrize(("good", "bad", "told"), BAD_PENS, ids=[row[1][:20] for row in BAD_PENS])
def test_a_bad_pen_is_named_to_the_line_and_the_others_load(copy, good, bad, told):
    path = copy / "pens" / "exceed.toml"
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    library = ClinicalLibrary.load(copy)
    (refused,) = library.refused_pens
    assert refused.path == path and told in str(refused.why)
    assert "this pen is left out, all others are there" in str(refused.why)
    assert {pen.pen_id for pen in library.pens} == {pen.pen_id for pen in LIBRARY.pens} - {"exceed"}


def test_the_motor_s_current_on_the_skin_lies_halfway_between_idle_and_loaded(copy):
    path = copy / "pens" / "exceed.toml"
    path.write_text(path.read_text("utf-8").replace("needles = 6", "idle_load_ma = 42\nloaded_load_ma = 151"), "utf-8")
    library = ClinicalLibrary.load(copy)
    assert library.pen("exceed").contact_load_ma == 97
    assert LIBRARY.pen("exceed").contact_load_ma is None
    assert any(one.field == "loaded_load_ma" and one.source for one in library.numbers)


def test_a_clinic_s_pen_wins_by_id_and_may_bring_its_sources(tmp_path):
    (tmp_path / "own.toml").write_text('''
[[source]]
id = "maker"
grade = "M"
text = "Maker's manual, 2026"
[pen]
id = "exceed"
name = "Our Exceed"
link = "manual"
needles = 7
single_use = true
source = "maker"
reviewed = 2026-11-22
''')
    library = ClinicalLibrary.load(RESOURCES, None, tmp_path)
    own = library.pen("exceed")
    assert (own.name, own.needles, own.sources[0].text) == ("Our Exceed", 7, "Maker's manual, 2026")
    assert len(library.pens) == len(LIBRARY.pens)



@pytest.mark.parametrize(("file", "good", "bad", "told"), BAD, ids=[f"{row[0]}:{row[2][:24]}" for row in BAD])
def test_a_bad_file_is_named_to_the_field(copy, file, good, bad, told):
    path = copy / file
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(OperatorError) as caught:
        ClinicalLibrary.load(copy)
    for words in told:
        assert words in str(caught.value)


@pytest.mark.parametrize(("content", "told"), [(None, "no readable file"), (b"\xff\xfe", "not UTF-8")])
def test_a_missing_or_foreign_file_is_a_sentence(copy, content, told):
    path = copy / "clinical" / "plans.toml"
    path.unlink()
    if content:
        path.write_bytes(content)
    with pytest.raises(OperatorError, match=f"plans.toml.*{told}"):
        ClinicalLibrary.load(copy)


def test_a_choice_nobody_offers_is_refused(tmp_path):
    (tmp_path / "c.toml").write_text(
        '[clinic]\nname = "A"\nsource = "brief"\nreviewed = 2026-11-22\nchoices = { washing = "acid" }\n')
    with pytest.raises(OperatorError, match=r"washing.*found acid, allowed is bottled_48h, lukewarm_24h"):
        ClinicalLibrary.load(RESOURCES, tmp_path)


def test_questions_of_area_rules_speak_of_areas():
    assert all(rule.scope is Scope.AREA for rule in LIBRARY.rules if rule.group_id == "skin_stops")
