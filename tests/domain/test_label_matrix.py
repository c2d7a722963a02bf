from itertools import product
from pathlib import Path

import pytest

from console.domain.label_matrix import SKIN_TYPES, IntendedUse, Standing, ceiling_um, judge, judge_all, pen_id_of
from console.services.clinical_library import ClinicalLibrary

LIBRARY = ClinicalLibrary.load(Path(__file__).parents[2] / "resources")


@pytest.mark.parametrize(("pen", "use", "standing", "reason"), [
    ("skinpen_precision", IntendedUse("facial_acne_scars", "face.chin", 22, "VI", 1500), "on_label", ""),
    ("skinpen_precision", IntendedUse("facial_acne_scars", "face.chin", 21, "VI", 1500), "off_label", "22 years"),
    ("skinpen_precision", IntendedUse("facial_acne_scars", "face.chin", 30, "II", 1501), "not_evaluated", "1.50 mm"),
    ("skinpen_precision", IntendedUse("facial_acne_scars", "face.chin", 30, "II", 2501), "off_label", "at most"),
    ("skinpen_precision", IntendedUse("neck_wrinkles", "neck", 40, "III", 2500), "on_label", ""),
    ("skinpen_precision", IntendedUse("neck_wrinkles", "neck", 40, "V", 1000), "off_label", "II to IV"),
    ("skinpen_precision", IntendedUse("neck_wrinkles", "neck", 40, "", 1000), "not_evaluated", "skin type"),
    ("skinpen_precision", IntendedUse("facial_wrinkles", "face.glabella", 40, "II", 500), "off_label", "not labelled"),
    ("exceed", IntendedUse("facial_wrinkles", "face.glabella", 40, "III", 1500), "on_label", ""),
    ("exceed", IntendedUse("facial_wrinkles", "face.glabella", 40, "IV", 1500), "off_label", "I to III"),
    ("exceed", IntendedUse("facial_acne_scars", "face.nose", 40, "IV", 1000), "on_label", ""),
    ("exceed", IntendedUse("facial_acne_scars", "face.nose", None, "IV", 1000), "not_evaluated", "age"),
    ("skinstylus", IntendedUse("abdominal_scar", "body.abdomen", 40, "", 2000), "on_label", ""),
    ("rejuvapen_nxt", IntendedUse("facial_wrinkles", "face.forehead", 40, "II", 500), "off_label", "forehead"),
    ("dermapen_4", IntendedUse("facial_acne_scars", "face.chin", 40, "II", 500), "not_evaluated", "No label known"),
])
def test_labels_as_cleared(pen, use, standing, reason):
    finding = judge(LIBRARY.pen(pen), use)
    assert finding.standing == standing
    assert finding.source and (reason in " ".join(finding.reasons) if reason else finding.reasons == ())


FACE = tuple(f"face.{one}" for one in (
    "forehead", "glabella", "temple_left", "temple_right", "nose", "cheek_left", "cheek_right", "upper_lip", "perioral",
    "chin", "jawline_left", "jawline_right"))
EYES = ("face.periorbital_left", "face.periorbital_right")
WRINKLES = ("face.glabella", *EYES, "face.cheek_left", "face.cheek_right")
# What the clearances say: pen, indication, areas, skin types (empty: none named), label's depth line, pen's reach.
CLEARED = [
    ("skinpen_precision", "facial_acne_scars", FACE, "I II III IV V VI", 1500, 2500),
    ("skinpen_precision", "neck_wrinkles", ("neck",), "II III IV", 2500, 2500),
    ("exceed", "facial_wrinkles", WRINKLES, "I II III", 1500, 1500),
    ("exceed", "facial_acne_scars", FACE, "I II III IV", 1500, 1500),
    ("exceed_unlimited", "facial_wrinkles", WRINKLES, "I II III", 1500, 1900),
    ("exceed_unlimited", "facial_acne_scars", FACE, "I II III IV", 1500, 1900),
    ("rejuvapen_nxt", "facial_wrinkles", EYES, "I II III IV", None, 2500),
    ("skinstylus", "abdominal_scar", ("body.abdomen",), "", 2500, 2500),
    ("dr_pen", "facial_acne_scars", FACE, "", None, 2500),
    ("pro_pen", "facial_acne_scars", FACE, "", None, None),
]
UNLABELLED = ("dermapen_4", "dermapen_md")
INDICATIONS = ("facial_acne_scars", "facial_wrinkles", "neck_wrinkles", "abdominal_scar", "stretch_marks")
PLACES = ("face.forehead", "face.cheek_left", "face.periorbital_left", "neck", "body.abdomen", "scalp.vertex")


def expected(pen, use):
    """Give the standing by the table alone."""
    if pen in UNLABELLED:
        return "not_evaluated"
    rows = [one for one in CLEARED if one[:2] == (pen, use.indication) and use.area_id in one[2]]
    if not rows:
        return "off_label"
    _pen, _indication, _areas, skins, line, reach = rows[0]
    off = (use.age_years is not None and use.age_years < 22) or (reach is not None and use.depth_um > reach) \
        or (skins and use.skin_type and use.skin_type not in skins.split())
    if off:
        return "off_label"
    open_ = use.age_years is None or (line is not None and use.depth_um > line) \
        or (skins and len(skins.split()) < 6 and not use.skin_type)
    return "not_evaluated" if open_ else "on_label"


@pytest.mark.parametrize("pen", [*dict.fromkeys(one[0] for one in CLEARED), *UNLABELLED])
def test_the_whole_matrix_stands_as_the_table_of_clearances_says(pen):
    label, seen = LIBRARY.pen(pen), set()
    for indication, place, age, skin, depth in product(
            INDICATIONS, PLACES, (None, 17, 21, 22, 60), ("", *SKIN_TYPES), (250, 1500, 1501, 1900, 2000, 2500, 2501)):
        use = IntendedUse(indication, place, age, skin, depth)
        finding = judge(label, use)
        assert finding.standing == expected(pen, use), use
        assert bool(finding.reasons) == (finding.standing is not Standing.ON_LABEL) and finding.source
        assert bool(finding.off_reasons) == (finding.standing is Standing.OFF_LABEL)
        seen.add(finding.standing)
    assert seen == ({Standing.NOT_EVALUATED} if pen in UNLABELLED else set(Standing))


def test_every_pen_with_a_label_is_in_the_table():
    shipped = {pen.pen_id for pen in LIBRARY.pens if not pen.example and pen.pen_id != "aria-m1"}
    assert shipped == {*(one[0] for one in CLEARED), *UNLABELLED}


def test_the_dial_s_tolerance_is_told_and_never_widens_the_label():
    exceed = LIBRARY.pen("exceed")
    assert exceed.depth_tolerance_um == 150
    notes = {depth: judge(exceed, IntendedUse("facial_acne_scars", "face.chin", 30, "II", depth))
             for depth in (1350, 1351, 1500, 1501, 1650)}
    assert [one.standing.value for one in notes.values()] == ["on_label"] * 3 + ["off_label"] * 2
    assert notes[1350].note == "" and notes[1501].note == ""
    assert notes[1500].note == "The scale may be 0.15 mm off: 1.50 mm set can be 1.65 mm"


def test_the_worst_area_counts_and_every_reason_is_kept():
    pen = LIBRARY.pen("skinpen_precision")
    uses = [IntendedUse("facial_acne_scars", "face.chin", 30, "II", depth) for depth in (1000, 2000)]
    worst, findings = judge_all(pen, uses)
    assert worst is Standing.NOT_EVALUATED and len(findings) == 2
    both = judge(pen, IntendedUse("facial_acne_scars", "face.chin", 20, "II", 2000))
    assert both.standing is Standing.OFF_LABEL and len(both.reasons) == 2
    assert judge_all(pen, []) == (Standing.ON_LABEL, ())


@pytest.mark.parametrize(("pen", "indication", "area", "ceiling"), [
    ("skinpen_precision", "facial_acne_scars", "face.chin", 1500),
    ("skinpen_precision", "stretch_marks", "body.abdomen", None),
])
def test_the_alarm_s_ceiling_is_the_label_s_line(pen, indication, area, ceiling):
    assert ceiling_um(LIBRARY.pen(pen), indication, area) == ceiling


def test_profiles_are_named_after_the_model():
    assert pen_id_of("Aria M1") == "aria-m1"
