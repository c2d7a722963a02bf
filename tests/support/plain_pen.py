"""A pen written from the wire protocol's page alone: no line of it is shared with the program's own.

It listens on a free TCP port, samples from the moment it is made, and keeps what it has put on the
wire whole. Faults are switched on by the test through plain attributes.
"""

import contextlib
import itertools
import select
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator

HELLO, TELEMETRY, EVENT, STATUS, RESENT, ERROR = range(1, 7)
IDENTIFY, STREAM, RESEND = 0x81, 0x82, 0x83


def stuffed(raw: bytes) -> bytes:
    """COBS for frames whose runs without a zero may be long."""
    out = bytearray()
    for part in raw.split(b"\0"):
        rest = part
        while len(rest) >= 254:
            out += b"\xff" + rest[:254]
            rest = rest[254:]
        out += bytes([len(rest) + 1]) + rest
    return bytes(out)


def unstuffed(wire: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(wire):
        code = wire[at]
        out += wire[at + 1 : at + code]
        at += code
        if code < 255 and at < len(wire):
            out.append(0)
    return bytes(out)


def text(words: bytes) -> bytes:
    return bytes([len(words)]) + words


def sample(boot_id: int, index: int) -> tuple[int, ...]:
    """Five values no interpolation would guess; now and then «not measured»."""
    first, second = (zlib.crc32(struct.pack("<IIB", boot_id, index, salt)) for salt in (0, 1))
    values = [first & 0xFFFF, first >> 16, second & 0xFFFF, second >> 16, (first ^ second) & 0xFFFF]
    if index % 17 == 0:
        values[index % 4] = 0xFFFF
    return tuple(values)


class PlainPen(threading.Thread):
    """``sent`` maps (boot_id, index) to the pen time it was first put on the wire with."""

    def __init__(self, boot_id: int) -> None:
        super().__init__(name="plain-pen")
        self.boot_id, self.period_us, self.frame_samples, self.serial = boot_id, 4_000, 10, b"PLAIN-1"
        self.drop_every = self.damage_every = self.repeat_every = 0
        # By the pen itself, modulo 500, counted from its first STATUS of the stream: what a pen lost before
        # that cannot be told from what it no longer holds.
        self.lost: frozenset[int] = frozenset()
        self._losing_from: int | None = None
        self.mute_after_s = self.unplug_at_s = float("inf")
        self.unplugged_s = 0.0
        self.restart_at_s = float("inf")
        self.rough = False  # unknown types, short bodies, extra bytes, empty frames, another version
        self.sent: dict[tuple[int, int], int] = {}
        self.boots = [boot_id]
        self.streaming_since_s: float | None = None
        self.overruns = 0
        self._seq = self._frames = self._next_index = 0
        self._streaming = False
        self._pending: list[int] = []
        self._began_s = time.monotonic()
        self._status_due_s = self._began_s + 1.0
        self._conn: socket.socket | None = None
        self._heard = bytearray()
        self._halt = threading.Event()
        self._door: socket.socket | None = self._listen(0)
        self._port = self._door.getsockname()[1]
        self.url = f"socket://127.0.0.1:{self._port}"

    def __enter__(self) -> "PlainPen":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._halt.set()
        self.join(5)
        self._hang_up()
        if self._door:
            self._door.close()

    # --- the line -------------------------------------------------------------------------------

    def run(self) -> None:
        while not self._halt.is_set():
            self._mind_the_cable()
            listening = [one for one in (self._conn or self._door,) if one]
            ready = select.select(listening, [], [], 0.003)[0] if listening else []
            if ready and self._conn is None and self._door:
                self._conn = self._door.accept()[0]
                self._conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._streaming, self._seq = False, 0
            elif ready and self._conn:
                self._hear(self._conn)
            self._live()

    def _listen(self, port: int) -> socket.socket:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen(1)
        return door

    def _mind_the_cable(self) -> None:
        streamed_s = self._streamed_s()
        if self.unplug_at_s <= streamed_s < self.unplug_at_s + self.unplugged_s:
            self._hang_up()
            if self._door:
                self._door.close()
                self._door = None
            self._halt.wait(0.003)
        elif self._door is None:
            self._door = self._listen(self._port)
        if streamed_s >= self.restart_at_s:
            self.restart_at_s = float("inf")
            self.boot_id += 1
            self.boots.append(self.boot_id)
            self._began_s, self._next_index, self._streaming, self._pending = time.monotonic(), 0, False, []
            self.overruns, self._losing_from = 0, None
            self._say_hello()

    def _streamed_s(self) -> float:
        return time.monotonic() - self.streaming_since_s if self.streaming_since_s is not None else -1.0

    def _hang_up(self) -> None:
        if self._conn:
            self._conn.close()
        self._conn, self._streaming = None, False
        self._heard.clear()
        self._pending = []

    def _put(self, wire: bytes) -> bool:
        if self._conn is None:
            return False
        try:
            self._conn.sendall(wire)
        except OSError:
            self._hang_up()
            return False
        return True

    def _wire(self, kind: int, body: bytes, version: int = 1) -> bytes:
        raw = struct.pack("<BBH", version, kind, self._seq) + body
        self._seq = (self._seq + 1) & 0xFFFF
        return stuffed(raw + struct.pack("<I", zlib.crc32(raw))) + b"\0"

    def _say(self, kind: int, body: bytes) -> bool:
        extra = b"later \x00\xff" if self.rough else b""
        return self._put(self._wire(kind, body + extra))

    # --- what the pen does ------------------------------------------------------------------------

    def _live(self) -> None:
        now_s = time.monotonic()
        due = int((now_s - self._began_s) * 1e6 / self.period_us)
        while self._next_index < due:
            index = self._next_index
            self._next_index += 1
            if self._is_lost(index):
                self.overruns += 1
                self._send_pending()
            elif self._streaming:
                self._pending.append(index)
            if len(self._pending) >= self.frame_samples:
                self._send_pending()
        if now_s >= self._status_due_s:
            self._status_due_s = now_s + 1.0
            pen_us = int((now_s - self._began_s) * 1e6)
            status = struct.pack("<IQIBhI", self.boot_id, pen_us, self._next_index, 255, -32768, self.overruns)
            if self._say(STATUS, status) and self._streaming and self._losing_from is None:
                self._losing_from = self._next_index

    def _is_lost(self, index: int) -> bool:
        return self._losing_from is not None and index >= self._losing_from and (
            (index - self._losing_from) % 500 in self.lost)

    def _body(self, indexes: list[int]) -> bytes:
        head = struct.pack("<IIQB", self.boot_id, indexes[0], indexes[0] * self.period_us, len(indexes))
        return head + b"".join(struct.pack("<5H", *sample(self.boot_id, index)) for index in indexes)

    def _note(self, indexes: list[int]) -> None:
        for index in indexes:
            self.sent.setdefault((self.boot_id, index), index * self.period_us)

    def _send_pending(self) -> None:
        indexes, self._pending = self._pending, []
        if not indexes:
            return
        self._frames += 1
        body = self._body(indexes)
        wire = self._wire(TELEMETRY, body)
        if self._streamed_s() >= self.mute_after_s or self._nth(self.drop_every):
            return
        if self._nth(self.damage_every):
            self._put(wire[:5] + bytes([wire[5] ^ 0xFF or 1]) + wire[6:])
            return
        if self._put(wire):
            self._note(indexes)
        if self._nth(self.repeat_every):
            self._put(wire)
        if self.rough:
            self._be_rough(body)

    def _nth(self, every: int) -> bool:
        return bool(every) and self._frames % every == 0

    def _be_rough(self, body: bytes) -> None:
        self._put(b"\0\0" + self._wire(0x7F, b"unknown") + self._wire(TELEMETRY, body[:-3]))
        self._put(self._wire(TELEMETRY, struct.pack("<IIQB", self.boot_id, 0, 0, 0)))
        self._put(self._wire(TELEMETRY, body, version=2) + b"garbage \xff\x01\0")
        self._say(EVENT, struct.pack("<IQBI", self.boot_id, 5, 200, 7) + text(b"\xff\xc3\x28"))

    # --- what it is asked -------------------------------------------------------------------------

    def _hear(self, conn: socket.socket) -> None:
        received = b""
        with contextlib.suppress(OSError):
            received = conn.recv(4_096)
        if not received:
            self._hang_up()
        self._heard += received
        while 0 in self._heard:
            wire, _, rest = bytes(self._heard).partition(b"\0")
            self._heard[:] = rest
            raw = unstuffed(wire)
            if len(raw) >= 8 and zlib.crc32(raw[:-4]) == int.from_bytes(raw[-4:], "little"):
                self._answer(raw[1], raw[4:-4])

    def _answer(self, kind: int, body: bytes) -> None:
        if kind == IDENTIFY:
            self._say_hello()
        elif kind == STREAM:
            self._streaming = body[0] == 1
            if self._streaming and self.streaming_since_s is None:
                self.streaming_since_s = time.monotonic()
            if not self._streaming:
                self._send_pending()
        elif kind == RESEND:
            self._resend(*struct.unpack("<IIH", body))

    def _say_hello(self) -> None:
        names = text(b"Plain \xc3") + text(self.serial) + text(b"1") + text(b"")
        self._say(HELLO, struct.pack("<IIIHB", self.boot_id, self.period_us, 15_000, 0x1F, 12) + names)

    def _resend(self, boot_id: int, first: int, count: int) -> None:
        for held, indexes in self._stretches(first, count):
            if boot_id != self.boot_id or not held:
                self._say(ERROR, struct.pack("<BBIH", 2, RESEND, indexes[0], len(indexes)) + text(b"gone"))
                continue
            for at in range(0, len(indexes), 7):
                if self._say(RESENT, self._body(indexes[at : at + 7])):
                    self._note(indexes[at : at + 7])

    def _stretches(self, first: int, count: int) -> Iterator[tuple[bool, list[int]]]:
        def held(index: int) -> bool:
            return not self._is_lost(index) and index < self._next_index

        for one, indexes in itertools.groupby(range(first, first + count), held):
            yield one, list(indexes)
