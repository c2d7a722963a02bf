"""A pen written from the protocol page alone, sharing no code with the program, and a rough line.

It keeps account of every sample it ever took, so a test can tell what must be in the record.
"""

import random
import struct
import zlib


def cobs_encode(raw: bytes) -> bytes:
    """COBS as Cheshire and Baker describe it."""
    out, block = bytearray(), bytearray()
    for byte in raw:
        if byte == 0:
            out += bytes((len(block) + 1,)) + block
            block.clear()
        else:
            block.append(byte)
            if len(block) == 254:
                out += b"\xff" + block
                block.clear()
    return bytes(out + bytes((len(block) + 1,)) + block)


def cobs_decode(raw: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(raw):
        code = raw[at]
        out += raw[at + 1 : at + code]
        at += code
        if code < 255 and at < len(raw):
            out.append(0)
    return bytes(out)


def frame(kind: int, seq: int, body: bytes, version: int = 1) -> bytes:
    head = struct.pack("<BBH", version, kind, seq & 0xFFFF) + body
    return cobs_encode(head + struct.pack("<I", zlib.crc32(head))) + b"\0"


def text(words: str) -> bytes:
    raw = words.encode()
    return bytes((len(raw),)) + raw


class RoughPen:
    """Samples at a fixed period; streams frames of any size; answers RESEND from its memory."""

    def __init__(
        self,
        chance: random.Random,
        *,
        serial: str = "R-1",
        held: int = 15_000,
        period_us: int = 4_000,
        first_index: int = 0,
        jitter_us: int = 0,
        most_a_frame: int = 10,
    ) -> None:
        self.chance, self.serial, self.memory = chance, serial, held
        self.period_us, self.jitter_us, self.most_a_frame = period_us, jitter_us, most_a_frame
        self.model = "Rough"
        self.seq = 0
        self.taken: dict[int, list[bytes]] = {}  # boot id -> every sample since power-up
        self.first_index = first_index
        self.answers = True
        self.busy = 0
        self.requests: list[tuple[int, int, int]] = []
        self.heard: list[int] = []
        self.streamed: dict[int, set[int]] = {}
        self.overruns = 0
        self._lost: set[int] = set()
        self._rest = b""
        self.power_up(0.0)

    # --- power and time ---

    def power_up(self, now_s: float) -> bytes:
        self.boot = self.chance.getrandbits(32)
        self.taken[self.boot] = []
        self.streamed[self.boot] = set()
        self.up_s, self.streaming, self.sent_to, self.overruns = now_s, False, 0, 0
        self._lost = set()
        self.frame_of = self.chance.randint(1, self.most_a_frame)
        self.status_s = now_s + 1.0
        return self.hello()

    def live(self, now_s: float) -> bytes:
        """Take the samples due by now; give what goes on the line."""
        taken, out = self.taken[self.boot], b""
        while (len(taken) + 1) * self.period_us <= (now_s - self.up_s) * 1e6:
            taken.append(self.chance.randbytes(10))
            if self.streaming and len(taken) - self.sent_to >= self.frame_of:
                out += self.telemetry(self.sent_to, len(taken))
                self.sent_to = len(taken)
                self.frame_of = self.chance.randint(1, self.most_a_frame)
        if now_s >= self.status_s:
            self.status_s += 1.0
            out += self.status()
        return out

    def lose(self, count: int) -> None:
        """The pen itself loses samples: their indexes are used up."""
        taken = self.taken[self.boot]
        self._lost |= set(range(len(taken), len(taken) + count))
        taken += [b""] * count
        self.sent_to = len(taken)
        self.up_s -= count * self.period_us / 1e6
        self.overruns += count

    # --- what it says ---

    def say(self, kind: int, body: bytes) -> bytes:
        self.seq += 1
        return frame(kind, self.seq - 1, body)

    def hello(self) -> bytes:
        fixed = struct.pack("<IIIHB", self.boot, self.period_us, self.memory, 0x1F, 12)
        return self.say(1, fixed + text(self.model) + text(self.serial) + text("0.1") + text("") + b"later")

    def telemetry(self, first: int, end: int, kind: int = 2) -> bytes:
        jitter = self.chance.randint(0, self.jitter_us) if self.jitter_us else 0
        t_us = (first + 1) * self.period_us + jitter
        if kind == 2:
            self.streamed[self.boot] |= set(range(first, end))
        index = (first + self.first_index) & 0xFFFFFFFF
        fixed = struct.pack("<IIQB", self.boot, index, t_us, end - first)
        return self.say(kind, fixed + b"".join(self.taken[self.boot][first:end]))

    def status(self) -> bytes:
        taken = len(self.taken[self.boot])
        t_us = taken * self.period_us
        body = struct.pack(
            "<IQIBhI", self.boot, t_us, (taken + self.first_index) & 0xFFFFFFFF, 255, -32768, self.overruns
        )
        return self.say(4, body)

    # --- what it hears ---

    def hear(self, received: bytes) -> bytes:
        *frames, self._rest = (self._rest + received).split(b"\0")
        return b"".join(self.answer(cobs_decode(encoded)) for encoded in frames if encoded)

    def answer(self, decoded: bytes) -> bytes:
        assert zlib.crc32(decoded[:-4]) == struct.unpack("<I", decoded[-4:])[0]
        kind, body = decoded[1], decoded[4:-4]
        self.heard.append(kind)
        if kind == 0x81:
            return self.hello()
        if kind == 0x82:
            if body[0] and not self.streaming:
                self.sent_to = len(self.taken[self.boot])
            self.streaming = bool(body[0])
            return b""
        assert kind == 0x83, f"a pen must never be sent type {kind:#x}"
        boot, first, count = struct.unpack("<IIH", body)
        self.requests.append((boot, first, count))
        if not self.answers:
            return b""
        if self.busy:
            self.busy -= 1
            return self.say(6, struct.pack("<BBIH", 3, 0x83, first, count) + text("busy"))
        return self.resend(boot, first, count)

    def resend(self, boot: int, first: int, count: int) -> bytes:
        taken = self.taken[self.boot]
        start = (first - self.first_index) & 0xFFFFFFFF
        held = range(max(0, len(taken) - self.memory), len(taken))
        out, at, end = b"", start, start + count
        while at < end:
            there = boot == self.boot and at in held and at not in self._lost
            stop = at + 1
            while stop < end and there == (boot == self.boot and stop in held and stop not in self._lost):
                if there and stop - at >= 37:
                    break
                stop += 1
            if there:
                out += self.telemetry(at, stop, kind=5)
            else:
                asked = (at + self.first_index) & 0xFFFFFFFF
                out += self.say(6, struct.pack("<BBIH", 2, 0x83, asked, stop - at) + text("gone"))
            at = stop
        return out


class RoughLine:
    """Damages, drops, repeats and reorders whole frames by chance."""

    def __init__(self, chance: random.Random, damage: float, repeat: float, reorder: float) -> None:
        self.chance, self.damage, self.repeat, self.reorder = chance, damage, repeat, reorder
        self.kept = b""

    def carry(self, wire: bytes) -> bytes:
        out = b""
        for piece in wire.split(b"\0")[:-1]:
            sent = self.hurt(piece + b"\0")
            if self.chance.random() < self.repeat:
                sent += sent
            if self.chance.random() < self.reorder and not self.kept:
                self.kept = sent
                continue
            out, self.kept = out + sent + self.kept, b""
        return out

    def hurt(self, sent: bytes) -> bytes:
        if self.chance.random() >= self.damage:
            return sent
        damaged = bytearray(sent)
        match self.chance.randrange(4):
            case 0:
                return b""
            case 1:
                return sent[self.chance.randrange(len(sent)) :]
            case 2:
                return sent + self.chance.randbytes(self.chance.randint(1, 60)) + b"\0"
        for _ in range(self.chance.randint(1, 3)):
            damaged[self.chance.randrange(len(damaged))] ^= 1 << self.chance.randrange(8)
        return bytes(damaged)
