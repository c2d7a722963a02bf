"""The form on paper: every field with its value, the missing ones named, nothing cut."""

from datetime import date
from pathlib import Path

import pytest
from printed import ink_outside, pages_of, pictures_of

from console.services.medwatch import FormField, FormPart, MedWatchForm
from ui.documents.medwatch import write_medwatch


@pytest.fixture
def form() -> MedWatchForm:
    many = tuple(FormField(f"f{place}", f"Field {place}", f"Value {place}") for place in range(60))
    return MedWatchForm("AE-0007", "0190-session", date(2026, 11, 17), "demo", "Clinic at the Old Harbour", (
        FormPart("A", "Patient information", (FormField("age", "Age", "34 years"), FormField("sex", "Sex", None))),
        FormPart("B", "Adverse event", (FormField("text", "Description", "Blisters on the left cheek. " * 12),)),
        FormPart("E", "Suspect medical device", many, 2)))


def test_fields_and_gaps_stand_on_their_pages(form: MedWatchForm, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    assert write_medwatch(path, form) == len(pages_of(path)) >= 2
    whole = " ".join(pages_of(path))
    for words in ("Adverse event AE-0007", "Fields of form FDA 3500 (09/2025)", "Demo, not clinical",
                  "A. Patient information", "34 years", "Sex Not on record", "E. Suspect medical device, #2",
                  "Value 59", "Page 2 of", "A. Patient information: Sex"):
        assert words in whole, words
    assert whole.count("Blisters on the left cheek.") == 12
    assert not any(ink_outside(picture, 15) for picture in pictures_of(path, tmp_path))


def test_the_same_form_gives_the_same_bytes(form: MedWatchForm, tmp_path: Path) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    write_medwatch(first, form)
    write_medwatch(second, form)
    assert first.read_bytes() == second.read_bytes()
