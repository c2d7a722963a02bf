from pathlib import Path

import pytest

from console.domain.errors import OperatorError
from console.services.clinical_library import ClinicalLibrary

RESOURCES = Path(__file__).parents[2] / "resources"
SPANISH = (RESOURCES / "clinical" / "aftercare.es.toml").read_text("utf-8")


def with_file(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_text(content, "utf-8")
    return ClinicalLibrary.load(RESOURCES, path)


def test_a_clinic_translates_a_line_of_its_own(tmp_path):
    library = with_file(tmp_path, """
[[source]]
id = "own"
grade = "C"
text = "This clinic"
[[item]]
id = "water"
part = "rule"
icon = "drop"
text = "Drink 2 l of water"
from_hours = 0
until_hours = 24
source = "own"
reviewed = 2026-11-22
[[translation]]
id = "es.water"
english = "Drink 2 l of water"
text = "Beber 2 l de agua"
""")
    assert [one.text for one in library.language("es").translations if one.item_id == "water"] == ["Beber 2 l de agua"]
    assert len(library.language("es").translations) == len(library.language("fr").translations) + 1


def test_a_further_language_is_one_more_file(tmp_path):
    library = with_file(tmp_path, SPANISH.replace('"es', '"ca').replace("Español", "Català"))
    assert library.language("ca").name == "Català" and len(library.languages) == 5
    assert library.language("xx").code == "en"


@pytest.mark.parametrize(("old", "new", "told"), [
    ('until = "hasta el {day}"', 'until = "hasta el día"', r"field «until».*allowed is text with {day}"),
    ('until = "hasta el {day}"', 'until = "hasta el {day} {who}"', r"field «until»"),
    ('until = "hasta el {day}"', 'until = "hasta {"', r"field «until»"),
    ('"lun", "mar", ', '"lun", ', r"field «weekdays_short»: found 6 of them, allowed is 7"),
    ('id = "es.no_sun"', 'id = "es.no_moon"', r"field «id»: found no_moon, allowed is the id of an item"),
    ('id = "es.no_sun"', 'id = "xx.no_sun"', r"field «id»: found xx, allowed is a language"),
    ('title = "Después de su sesión"', 'titel = "x"', r"field «title»"),
])
def test_a_damaged_language_is_told_with_its_field(tmp_path, old, new, told):
    assert old in SPANISH
    with pytest.raises(OperatorError, match=told):
        with_file(tmp_path, SPANISH.replace(old, new))
