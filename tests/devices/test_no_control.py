"""The console asks who a pen is and for its samples. It has no word that moves a motor."""

import ast
import io
import random
import typing
from collections.abc import Callable
from pathlib import Path

import pytest
from link_bench import LinkBench
from rough_pen import RoughPen, cobs_decode

import devices
from console.services.resources import resource_path
from devices import messages
from devices.clock_map import Moment
from devices.framing import encode_frame
from devices.messages import Identify, Resend, Stream, encode_console_message
from devices.profile import PEN_LINK, PenProfile
from devices.profile_reader import read_profile
from devices.read_only import VESC_REQUESTS, only_asks, write_request
from devices.registry import PEN_KINDS

SHIPPED = [read_profile(path) for path in sorted(resource_path("pens").glob("*.toml"))]
FRAGMENTS = [
    b"", b"\0", b"\n", b"1,1500,1480,117,210,1,1,87\n",
    b'{"t":20,"depth":1.5}\n', b">depth:1\n", b"\xaa\x55", b"\x02\x01\x04",
    bytes.fromhex("020104408403"), bytes.fromhex("020100000003"),
    bytes.fromhex("03010101 07cdab3412a00f01039 83a01021f1a0c07".replace(" ", "")),
]
READ_ONLY = {0x81, 0x82, 0x83}


def types_in(wire: bytes) -> set[int]:
    return {cobs_decode(encoded)[1] for encoded in wire.split(b"\0") if encoded}


@pytest.mark.parametrize("profile", [PEN_LINK, *SHIPPED], ids=lambda profile: profile.pen_id)
def test_no_driver_ever_sends_more_than_requests_of_the_list(profile: PenProfile) -> None:
    make_driver = PEN_KINDS[profile.kind].make_driver
    if make_driver is None:
        return
    chance = random.Random(profile.pen_id)
    driver, now_s, sent = make_driver(profile), 0.0, b""
    asking = [Identify(), Stream(True), Stream(False), Resend(1, 2, 3)]
    driver.start_over("bench", Moment(0.0, 0))
    for _ in range(20_000):
        now_s += chance.choice((0.0, 0.001, 0.02, 0.3))
        now = Moment(now_s, round(now_s * 1e6))
        match chance.randrange(12):
            case 0:
                driver.ask(chance.choice(asking))
            case 1:
                driver.start_over("bench", now)
            case 2:
                driver.drop_outgoing()
            case 3:
                driver.tick(now)
            case _:
                driver.feed(chance.choice(FRAGMENTS) + chance.randbytes(chance.randrange(6)), now)
        outgoing = driver.take_outgoing(now)
        assert only_asks(outgoing)
        sent += outgoing
    assert bool(sent) is (profile.kind in ("pen-link", "vesc"))
    if profile.kind == "vesc":
        assert set(sent[at : at + 6] for at in range(0, len(sent), 6)) == set(VESC_REQUESTS)


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


@pytest.mark.parametrize("allowed", [
    bytes.fromhex("020104408403"), bytes.fromhex("020100000003"),
    *(encode_console_message(message, 7) for message in (Identify(), Stream(True), Stream(False), Resend(1, 2, 3)))])
def test_whole_requests_of_the_list_pass(allowed: bytes) -> None:
    assert only_asks(allowed) and only_asks(allowed * 3)
    assert not only_asks(allowed[:-1])


@pytest.mark.parametrize("forbidden", [
    bytes.fromhex("0205050000 4e20 1a47 03".replace(" ", "")),  # VESC: set the duty cycle
    bytes.fromhex("020104408403") + b"\x02", b"M1\n", b"\0", encode_frame(0x84, 0, b""), encode_frame(0x81, 0, b"on")])
def test_anything_else_is_never_written(forbidden: bytes) -> None:
    port = io.BytesIO()
    assert not only_asks(forbidden)
    with pytest.raises(ValueError, match="no read-only request"):
        write_request(port, forbidden)
    assert port.getvalue() == b""


def calls_in_devices(named: Callable[[ast.Call], bool]) -> set[str]:
    root = Path(devices.__file__).parent
    return {
        path.relative_to(root).as_posix() for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call) and named(node)}


def test_only_one_place_writes_to_a_port() -> None:
    writers = calls_in_devices(lambda call: getattr(call.func, "attr", "") == "write"
                               and getattr(call.func.value, "id", "") in ("port", "opened", "self"))
    assert {path for path in writers if not path.startswith("simulator/")} == {"read_only.py"}


def test_only_one_place_encodes_frames_for_a_pen() -> None:
    """Outside the messages and the simulated pen, nothing in devices builds a frame of its own."""
    assert calls_in_devices(lambda call: getattr(call.func, "id", "") == "encode_frame") == {
        "messages.py", "simulator/pen.py"}
