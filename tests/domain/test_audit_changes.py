"""Old and new values are told field by field, however deep they lie."""

import json

import pytest

from console.domain.audit_changes import changes_between


def told(name, old, new):
    return [(one.name, one.old, one.new) for one in changes_between(name, old, new)]


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("Room 1", "Room 2", [("value", "Room 1", "Room 2")]),
    ("same", "same", []),
    ("", None, []),
    (None, "", []),
    (False, True, [("value", "no", "yes")]),
    (json.dumps({"years": 8, "source": "law"}), json.dumps({"years": 10, "source": "law"}), [("years", "8", "10")]),
    ("", json.dumps({"years": 8}), [("years", "", "8")]),
    ("{no table", "{neither", [("value", "{no table", "{neither")]),
    (["a"], ["a", {"date": "2026-11-22"}], [("value", "a", "a, 2026-11-22")]),
])
def test_of_a_setting(old, new, expected):
    assert told("value", old, new) == expected


def test_of_a_plan_only_what_differs_with_its_area_s_name():
    areas = [{"area": "face.nose", "target": {"decimal": "0.50"}}, {"area": "face.chin", "target": {"decimal": "1.00"}}]
    changed = [areas[0], {"area": "face.chin", "target": {"decimal": "1.25"}}]
    assert told("table", {"id": "p", "passes": 3, "areas": areas}, {"id": "p", "passes": 4, "areas": changed}) == [
        ("passes", "3", "4"), ("areas face.chin target", "1.00", "1.25")]


def test_what_is_new_and_what_went():
    assert told("table", None, {"id": "p", "waits": [{"number": 6, "unit": "months"}]}) == [
        ("id", "", "p"), ("waits 1 number", "", "6"), ("waits 1 unit", "", "months")]
    assert told("note", {"text": "x"}, None) == [("note text", "x", "")]
