"""Pens that speak no Pen Link, written from their public protocols alone, in a process of their own.

    python foreign_pens.py SPEECH [--samples N] [--serial S] [--skip FIRST:COUNT] ...

Prints ``socket://127.0.0.1:PORT`` or a pseudo-terminal's name, speaks until its standard input ends.
Sample ``n`` is (set 1500, depth 1000 + n % 500 µm, rate 117 Hz, load 200 + n % 50 mA, motor on, contact n % 2).
"""

import argparse
import binascii
import contextlib
import json
import os
import select
import socket
import struct
import sys
import time
from functools import reduce

PERIOD_S = 0.02


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def values(n: int) -> tuple[int, int, float, int, int]:
    return 1500, 1000 + n % 500, 117.0, 200 + n % 50, n % 2


def csv_line(n: int, args: argparse.Namespace) -> bytes:
    set_um, depth_um, rate_hz, load_ma, contact = values(n)
    return f"{n},{set_um}, {depth_um} ,{rate_hz:.3e},\"{load_ma}\",1,{contact},87,more\r\n".encode()


def plain_csv_line(n: int, args: argparse.Namespace) -> bytes:
    _, depth_um, rate_hz, load_ma, _ = values(n)
    return f"{depth_um / 1000:.3f};{rate_hz * 60:.0f};{load_ma}\n".encode()


def key_value_line(n: int, args: argparse.Namespace) -> bytes:
    set_um, depth_um, rate_hz, load_ma, contact = values(n)
    body = (f"rate={rate_hz} depth={depth_um / 1000}mm n={n} set={set_um / 1000} "
            f"load={load_ma / 1000} state={1 + 2 * contact}")
    return b"$%s*%02X\r\n" % (body.encode(), reduce(lambda one, other: one ^ other, body.encode()))


def json_line(n: int, args: argparse.Namespace) -> bytes:
    set_um, depth_um, rate_hz, load_ma, contact = values(n)
    spoken = {
        "t": n * 20, "extra": [1, {"x": None}], "depth": depth_um / 1000, "set": set_um / 1000,
        "contact": bool(contact),
        "motor": {"rpm": rate_hz * 60, "current": load_ma / 1000, "on": True}, "pen": {"serial": args.serial}}
    return json.dumps(spoken).encode() + b"\n"


def teleplot_lines(n: int, args: argparse.Namespace) -> bytes:
    _, depth_um, rate_hz, load_ma, contact = values(n)
    return f">depth:{depth_um}|um\n>rate:{rate_hz}§Hz\n>load:{load_ma}\n>contact:{contact}|g\n".encode()


def struct_record(n: int, args: argparse.Namespace) -> bytes:
    set_um, depth_um, rate_hz, load_ma, contact = values(n)
    body = struct.pack("<IHHHHB", n, set_um, depth_um, round(rate_hz * 100), load_ma, 1 + 2 * contact)
    return b"\xaa\x55" + body + struct.pack("<H", binascii.crc_hqx(body, 0))


SPEECHES = {
    "csv": csv_line, "plain-csv": plain_csv_line, "key-value": key_value_line, "json": json_line,
    "teleplot": teleplot_lines, "struct": struct_record,
}
GREETINGS = {
    "csv": b"\xff\xfeBoot 1.2\r\nn,set_um,depth_um,rate_hz,load_ma,motor,contact,battery\r\n",
    "key-value": b"# pen KV-7 firmware 2.1\r\n",
}


def vesc_frame(payload: bytes) -> bytes:
    head = bytes((2, len(payload))) if len(payload) < 256 else b"\x03" + struct.pack(">H", len(payload))
    return head + payload + struct.pack(">H", binascii.crc_hqx(payload, 0)) + b"\x03"


def vesc_values(n: int, layout: str) -> bytes:
    """COMM_GET_VALUES of a motor of 7 pole pairs at 117 strokes/s that draws 2.34 A."""
    rest = struct.pack(">h4i2i", 240, 1, 2, 3, 4, 5, 6) + b"\x00"
    if layout == "old":
        return b"\x04" + struct.pack(">7h2ihi", *(250,) * 7, 234, 100, 500, 117 * 60 * 7 + n % 2) + rest
    newest = b"\0" * 200 if layout == "long" else struct.pack(">iB", 1_000_000, 7) + b"later firmware"
    return b"\x04" + struct.pack(">2h4ihi", 250, 300, 234, 100, 0, 0, 500, 117 * 60 * 7 + n % 2) + rest + newest


class Vesc:
    """Answers FW_VERSION and GET_VALUES; notes every payload it was sent, and what was no frame."""

    def __init__(self, layout: str, deaf_every: int) -> None:
        self.layout, self.deaf_every = layout, deaf_every
        self.asked = 0
        self.rest = b""
        self.heard: dict[str, int] = {}

    def hear(self, received: bytes) -> bytes:
        self.rest += received
        answer = b""
        while len(self.rest) >= 2 and len(self.rest) >= 5 + self.rest[1]:
            end = 5 + self.rest[1]
            frame, self.rest = self.rest[:end], self.rest[end:]
            payload = frame[2:-3]
            checks = binascii.crc_hqx(payload, 0) == int.from_bytes(frame[-3:-1], "big")
            whole = checks and frame[0] == 2 and frame[-1] == 3
            word = payload.hex() if whole else "no frame"
            self.heard[word] = self.heard.get(word, 0) + 1
            if payload == b"\x00":
                answer += vesc_frame((b"\x00\x02\x12" if self.layout == "old" else b"\x00\x05\x03") + b"HW60\x00")
            elif payload == b"\x04":
                self.asked += 1
                if not (self.deaf_every and self.asked % self.deaf_every == 0):
                    answer += vesc_frame(vesc_values(self.asked, self.layout))
        return answer


def speak(send, receive, args: argparse.Namespace) -> None:
    """Live until standard input ends; a talker sends what is due, a VESC answers."""
    vesc = Vesc(args.layout, args.deaf_every) if args.speech == "vesc" else None
    skipped = range(args.skip[0], args.skip[0] + args.skip[1])
    send(GREETINGS.get(args.speech, b"")[3:] if vesc is None else b"")
    n, began_s = args.first, time.monotonic()
    while not select.select([sys.stdin], [], [], 0.005)[0]:
        received = receive()
        if vesc is not None:
            send(vesc.hear(received))
            continue
        if received:
            say("heard " + received.hex())
        while (n - args.first) * PERIOD_S < time.monotonic() - began_s:
            if n not in skipped:
                send(SPEECHES[args.speech](n, args))
            n += 1
            if n == args.unplug_at:
                return
    if vesc is not None:
        say("heard " + json.dumps(vesc.heard))


def serve_socket(args: argparse.Namespace) -> None:
    door = socket.create_server(("127.0.0.1", args.port))
    say(f"socket://127.0.0.1:{door.getsockname()[1]}")
    while True:
        if select.select([door, sys.stdin], [], [])[0] != [door]:
            return
        conn = door.accept()[0]
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def receive(conn: socket.socket = conn) -> bytes:
            if not select.select([conn], [], [], 0)[0]:
                return b""
            received = conn.recv(4096)
            if not received:
                raise OSError("hung up")
            return received

        with conn, contextlib.suppress(OSError):
            speak(conn.sendall, receive, args)
        args.first = args.unplug_at + args.away if args.unplug_at else args.first
        args.unplug_at = 0


def serve_terminal(args: argparse.Namespace) -> None:
    import tty

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    say(os.ttyname(theirs))

    def receive() -> bytes:
        return os.read(ours, 4096) if select.select([ours], [], [], 0)[0] else b""

    speak(lambda spoken: spoken and os.write(ours, spoken), receive, args)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("speech", choices=(*SPEECHES, "vesc"))
    parser.add_argument("--serial", default="J-1")
    parser.add_argument("--skip", type=lambda text: tuple(map(int, text.split(":"))), default=(0, 0))
    parser.add_argument("--layout", default="new")
    parser.add_argument("--deaf-every", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--unplug-at", type=int, default=0)
    parser.add_argument("--away", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--terminal", action="store_true")
    args = parser.parse_args()
    (serve_terminal if args.terminal else serve_socket)(args)


if __name__ == "__main__":
    main()
