"""A pen that answers RESEND in every wrong way the protocol's page can be read; by itself or as a process.

``python hostile_pen.py KIND LOG`` serves it on a free TCP port (printed) until standard input ends, then
writes what it took, as JSON, to LOG. ``KIND LOG SAMPLES SECONDS`` pulls the cable by itself once so many
samples were streamed. On standard input: ``cut SECONDS`` pulls the cable, ``swap SERIAL``
puts another pen in its place.
"""

import json
import random
import select
import socket
import struct
import sys
import time
from pathlib import Path

from rough_pen import RoughPen, text

KINDS = ("shuffled", "partial", "foreign_boot", "wrong_range", "silent", "busy", "error_pieces", "double",
         "unasked_errors", "junk_between")  # fmt: skip


class HostilePen(RoughPen):
    """``kind`` says how it answers. It never lies about a sample it was asked for."""

    def __init__(self, chance: random.Random, kind: str, **named: object) -> None:
        super().__init__(chance, **named)
        self.kind, self.turn = kind, 0

    def _frames(self, boot: int, first: int, count: int) -> list[bytes]:
        return [piece + b"\0" for piece in super().resend(boot, first, count).split(b"\0")[:-1]]

    def _made_up(self, boot: int, index: int, count: int) -> bytes:
        """RESENT with a good check and samples nobody took."""
        body = struct.pack("<IIQB", boot, index & 0xFFFFFFFF, index * self.period_us, count)
        return self.say(5, body + b"\xee" * 10 * count)

    def _gone(self, first: int, count: int) -> bytes:
        return self.say(6, struct.pack("<BBIH", 2, 0x83, first & 0xFFFFFFFF, count) + text("gone"))

    def resend(self, boot: int, first: int, count: int) -> bytes:
        self.turn += 1
        return getattr(self, f"_{self.kind}")(boot, first, count)

    def _shuffled(self, boot: int, first: int, count: int) -> bytes:
        frames = self._frames(boot, first, count)
        self.chance.shuffle(frames)
        return b"".join(frames)

    def _partial(self, boot: int, first: int, count: int) -> bytes:
        frames = self._frames(boot, first, count)
        return b"".join(frames[: max(1, len(frames) // 2)])

    def _foreign_boot(self, boot: int, first: int, count: int) -> bytes:
        return self._made_up(boot ^ 0xFFFF, first, 20) + b"".join(self._frames(boot, first, count))

    def _wrong_range(self, boot: int, first: int, count: int) -> bytes:
        taken = len(self.taken[self.boot]) + self.first_index
        before, ahead = self._made_up(boot, max(0, self.first_index), 5), self._made_up(boot, taken + 5_000, 20)
        return before + ahead + b"".join(self._frames(boot, first, count))

    def _silent(self, boot: int, first: int, count: int) -> bytes:
        return b"".join(self._frames(boot, first, count)) if self.turn % 3 == 0 else b""

    def _busy(self, boot: int, first: int, count: int) -> bytes:
        if self.turn % 3:
            return self.say(6, struct.pack("<BBIH", 3, 0x83, first, count) + text("busy"))
        return b"".join(self._frames(boot, first, count))

    def _error_pieces(self, boot: int, first: int, count: int) -> bytes:
        """ERROR 2 for what lies beyond the range asked for, on both sides, and then all of it served."""
        around = self._gone(first - 10, 10) + self._gone(first + count, 500) + self._gone(0, 0)
        return around + b"".join(self._frames(boot, first, count))

    def _double(self, boot: int, first: int, count: int) -> bytes:
        return b"".join(frame + frame for frame in self._frames(boot, first, count)) * 2

    def _unasked_errors(self, boot: int, first: int, count: int) -> bytes:
        served = b"".join(self._frames(boot, first, count))
        return served + self.say(6, struct.pack("<BBIH", 2, 0x82, first, count) + text("")) + self._gone(first, count)

    def _junk_between(self, boot: int, first: int, count: int) -> bytes:
        noise = [self.chance.randbytes(self.chance.randint(1, 300)) + b"\0" for _ in range(5)]
        return b"".join(frame + self.chance.choice(noise) for frame in self._frames(boot, first, count))


class Served:
    """The pen on a TCP port, led from standard input."""

    def __init__(self, kind: str, log: Path, cut_after: int | None = None, cut_s: str = "0") -> None:
        self.kind, self.log = kind, log
        self.cut_after, self.cut_s = cut_after, cut_s
        self.began_s = time.monotonic()
        self.pen = HostilePen(random.Random(1), kind, most_a_frame=8)
        self.pens = [self.pen]
        self.closed_until_s = 0.0
        self.conn: socket.socket | None = None
        self.door = self._listen(0)
        self.port = self.door.getsockname()[1]
        sys.stdout.write(f"socket://127.0.0.1:{self.port}\n")
        sys.stdout.flush()

    def _listen(self, port: int) -> socket.socket:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen(1)
        return door

    def now_s(self) -> float:
        return time.monotonic() - self.began_s

    def hang_up(self) -> None:
        if self.conn is not None:
            self.conn.close()
        self.conn, self.pen.streaming = None, False

    def led(self, line: str) -> None:
        word, _, value = line.partition(" ")
        self.hang_up()
        if word == "cut":
            self.door.close()
            self.closed_until_s = self.now_s() + float(value)
        else:
            boot = self.pen.boot
            self.pen = HostilePen(random.Random(2), self.kind, serial=value, most_a_frame=8)
            self.pen.power_up(self.now_s())
            self.pen.taken[boot] = self.pen.taken.pop(self.pen.boot)  # the very boot id of the one before
            self.pen.streamed[boot] = set()
            self.pen.boot = boot
            self.pens.append(self.pen)

    def step(self) -> bool:
        if self.closed_until_s and self.now_s() >= self.closed_until_s:
            self.door, self.closed_until_s = self._listen(self.port), 0.0
        listening = [sys.stdin, *([] if self.closed_until_s else [self.conn or self.door])]
        ready = select.select(listening, [], [], 0.003)[0]
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line:
                return False
            self.led(line.strip())
            return True
        if self.cut_after is not None and len(self.pen.streamed[self.pen.boot]) >= self.cut_after:
            self.cut_after = None
            self.led(f"cut {self.cut_s}")
        spoken = self.pen.live(self.now_s())
        if ready and self.conn is None:
            self.conn = self.door.accept()[0]
        elif ready and self.conn is not None:
            try:
                received = self.conn.recv(65_536)
            except OSError:
                received = b""
            if not received:
                self.hang_up()
            spoken += self.pen.hear(received)
        self.send(spoken)
        return True

    def send(self, spoken: bytes) -> None:
        try:
            if spoken and self.conn is not None:
                self.conn.sendall(spoken)
        except OSError:
            self.hang_up()

    def run(self) -> None:
        while self.step():
            pass
        self.log.write_text(json.dumps([
            {"serial": pen.serial, "requests": len(pen.requests),
             "boots": {boot: [one.hex() for one in taken] for boot, taken in pen.taken.items()}}
            for pen in self.pens]))


if __name__ == "__main__":
    Served(sys.argv[1], Path(sys.argv[2]), *([int(sys.argv[3]), sys.argv[4]] if len(sys.argv) > 3 else [])).run()
