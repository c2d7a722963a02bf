from pathlib import Path

import pytest

from console.domain.label_matrix import IntendedUse, Standing, ceiling_um, judge, judge_all, pen_id_of
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
    ("dermapen_4", IntendedUse("facial_acne_scars", "face.chin", 40, "II", 500), "not_evaluated", "No cleared label"),
])
def test_labels_as_cleared(pen, use, standing, reason):
    finding = judge(LIBRARY.pen(pen), use)
    assert finding.standing == standing
    assert finding.source and (reason in " ".join(finding.reasons) if reason else finding.reasons == ())


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
    ("skinpen_precision", "stretch_marks", "body.abdomen", 2500),
    ("dermapen_4", "stretch_marks", "body.abdomen", 3000),
])
def test_the_alarm_s_ceiling_is_the_label_s_line_or_the_pen_s_reach(pen, indication, area, ceiling):
    assert ceiling_um(LIBRARY.pen(pen), indication, area) == ceiling


def test_profiles_are_named_after_the_model():
    assert pen_id_of("Aria M1") == "aria-m1"
