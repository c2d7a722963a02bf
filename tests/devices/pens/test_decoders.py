"""Decoders take any bytes, give the same for any split, and never a wrong number for a bad one."""

import binascii
import struct
import tracemalloc
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as some

from console.domain.telemetry import NOT_MEASURED, Sample
from console.services.resources import resource_path
from devices.checksums import CHECKSUMS
from devices.pens.lines import LineDecoder
from devices.pens.records import LineCounts, read_number
from devices.pens.vesc import MotorValues, VescFrames, encode_request, read_values
from devices.profile import Channel, FieldRule, LineCheck, LineFormat, LineLayout, PenProfile
from devices.profile_reader import read_profile
from devices.registry import make_decoder

EXAMPLES = {path.stem: read_profile(path) for path in sorted(resource_path("pens").glob("example-*.toml"))}
DEPTH = (FieldRule(Channel.DEPTH, "depth", unit="um"), FieldRule(Channel.COUNTER, "n"))


def lines(text: bytes, **layout: object) -> list[object]:
    """Give the depths read, None for a damaged line; the first line is whole."""
    made = LineLayout(LineFormat.KEY_VALUE, **layout) if "format" not in layout else LineLayout(**layout)
    decoder = LineDecoder(PenProfile("p", "P", "lines", "P", fields=DEPTH), made)
    return [one and one.sample and one.sample.depth_um for one in decoder.feed(b"\n" + text)]


@pytest.mark.parametrize("kind", CHECKSUMS.values(), ids=lambda kind: kind.name)
def test_checksums_have_their_published_check_values(kind) -> None:
    published = {
        "xor8": 0x31,
        "sum8": 0xDD,
        "sum8-negated": 0x23,
        "sum16": 0x1DD,
        "crc8": 0xF4,
        "crc8-maxim": 0xA1,
        "crc16-xmodem": 0x31C3,
        "crc16-ccitt": 0x29B1,
        "crc16-modbus": 0x4B37,
        "crc32": 0xCBF43926,
    }
    assert kind.of(b"123456789") == published[kind.name]


@pytest.mark.parametrize(("prefix", "start"), [("@", "@"), ("P,", "@"), ("@P,", "@"), ("@P,", "")])
def test_the_prefix_may_be_what_the_checksum_leaves_out_too(prefix: str, start: str) -> None:
    said = (prefix if prefix.startswith(start) else start + prefix) + "depth=1480"
    digits = f"{CHECKSUMS['crc16-modbus'].of(said.removeprefix(start).encode()):04x}"
    check = LineCheck(CHECKSUMS["crc16-modbus"], "~", start)
    assert lines(f"{said}~{digits}\n".encode(), check=check, prefix=prefix) == [1480]
    assert lines(f"!{said}~{digits}\n".encode(), check=check, prefix=prefix) == [None]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12", 12, ""),
        (" 1.5e3 ", 1500.0, ""),
        ("-.5", -0.5, ""),
        ("+7.", 7.0, ""),
        ("0x1F", 31, ""),
        ("1.48 mm", 1.48, "mm"),
        ("117Hz", 117, "Hz"),
        ("true", None, ""),
        ("n", None, ""),
        ("", None, ""),
        ("nan", None, ""),
        ("1_000", None, ""),
        ("14x0", None, ""),
        ("1,480", None, ""),
        ("1.2.3", None, ""),
        ("1e999", None, ""),
        ("9" * 50, None, ""),
        ("١٢", None, ""),
    ],
)
def test_numbers_as_people_write_them(text, number, unit) -> None:
    assert read_number(text)[0] == number
    if unit:
        assert read_number(text)[1] == unit


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        (b"depth=1480\n", [1480]),
        (b"depth = 1480 um\r\n", [1480]),
        (b"DEPTH=1.48mm;n=4\r", [1480]),
        (b"depth=nan\n", [NOT_MEASURED]),
        (b"depth=\n", [NOT_MEASURED]),
        (b"depth=70000\n", [NOT_MEASURED]),
        (b"depth=-3\n", [NOT_MEASURED]),
        (b"depth=65535\n", [NOT_MEASURED]),
        (b"depth=1e300\n", [NOT_MEASURED]),
        (b"hello\n# depth=1\n\n\n", []),
        (b"rate=4\n", []),
        (b"\xff\xfedepth=7\n", []),
        (b"\xff depth=7\n", [7]),
        (b'"depth"="12"\n', []),
        (b'depth="12" x=3\n', [12]),
    ],
)
def test_key_value_lines(text, depths) -> None:
    assert lines(text) == depths


@pytest.mark.parametrize(
    ("text", "layout", "depths"),
    [
        (b"1480;1\n", {"delimiter": ";", "columns": ("depth", "n")}, [1480]),
        (b"1,5;1\n", {"delimiter": ";", "columns": ("depth", "n"), "decimal": ","}, [2]),
        (b"  1480   1\n", {"delimiter": " ", "columns": ("depth", "n")}, [1480]),
        (b"1480\t1\textra\n", {"delimiter": "\t", "columns": ("depth", "n")}, [1480]),
        (b'"1480","1"\n', {"columns": ("depth", "n")}, [1480]),
        (b"7,1480\nn, Depth [um] ,x\n7,1480\n", {"header": True}, [1480]),
        (b"$P,1480,1\n$Q,1480,1\n", {"prefix": "$P,", "columns": ("depth", "n")}, [1480]),
        (b"1480\n", {"columns": ("depth", "n")}, []),
        (b"1480,\n", {"columns": ("depth", "n")}, [1480]),
        (b"depth,n\n1480,1\n", {"columns": ("depth", "n")}, [1480]),
    ],
)
def test_delimited_lines(text, layout, depths) -> None:
    assert lines(text, format=LineFormat.DELIMITED, **layout) == depths


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        (b'{"depth": 1480}\n', [1480]),
        (b'DATA: {"n": 3, "depth": "1.48 mm"} ok\n', [1480]),
        (b'{"depth": NaN}\n', [NOT_MEASURED]),
        (b'{"depth": null}\n', [NOT_MEASURED]),
        (b'{"event": "x"}\n', []),
        (b'{"depth": 14\n', [None]),
        (b"[" * 900 + b"\n", [None]),
        (b'{"depth": {"x": 1}}\n', []),
        (b'{"depth": 1' + b"0" * 900 + b"}\n", [NOT_MEASURED]),
        (b"14\n", []),
    ],
)
def test_json_lines(text, depths) -> None:
    assert lines(text, format=LineFormat.JSON) == depths


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        (b">depth:1480|um\n>n:1\n", [1480]),
        (b">depth:1627551892437:1.48\xc2\xa7mm|g\n>n:1627551892437:1\n", [1480]),
        (b">depth:1\n>depth:2\n>depth:3\n", [1, 2]),
        (b">depth:1:10;2:20;3:30\n", [10, 20]),
        (b">n:1\n>depth:5\n>other:4\n", [5]),
        (b">depth:ended|t\n>n:1\n", [None]),
        (b">depth:1:2|xy\n", []),
        (b"log: depth:\n", []),
    ],
)
def test_teleplot_lines(text, depths) -> None:
    assert lines(text, format=LineFormat.TELEPLOT) == depths


def test_a_line_whose_beginning_was_not_seen_is_no_sample() -> None:
    decoder = make_decoder(EXAMPLES["example-csv"])
    assert decoder.feed(b"0,480,117,210,1,0,87,9\n1,1500,1480,117,210,1,0,87\n")[0].counter == 1  # type: ignore[index]


def speech(name: str) -> bytes:
    """Ten good samples in the language of an example."""

    def key_value(n: int) -> bytes:
        body = b"n=%d depth=1.48 rate=117 state=3" % n
        return b"$%s*%02X\n" % (body, reduce(lambda one, other: one ^ other, body))

    def record(n: int) -> bytes:
        body = struct.pack("<IHHHHB", n, 1500, 1480, 11700, 210, 3)
        return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0))

    one = {
        "example-csv": lambda n: b"%d,1500,1480,117,210,1,1,87\n" % n,
        "example-key-value": key_value,
        "example-json": lambda n: b'{"t":%d,"depth":1.48}\n' % (n * 20),
        "example-teleplot": lambda n: b">depth:1480\n>rate:117\n>load:210\n>contact:1\n",
        "example-struct": record,
        "example-vesc": lambda n: bytes.fromhex("0201040000") + b"\x03",
    }[name]
    return b"\n" + b"".join(one(n) for n in range(1, 11))


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "example-vesc"])
def test_however_the_bytes_are_split_the_samples_are_the_same(name: str) -> None:
    spoken = speech(name)
    whole = list(make_decoder(EXAMPLES[name]).feed(spoken))  # type: ignore[call-overload]
    assert len(whole) == 10 and all(one.sample.depth_um == 1480 for one in whole)
    for size in (1, 2, 3, 7, 50):
        decoder = make_decoder(EXAMPLES[name])
        parts = [one for at in range(0, len(spoken), size) for one in decoder.feed(spoken[at : at + size])]  # type: ignore[attr-defined]
        assert parts == whole


@pytest.mark.parametrize("name", EXAMPLES)
@given(some.lists(some.binary(max_size=300)), some.integers(0, 400), some.binary(max_size=9))
def test_any_bytes_are_taken(name: str, pieces: list[bytes], at: int, hurt: bytes) -> None:
    decoder = make_decoder(EXAMPLES[name])
    spoken = speech(name)
    for piece in (*pieces, spoken[:at] + hurt + spoken[at + 1 :], *pieces):
        for one in decoder.feed(piece):  # type: ignore[attr-defined]
            sample = getattr(one, "sample", None)
            assert sample is None or all(0 <= value <= 0xFFFF for value in sample)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("flood", [b"x", b"\x02", b"\x03\xff", b"\xaa\x55", b"{", b">depth:", b"1," * 9])
def test_a_flood_without_an_end_is_not_kept(name: str, flood: bytes) -> None:
    decoder = make_decoder(EXAMPLES[name])
    piece = flood * (4_096 // len(flood))
    decoder.feed(piece)
    tracemalloc.start()
    for _ in range(50):
        decoder.feed(piece)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 40_000


def test_a_damaged_record_is_found_and_the_step_again() -> None:
    decoder = make_decoder(EXAMPLES["example-struct"])
    spoken = bytearray(speech("example-struct"))
    spoken[1 + 17 * 3 + 6] ^= 0x10
    found = decoder.feed(bytes(spoken))
    assert [one and one.counter for one in found] == [1, 2, 3, None, 5, 6, 7, 8, 9, 10]  # type: ignore[attr-defined]


def test_vesc_answers_of_every_firmware() -> None:
    head = struct.pack(">2h4ihi", 250, 300, -234, 100, 0, 0, 500, -49_140)
    old = struct.pack(">7h2ihi", *(250,) * 7, 234, 100, 500, 49_140) + bytes(26) + b"\x03"
    assert read_values(b"\x04" + head) == MotorValues(-234, 100, -49_140, 0)
    assert read_values(b"\x04" + head + bytes(26) + b"\x05" + bytes(20)) == MotorValues(-234, 100, -49_140, 5)
    assert len(old) == 55 and read_values(b"\x04" + old) == MotorValues(234, 100, 49_140, 3)
    for firmware in ((3, 33), (5, 2), (6, 6)):  # as long as the older answer, by chance
        assert read_values(b"\x04" + head + bytes(26) + b"\x05\x00", firmware) == MotorValues(-234, 100, -49_140, 5)
    for firmware in ((2, 18), (3, 1)):
        assert read_values(b"\x04" + old, firmware) == MotorValues(234, 100, 49_140, 3)
    assert read_values(b"\x04" + old + b"more", (2, 18)) == MotorValues(234, 100, 49_140, 3)
    assert read_values(b"\x04" + head[:-1]) is None and read_values(b"\x05" + head) is None


def test_vesc_frames_short_and_long_between_noise() -> None:
    frames = VescFrames(LineCounts())
    long = bytes(300)
    framed = b"\x03\x01\x2c" + long + struct.pack(">H", binascii.crc_hqx(long, 0)) + b"\x03"
    assert frames.feed(b"noise" + encode_request(4) + b"\x07" + framed + encode_request(0)) == [b"\x04", long, b"\x00"]


def test_a_scale_an_offset_a_bit_and_a_limit() -> None:
    rules = (
        FieldRule(Channel.DEPTH, "depth", unit="mm", scale=0.01, offset=0.5, derived=True),
        FieldRule(Channel.MOTOR, "s", bit=3),
        FieldRule(Channel.CONTACT, "force", above=0.4),
        FieldRule(Channel.CARTRIDGE, "empty", inverted=True),
    )
    profile = replace(PenProfile("p", "P", "lines", "P"), fields=rules, layout=LineLayout(LineFormat.KEY_VALUE))
    (record,) = make_decoder(profile).feed(b"\ndepth=98 s=0x08 force=0.41 empty=false\n")  # type: ignore[misc]
    assert record.sample == Sample(NOT_MEASURED, 1480, NOT_MEASURED, NOT_MEASURED, 1 | 2 | 8)
