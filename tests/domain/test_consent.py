from dataclasses import replace
from datetime import date

import pytest

from console.domain.consent import ConsentKind, ConsentText, needs_guardian

FORM = ConsentText("C-T", 1, ConsentKind.TREATMENT, "Title", ("One", "Two"), "Text", True, (), date(2026, 11, 22))


@pytest.mark.parametrize("change", [
    {"version": 2}, {"title": "Other"}, {"summary": ("One", "Too")}, {"text": "Text."}, {"form_id": "C-U"},
])
def test_the_hash_follows_everything_the_signer_was_shown(change):
    assert replace(FORM, **change).text_sha256 != FORM.text_sha256
    assert replace(FORM, reviewed=date(2027, 1, 1)).text_sha256 == FORM.text_sha256
    assert len(FORM.text_sha256) == 64


@pytest.mark.parametrize(("age", "adult", "guardian"), [
    (17, 18, True), (18, 18, False), (None, 18, None), (17, None, None),
])
def test_a_guardian_signs_below_the_clinic_s_age(age, adult, guardian):
    assert needs_guardian(age, adult) is guardian
