"""The console asks who a pen is and for its samples. It has no word that moves a motor."""

import ast
import random
import typing
from pathlib import Path

from link_bench import LinkBench
from rough_pen import RoughPen, cobs_decode

import devices
from devices import messages
from devices.messages import Identify, Resend, Stream, encode_console_message

READ_ONLY = {0x81, 0x82, 0x83}


def types_in(wire: bytes) -> set[int]:
    return {cobs_decode(encoded)[1] for encoded in wire.split(b"\0") if encoded}


def test_every_message_the_console_can_encode_only_asks() -> None:
    kinds = set(typing.get_args(messages.ConsoleMessage))
    assert kinds == {Identify, Stream, Resend}
    wire = b"".join(
        encode_console_message(message, 0)
        for message in (Identify(), Stream(True), Stream(False), Resend(1, 2, 3))
    )
    assert types_in(wire) == READ_ONLY


def test_a_whole_life_of_a_link_only_asks() -> None:
    pen = RoughPen(random.Random(3), held=500)
    bench = LinkBench(pen)
    sent = b""
    for _ in range(3):
        bench.plug_in()
        bench.machine.begin_recording(bench.moment)
        bench.run(2.0)
        sent += bench.take_sent()
        bench.pull_out()
        bench.run(4.0)
        bench.plug_in()
        bench.run(3.0)
        bench.machine.end_recording(1.0, bench.moment)
        bench.machine.set_streaming(False, bench.moment)
        bench.settle()
        bench.machine.part()
        bench.run(0.1)
        sent += bench.take_sent()
    assert types_in(sent) == READ_ONLY
    assert set(pen.heard) == READ_ONLY


def test_only_one_place_encodes_frames_for_a_pen() -> None:
    """Outside the messages and the simulated pen, nothing in devices builds a frame of its own."""
    root = Path(devices.__file__).parent
    calls = []
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "encode_frame":
                calls.append(path.relative_to(root).as_posix())
    assert set(calls) == {"messages.py", "simulator/pen.py"}
