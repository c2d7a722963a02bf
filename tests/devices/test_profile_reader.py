"""A pen profile is read strictly: what is wrong is named with file, line, field, found and allowed."""

import pytest

from console.domain.errors import OperatorError
from devices.byte_port import LineSettings
from devices.pens.vesc import make_driver
from devices.profile import LineLayout
from devices.profile_reader import read_profile

LINES = """\
[pen]
id = "mine"
name = "My pen"
link = "lines"
[link]
samples_per_s = 50
baud = 9600
parity = "even"
stop_bits = 2
usb = ["1a86:7523"]
[link.lines]
format = "delimited"
columns = ["a", "b"]
[[field]]
channel = "depth"
name = "a"
unit = "mm"
[[field]]
channel = "rate"
column = 2
unit = "rpm"
"""
STRUCT = """\
[pen]
id = "mine"
name = "My pen"
link = "struct"
[link]
samples_per_s = 100
[link.struct]
sync = "AA 55"
fields = ["n:u16", "pad:2", "d:f32"]
checksum = "crc8"
[[field]]
channel = "depth"
name = "d"
unit = "mm"
[[field]]
channel = "counter"
name = "n"
"""


def test_what_a_profile_says(tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(LINES)
    profile = read_profile(path)
    assert profile.line == LineSettings(9600, "E", 2, 8) and profile.usb_ids == ((0x1A86, 0x7523),)
    assert profile.period_us == 20_000 and profile.model == "mine"
    assert isinstance(profile.layout, LineLayout) and profile.fields[1].column == 1
    path.write_text(STRUCT)
    assert read_profile(path).counter_span == 65_536


@pytest.mark.parametrize(
    ("text", "good", "bad", "told"),
    [
        (
            LINES,
            'link = "lines"',
            'link = "morse"',
            "p.toml, line 4, pen, field «link»: found morse, allowed is pen-link, lines",
        ),
        (LINES, "baud = 9600", "baud = 1", "line 7, link, field «baud»: found 1, allowed is a whole number from 50"),
        (LINES, "baud = 9600", "boud = 9600", "line 7, link, field «boud»: found 9600, allowed is one of: baud"),
        (LINES, '"even"', '"mark"', "line 8, link, field «parity»: found mark, allowed is none, even, odd"),
        (LINES, "stop_bits = 2", "stop_bits = 1.2", "line 9, link, field «stop_bits»: found 1.2, allowed is 1, 1.5, 2"),
        (LINES, "1a86:7523", "ch340", "line 10, link, field «usb»: found ch340"),
        (LINES, "samples_per_s = 50", "", "line 5, link, field «samples_per_s»: found nothing"),
        (LINES, "[link.lines]", "[link.struct]", "field «lines»: found nothing, allowed is the table [link.lines]"),
        (
            LINES,
            '"delimited"',
            '"xml"',
            "line 12, link.lines, field «format»: found xml, allowed is delimited, key_value, json, tel",
        ),
        (
            LINES,
            '"depth"',
            '"deep"',
            "line 15, field 1, field «channel»: found deep, allowed is set_depth, depth, rate",
        ),
        (
            LINES,
            'name = "a"',
            'name = "z"',
            "line 16, field 1, field «name»: found z, allowed is a column by its number",
        ),
        (LINES, 'unit = "mm"', 'unit = "furlong"', "line 17, field 1, field «unit»: found furlong, allowed is um"),
        (LINES, 'unit = "mm"', "", "line 14, field 1, field «unit»: found nothing"),
        (LINES, "column = 2", "", "line 18, field 2, field «name»: found nothing"),
        (LINES, "column = 2", "column = 2\nbit = 3", "field «bit»: found a rule for flags"),
        (LINES, "column = 2", "column = 2\nscale = 0", "field «scale»: found 0, allowed is a number other than 0"),
        (
            LINES,
            'channel = "rate"\ncolumn = 2\nunit = "rpm"',
            'channel = "depth"\ncolumn = 2\nunit = "mm"',
            "field 2, field «channel»: found depth, allowed is each channel once",
        ),
        (
            STRUCT,
            '"AA 55"',
            '"AG"',
            "line 8, link.struct, field «sync»: found AG, allowed is 1 to 8 bytes in hexadecimal",
        ),
        (
            STRUCT,
            "d:f32",
            "d:float",
            "line 9, link.struct, field «fields»: found d:float, allowed is each name once, name:type",
        ),
        (STRUCT, '"crc8"', '"md5"', "line 10, link.struct, field «checksum»: found md5, allowed is none, xor8"),
        (
            STRUCT,
            'name = "d"',
            'name = "e"',
            "line 13, field 1, field «name»: found e, allowed is one of the record's fields: n, d",
        ),
        (STRUCT, 'name = "d"', "column = 1", "field «column»: found 1, allowed is a name here"),
        (STRUCT, "[[field]]", "[field]", "broken TOML"),
        (STRUCT, "[link]", "[link", "broken TOML (Expected ']'"),
        (STRUCT, "[pen]", "[[pen]]\n[[pen]]", "table «pen»: found 2 of it"),
    ],
)
def test_a_bad_profile_is_refused_to_the_line(text, good, bad, told, tmp_path) -> None:
    assert good in text
    path = tmp_path / "p.toml"
    path.write_text(text.replace(good, bad, 1))
    with pytest.raises(OperatorError) as caught:
        read_profile(path)
    assert told in str(caught.value)
    assert "this pen is left out, all others are there" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("[link.vesc]\n", "«pole_pairs»: found nothing"),
        ("samples_per_s = 100\n[link.vesc]\npole_pairs = 7\n", "at most 50, the polls a second"),
        (
            "[link.vesc]\npole_pairs = 7\n[[field]]\nchannel = 'battery'\nname = 'b'\n",
            "no [[field]] with a pen of kind vesc",
        ),
    ],
)
def test_a_vesc_needs_its_pole_pairs_and_no_fields(body, told, tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('[pen]\nid = "v"\nname = "V"\nlink = "vesc"\n[link]\n' + body)
    with pytest.raises(OperatorError) as caught:
        read_profile(path)
    assert told in str(caught.value)


def test_strokes_are_electrical_turns_by_pole_pairs(tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('[pen]\nid="v"\nname="V"\nlink="vesc"\n[link]\n[link.vesc]\npole_pairs=4\nstrokes_per_turn=2\n')
    driver = make_driver(read_profile(path))
    assert driver._layout.pole_pairs == 4 and driver._layout.strokes_per_turn == 2
