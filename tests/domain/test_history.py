import hashlib
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.history import (
    GENESIS,
    ChunkHead,
    canonical_json,
    canonical_sealed_entry,
    entry_hash,
    event_entry,
    read_canonical,
    sealed_event_entry,
    short_head,
)

SESSION = UUID("0190b1d5-7c00-7000-8000-000000000001")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4), max_leaves=20)


def test_rfc_8785_section_3_2_2_strings_and_literals():
    value = {"string": "\u20ac$\u000f\nA'B\"\\\\\"/", "literals": [None, True, False], "numbers": [0, -1, 10**15]}
    assert canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[0,-1,1000000000000000],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')


def test_rfc_8785_section_3_2_3_keys_in_utf16_order():
    value = {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
    assert list(json.loads(canonical_json(value))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_control_characters_are_written_as_rfc_8785_says():
    written = canonical_json("".join(map(chr, range(0x20))) + "\x7f\u2028").decode()
    assert written == (
        '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f'
        '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f'
        '\x7f\u2028"')


@given(
    st.text(), st.lists(st.integers(-(2**60), 2**60), min_size=6, max_size=6), st.booleans(),
    st.lists(st.tuples(st.integers(0, 500), st.integers(-(2**60), 2**60)), max_size=3),
    st.binary(min_size=32, max_size=32))
def test_a_chunks_entry_put_together_by_hand_is_canonical(serial, numbers, resent, marks, sha256):
    seq, boot_id, first, count, period_us, t0_utc_us = numbers
    head = ChunkHead(SESSION, seq, serial, boot_id, first, count, period_us, tuple(marks), t0_utc_us, resent, sha256)
    assert head.canonical_entry() == canonical_json(head.entry())


@given(st.text(), st.text(), st.lists(st.integers(-(2**60), 2**60), min_size=3, max_size=3),
       st.binary(min_size=32, max_size=32))
def test_a_sealed_entry_put_together_by_hand_is_canonical(kind, actor_id, numbers, commitment):
    seq, at_us, version = numbers
    facts = (SESSION, seq, at_us, kind, version, actor_id, commitment)
    assert canonical_sealed_entry(*facts) == canonical_json(sealed_event_entry(*facts))


@given(JSON)
def test_canonical_text_is_read_and_no_other(value):
    written = canonical_json(value).decode()
    assert read_canonical(written) == value
    for other in (written + " ", f" {written}", json.dumps(value, indent=1) + "\n"):
        with pytest.raises(ValueError):
            read_canonical(other)


@pytest.mark.parametrize("text", [
    "1.5", '{"a":1.0}', "[1e5]", "NaN", "-Infinity", '{"b":1,"a":2}',
    '{"a":1,"a":1}', '{"a": 1}', '"\\u0041"', "01", "-0",
    "", '{"\ufb33":1,"\U0001f600":2}', '"\\ud800"', '"\ud800"'])
def test_text_that_is_not_canonical_is_refused(text):
    with pytest.raises((ValueError, TypeError)):
        read_canonical(text)


def test_inner_objects_are_ordered_too_and_nothing_is_normalised():
    written = canonical_json([{"b": {"z": 1, "a": (2,)}, "a": "e\u0301"}]).decode()
    assert written == '[{"a":"e\u0301","b":{"a":[2],"z":1}}]'


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": {"b": [float("nan")]}}, {1: "a"}, b"bytes", [object()], {"a"}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_half_a_character_is_refused():
    with pytest.raises(ValueError):
        canonical_json({"a": "\ud83d"})


@given(JSON)
def test_it_reads_back_and_writes_the_same_again(value):
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(st.text(max_size=4), st.integers(0, 9), max_size=8))
def test_the_order_of_making_does_not_matter(value):
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


def test_entry_hashes_by_hand():
    entry = event_entry(SESSION, 1, 1_794_914_640_000_000, "mark_set", 1, "PR-02", {"text": "é", "area_id": ""})
    written = (
        '{"actor_id":"PR-02","at_us":1794914640000000,"kind":"mark_set","payload":{"area_id":"","text":"é"},"seq":1,'
        '"session_id":"0190b1d5-7c00-7000-8000-000000000001","type":"event","version":1}').encode()
    assert canonical_json(entry) == written
    first = entry_hash(GENESIS, entry)
    assert first == hashlib.sha256(bytes(32) + written).digest()
    assert first.hex() == "87b839b6dafd8dc391dea87eddcc0c7987175ae9b2887f378fa126eb4c5070d7"
    nothing = hashlib.sha256(b"").digest()
    head = ChunkHead(SESSION, 2, "A1-000042", 7, 0, 2, 4000, ((0, 5), (1, 4010)), 9, False, nothing)
    written = (
        b'{"boot_id":7,"count":2,"first_index":0,"pen_serial":"A1-000042","pen_time_marks":[[0,5],[1,4010]],'
        b'"period_us":4000,"resent":false,'
        b'"samples_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","seq":2,'
        b'"session_id":"0190b1d5-7c00-7000-8000-000000000001","t0_utc_us":9,"type":"chunk"}')
    assert canonical_json(head.entry()) == written
    assert entry_hash(first, head.entry()) == hashlib.sha256(first + written).digest()
    assert entry_hash(first, head.entry()).hex() == "c857dff771e30fa9620a02b16078aebbd0cb0f593a2aa5772afb90487581343b"


def test_the_short_head_is_the_first_eight_characters_in_two_groups():
    assert short_head(bytes.fromhex("8f3a61c2") + bytes(28)) == "8f3a 61c2"
