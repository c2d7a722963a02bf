import dataclasses
import json
import types
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import session_events as ev
from console.domain.history import canonical_json
from console.domain.session_events import KINDS, Payload, from_payload, to_payload
from console.domain.session_fold import _fold_one

EXAMPLES = 12  # of each kind


def values_of(hint: object) -> st.SearchStrategy[object]:
    if isinstance(hint, types.UnionType):
        return st.one_of([st.none() if arm is type(None) else values_of(arm) for arm in hint.__args__])
    if typing.get_origin(hint) is tuple:
        return st.lists(values_of(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if dataclasses.is_dataclass(hint):
        return payloads(hint)
    return {str: st.text(max_size=8), int: st.integers(-10**15, 10**15), bool: st.booleans()}[hint]


def payloads(cls: type) -> st.SearchStrategy[object]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(cls)})


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_reads_back_as_it_was_written(kind):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(payloads(KINDS[kind]))
    def reads_back(what):
        stored = json.loads(canonical_json(to_payload(what)))
        assert from_payload(kind, stored) == what

    reads_back()


def test_kinds_are_named_once_in_snake_case_of_their_class():
    classes = [cls for cls in vars(ev).values() if isinstance(cls, type) and issubclass(cls, Payload) and cls.kind]
    assert len(classes) == len(KINDS) > 50
    for cls in classes:
        words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip("_")
        assert KINDS[cls.kind] is cls and cls.kind == words and cls.version >= 1


def test_every_payload_is_frozen_and_made_of_plain_values():
    for cls in KINDS.values():
        assert cls.__dataclass_params__.frozen
        for hint in typing.get_type_hints(cls).values():
            if typing.get_origin(hint) is not typing.ClassVar:
                values_of(hint)  # KeyError for a type without a canonical form


def test_every_kind_is_folded_or_left_out_on_purpose():
    left_out = {ev.MarkSet, ev.MarkUndone, ev.AudioPaused}
    unknown = {cls for cls in KINDS.values() if _fold_one.dispatch(cls) is _fold_one.dispatch(object)}
    assert unknown == left_out


def test_an_unknown_kind_is_a_key_error():
    with pytest.raises(KeyError):
        from_payload("needle_bent", {})


@pytest.mark.parametrize(("kind", "payload"), [
    ("mark_set", {}), ("mark_set", {"area_id": "a", "text": "", "colour": "red"}), ("mark_set", {"area_id": 3}),
    ("mark_set", {"area_id": None}), ("mark_set", {"kind": "mark_set", "area_id": "a"}),
    ("sealed", {"samples": "1000", "gaps": 0}), ("sealed", {"samples": True, "gaps": 0}),
    ("sealed", {"samples": 1.0, "gaps": 0}), ("patient_confirmed", {"matched": "name"}),
    ("patient_confirmed", {"matched": ["name", 3]}), ("cartridge_bound", {"product": "C7", "needles": 12}),
    ("cartridge_bound", {"product": {"lot": "C7"}, "needles": 12}),
])
def test_fields_that_do_not_fit_are_a_type_error(kind, payload):
    with pytest.raises(TypeError):
        from_payload(kind, payload)


def test_fields_with_defaults_may_be_absent_as_in_an_older_record():
    assert from_payload("mark_set", {"area_id": "face.chin"}) == ev.MarkSet("face.chin", "")
