"""Every driver a fuzzer can be set on, and what must hold whatever bytes it is fed.

A driver is added by one ``FuzzedDriver``: how to make it, a few good words of its pen, and how to take
the check off a word and put a right one on again.
"""

import gc
import random
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from rough_pen import RoughPen, cobs_decode, cobs_encode

from devices.clock_map import Moment
from devices.driver import PenDriver
from devices.link_machine import LinkMachine
from devices.link_words import SamplesRead
from devices.pens.pen_link import PenLinkDriver
from devices.read_only import only_asks

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


FUZZED_DRIVERS = {
    fuzzed.name: fuzzed
    for fuzzed in (FuzzedDriver("pen-link", PenLinkDriver, _pen_link_words, _open_frame, _close_frame),)
}
