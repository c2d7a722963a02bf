"""The simulated pen in other words: read back here by hand, from the public formats alone."""

import binascii
import csv
import json
import struct

import pytest

from devices.simulator.serve import build_parser, make_pen


def spoken(name: str, *options: str, seconds: float = 2.0) -> bytes:
    pen = make_pen(build_parser().parse_args(["--speak", name, *options]))
    said = b""
    for step in range(round(seconds * 100) + 1):
        pen.advance(step / 100)
        said += b"".join(frame.wire for frame in pen.take_outgoing())
    return said


def test_csv_has_a_header_and_fifty_lines_a_second() -> None:
    rows = list(csv.DictReader(spoken("csv").decode().splitlines()))
    assert [int(row["n"]) for row in rows] == list(range(100))
    last = rows[-1]
    assert (last["set_um"], last["motor"], last["battery"]) == ("1000", "1", "87")
    assert 110 < float(last["rate_hz"]) < 120 and {row["contact"] for row in rows} <= {"0", "1"}


def test_key_value_says_who_it_is_and_checks() -> None:
    greeting, *lines = spoken("key-value", "--serial", "KV-7").decode().splitlines()
    assert greeting == "# pen KV-7 firmware 1.4.0"
    for line in lines:
        body, _, check = line[1:].partition("*")
        total = 0
        for byte in body.encode():
            total ^= byte
        assert line[0] == "$" and int(check, 16) == total
    words = dict(word.split("=") for word in lines[-1][1:].partition("*")[0].split())
    assert words["n"] == "99" and words["set"] == "1.000" and words["state"] in ("1", "3")


def test_json_is_an_object_a_line() -> None:
    told = [json.loads(line) for line in spoken("json").splitlines()]
    assert len(told) == 100 and told[-1]["pen"] == {"serial": "A1-000042"}
    assert [one["t"] for one in told[:3]] == [20.0, 40.0, 60.0]
    assert 6_600 < told[-1]["motor"]["rpm"] < 7_200 and told[-1]["battery"] == 0.87


def test_teleplot_says_each_variable_by_name() -> None:
    lines = spoken("teleplot").decode().splitlines()
    assert len(lines) == 400
    assert [line.partition(":")[0] for line in lines[:4]] == [">depth", ">rate", ">load", ">contact"]


def test_struct_records_have_their_sync_and_crc() -> None:
    said = spoken("struct")
    assert len(said) == 500 * 17
    for place in range(0, len(said), 17):
        record = said[place : place + 17]
        assert record[:2] == b"\xaa\x55" and binascii.crc_hqx(record[2:15], 0) == int.from_bytes(record[15:], "little")
        assert struct.unpack("<IHHHHB", record[2:15])[0] == place // 17


def frame(payload: bytes) -> bytes:
    return bytes((2, len(payload))) + payload + binascii.crc_hqx(payload, 0).to_bytes(2, "big") + b"\x03"


def test_a_vesc_answers_what_it_is_asked_and_nothing_else() -> None:
    pen = make_pen(build_parser().parse_args(["--speak", "vesc"]))
    pen.advance(2.0)
    assert pen.take_outgoing() == []
    asked = b"\x02\x02garbage" + frame(b"\x00") + frame(b"\x04") + frame(b"\x05\x00\x00\x00\x01")
    for byte in asked:  # however it is split
        pen.receive(bytes([byte]))
    said = b"".join(one.wire for one in pen.take_outgoing())
    firmware_end = 5 + said[1]
    firmware, values = said[2 : firmware_end - 3], said[firmware_end:]
    assert firmware[:3] == b"\x00\x06\x02" and frame(values[2:-3]) == values and values[2] == 4
    fields = struct.unpack_from(">2h4ihi", values, 3)
    assert 110 * 60 * 7 < fields[7] < 120 * 60 * 7


@pytest.mark.parametrize("name", ["csv", "json", "struct"])
def test_the_faults_of_the_line_are_the_same(name: str) -> None:
    whole = spoken(name)
    assert len(spoken(name, "--fault", "drop@0:50%")) < 0.7 * len(whole)
    assert spoken(name, "--fault", "corrupt@0:10%") != whole
    assert len(spoken(name, "--fault", "freeze@1:1")) < 0.6 * len(whole)
