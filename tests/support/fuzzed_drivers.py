"""Every driver a fuzzer can be set on, and what must hold whatever bytes it is fed.

A driver is added by one ``FuzzedDriver``: how to make it, a few good words of its pen, and how to take
the check off a word and put a right one on again.
"""

import argparse
import binascii
import gc
import random
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import xor
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import foreign_pens
from rough_pen import RoughPen, cobs_decode, cobs_encode

from devices.clock_map import Moment
from devices.driver import PenDriver
from devices.link_machine import LinkMachine
from devices.link_words import SamplesRead
from devices.pens.pen_link import PenLinkDriver
from devices.profile_reader import read_profile
from devices.read_only import only_asks
from devices.registry import pen_kind

PROFILES = Path(__file__).parents[2] / "resources" / "pens"
MOST_HELD_BYTES = 4_000_000
UTC_US = 1_780_000_000_000_000
_SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)


@dataclass(frozen=True, slots=True)
class FuzzedDriver:
    """One kind of pen to be fuzzed."""

    name: str
    make: Callable[[], PenDriver]
    words: Callable[[], list[bytes]]
    open_word: Callable[[bytes], bytes]
    close_word: Callable[[bytes], bytes]


def held_bytes(root: object) -> int:
    """Give the bytes of all objects that hang on one, without code and classes."""
    seen: set[int] = set()
    waiting, total = [root], 0
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _SHARED):
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        waiting += gc.get_referents(thing)
    return total


def feed_whole_link(driver: PenDriver, reads: list[bytes], chance: random.Random) -> LinkMachine:
    """Let a link with this driver read these; it must not raise, and only ask. Give it for a look inside."""
    machine = LinkMachine(driver)
    now_s = 1.0

    def now() -> Moment:
        return Moment(now_s, UTC_US + round(now_s * 1e6))

    machine.looking("fuzz")
    machine.port_opened("fuzz", now())
    machine.begin_recording(now())
    taken: dict[tuple[int, str, int], set[int]] = {}
    for read in reads:
        now_s += chance.choice((0.0, 0.004, 0.02, 0.3, 0.3, 2.6))
        machine.receive(read, now())
        assert only_asks(machine.take_outgoing(now()))
        check_outputs(machine, taken)
        machine.tick(now())
    machine.counters()
    return machine


def check_outputs(machine: LinkMachine, taken: dict[tuple[int, str, int], set[int]]) -> None:
    """Hold what came out to its promises: whole samples, none recorded twice, times a database holds."""
    for output in machine.take_outputs():
        if not isinstance(output, SamplesRead):
            continue
        batch = output.batch
        assert batch.count > 0 and len(batch.samples) == 10 * batch.count
        assert 0 <= batch.pen_time_us < 1 << 63 and abs(batch.utc_us) < 1 << 63
        if output.window:
            indexes = set(range(batch.first_index, batch.end_index))
            there = taken.setdefault((output.window, batch.pen_serial, batch.boot_id), set())
            assert not there & indexes, "a sample recorded twice"
            there |= indexes


# --- the drivers --------------------------------------------------------------------------------


def _pen_link_words() -> list[bytes]:
    pen = RoughPen(random.Random(4), most_a_frame=4)
    first, pen.streaming = pen.hello(), True
    said = [piece + b"\0" for piece in pen.live(1.2).split(b"\0")[:-1]]
    refusal = pen.say(6, struct.pack("<BBIH", 2, 0x83, 10, 5) + b"\x04gone")
    event = pen.say(3, struct.pack("<IQBI", pen.boot, 900_000, 3, 12) + b"\x02C1")
    return [b"\0" + first, *said[:6], said[-1], refusal, event]


def _open_frame(wire: bytes) -> bytes:
    return cobs_decode(wire.strip(b"\0"))[:-4]


def _close_frame(head: bytes) -> bytes:
    return cobs_encode(head + struct.pack("<I", zlib.crc32(head))) + b"\0"


def _foreign(
    name: str,
    open_word: Callable[[bytes], bytes] = lambda word: word.rstrip(b"\r\n"),
    close_word: Callable[[bytes], bytes] = lambda text: text + b"\n",
    greeting: bytes = b"",
) -> FuzzedDriver:
    """Give the driver of an example profile, with the words of a pen that shares no code with it."""
    profile = read_profile(PROFILES / f"example-{name}.toml")
    make_driver = pen_kind(profile.kind).make_driver
    assert make_driver is not None
    says, settings = foreign_pens.SPEECHES.get(name), argparse.Namespace(serial="S-1")

    def words() -> list[bytes]:
        if says is None:
            values = [foreign_pens.vesc_values(n, layout) for n, layout in enumerate(("new", "old", "long"))]
            return [foreign_pens.vesc_frame(payload) for payload in (b"\x00\x05\x03HW60\x00", *values)]
        return [*filter(None, [greeting]), *(says(n, settings) for n in range(6))]

    return FuzzedDriver(name, partial(make_driver, profile), words, open_word, close_word)


def _open_key_value(line: bytes) -> bytes:
    body = line.rstrip(b"\r\n")
    return body[1:].rpartition(b"*")[0] if body.startswith(b"$") else body


def _close_key_value(body: bytes) -> bytes:
    if body.startswith(b"#"):
        return body + b"\r\n"
    return b"$%s*%02X\r\n" % (body, reduce(xor, body, 0))


def _close_record(body: bytes) -> bytes:
    return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0))


FUZZED_DRIVERS = {
    fuzzed.name: fuzzed
    for fuzzed in (
        FuzzedDriver("pen-link", PenLinkDriver, _pen_link_words, _open_frame, _close_frame),
        _foreign("csv", greeting=b"n,set_um,depth_um,rate_hz,load_ma,motor,contact,battery\r\n"),
        _foreign("key-value", _open_key_value, _close_key_value, b"# pen KV-7 firmware 2.1\r\n"),
        _foreign("json"),
        _foreign("teleplot"),
        _foreign("struct", lambda record: record[2:-2], _close_record),
        _foreign("vesc", lambda frame: frame[2 if frame[0] == 2 else 3 : -3], foreign_pens.vesc_frame),
    )
}
