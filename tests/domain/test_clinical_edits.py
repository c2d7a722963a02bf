from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clinic_records import RecordKind, body_of, fields_of
from console.domain.clinical_edits import ClinicalEdit, edit_of, from_json, to_json

LETTERS = "aZ09 -.:_\"'\\{}[]«äß→😀\n\t\0\x7f\u2028"  # all of Unicode takes seconds to be listed first
PLAIN = st.one_of(
    st.text(LETTERS, max_size=20), st.booleans(), st.integers(-10**9, 10**9), st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000))
INNER = st.dictionaries(st.sampled_from(["x", "y", "xyz"]), PLAIN, max_size=2)
NESTED = st.one_of(PLAIN, INNER, st.lists(st.one_of(PLAIN, INNER), max_size=3), st.dictionaries(
    st.sampled_from(["x", "y"]), st.one_of(INNER, st.lists(INNER, max_size=2)), max_size=2))
TABLES = st.dictionaries(st.sampled_from(["a", "b_c", "cab"]), NESTED, max_size=3)


@given(TABLES)
def test_a_table_comes_back_as_it_was_written(table):
    assert from_json(to_json(table)) == table


def test_an_edit_is_kept_whole_in_its_record():
    edit = ClinicalEdit("plan", "neck", {"target_mm": Decimal("0.25"), "reviewed": date(2026, 3, 3)}, "thin skin")
    record = edit.record()
    assert (record.kind, record.record_id, record.state) == (RecordKind.CLINICAL_EDIT, "plan/neck", "in_force")
    assert fields_of(body_of(record)) == record.fields
    assert edit_of(record) == edit and edit.version == "plan/neck@0"


def test_what_no_clinical_file_holds_is_refused():
    with pytest.raises(TypeError, match="does not stand in a clinical file"):
        to_json({"depth": 0.25})
