"""A pen that needles calmly until it is told what to do wrong; a process of its own on a pseudo-terminal.

``python faulty_pen.py LINK SEED`` names its terminal LINK (a symbolic link that outlives a pulled cable) and ends
with its standard input. Each line there is one order, a JSON object; ``for_s`` says how long, in the pen's own time,
``values`` (set, depth, rate, load), ``put`` and ``clear`` (bits of the flags) what its sensors then say; the rest is
in ``_obey``. Each is answered by when it began and when it was over, on the machine's steady clock.
Written from the protocol's page alone: it shares no code with the program.
"""

import contextlib
import json
import os
import random
import select
import struct
import sys
import time
import tty
from pathlib import Path

from rough_pen import RoughPen, text

MOTOR, CONTACT, CARTRIDGE, MEASURED = 1, 2, 8, 32
LIVING = MOTOR | CONTACT | CARTRIDGE | MEASURED
CALM = {"set": 1_000, "depth": 1_000, "rate": 11_000, "load": 300}
FRAME = 10  # samples
FULL = 87  # percent of the battery


class FaultyPen(RoughPen):
    """Calm but for one order at a time; ``now_s`` is its life in real seconds."""

    def __init__(self, chance: random.Random, calm: dict[str, int]) -> None:
        self.calm, self.order, self.left = calm, {}, 0
        self.began_s = self.ended_s = None
        self.quiet_until_s = self.mute_until_s = self.held_until_s = self.no_status_until_s = 0.0
        self.battery, self.loss, self.held_back, self.cartridge = FULL, 0.0, b"", ""
        super().__init__(chance, serial="F-1", most_a_frame=FRAME)
        self.frame_of = FRAME

    def hello(self) -> bytes:
        fixed = struct.pack("<IIIHB", self.boot, self.period_us, self.memory, 0x1F, 12)
        return self.say(1, fixed + text("Aria M1") + text(self.serial) + text("1") + text(self.cartridge))

    def status(self) -> bytes:
        taken = len(self.taken[self.boot])
        return self.say(4, struct.pack("<IQIBhI", self.boot, taken * self.period_us, taken, self.battery, 3_000, 0))

    def event(self, code: int, value: int) -> bytes:
        return self.say(3, struct.pack("<IQBI", self.boot, len(self.taken[self.boot]) * self.period_us, code, value)
                        + text(""))

    def sample(self, at_s: float) -> bytes:
        values = {"set": self.calm["set"], "depth": round(self.chance.gauss(self.calm["depth"], 15)),
                  "rate": round(self.chance.gauss(self.calm["rate"], 60)),
                  "load": round(self.chance.gauss(self.calm["load"], 6))}
        flags = LIVING
        if self.left:
            self.left -= 1
            self.began_s = at_s if self.began_s is None else self.began_s
            self.ended_s = at_s
            order, turn = self.order, self.left
            values |= order.get("values", {})
            if "swing" in order:
                values["rate"] = order["swing"][turn // 5 % 2]
            flags = (flags | order.get("put", 0)) & ~order.get("clear", 0)
        return struct.pack("<HHHHH", values["set"], values["depth"], values["rate"], values["load"], flags)

    def live(self, now_s: float) -> bytes:
        """Take the samples due by now; give what goes on the line."""
        out, taken = b"", self.taken[self.boot]
        while (len(taken) + 1) * self.period_us <= (now_s - self.up_s) * 1e6:
            taken.append(self.sample(self.up_s + (len(taken) + 1) * self.period_us / 1e6))
            if self.streaming and len(taken) - self.sent_to >= FRAME:
                lost = now_s < self.quiet_until_s or self.chance.random() < self.loss
                out += b"" if lost else self.telemetry(self.sent_to, len(taken))
                self.sent_to = len(taken)
        if now_s >= self.status_s:
            self.status_s += 1.0
            out += b"" if now_s < self.no_status_until_s else self.status()
        return self._as_the_line_is(out, now_s)

    def _as_the_line_is(self, out: bytes, now_s: float) -> bytes:
        if now_s < self.mute_until_s:
            return b""
        if now_s < self.held_until_s:
            self.held_back += out
            return b""
        out, self.held_back = self.held_back + out, b""
        return out


class Terminal:
    """The pseudo-terminal under its name."""

    def __init__(self, link: Path) -> None:
        self.link, self.ours, self.theirs = link, -1, -1
        self.plug_in()

    def plug_in(self) -> None:
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        os.set_blocking(self.ours, False)
        with contextlib.suppress(FileNotFoundError):
            self.link.unlink()
        self.link.symlink_to(os.ttyname(self.theirs))

    def pull_out(self) -> None:
        self.link.unlink()
        os.close(self.ours)
        os.close(self.theirs)
        self.ours = -1

    def write(self, out: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # nobody reads: what has no room is lost, as in a pen
            os.write(self.ours, out)

    def read(self) -> bytes:
        with contextlib.suppress(BlockingIOError, OSError):
            return os.read(self.ours, 65_536)
        return b""


class Life:
    """The pen, its cable and whoever gives the orders."""

    def __init__(self, link: Path, seed: int) -> None:
        self.line = Terminal(link)
        self.began_s = time.monotonic()
        self.pen = FaultyPen(random.Random(seed), dict(CALM))
        self.plug_in_s = self.power_up_s = self.told_until_s = None
        self.swap_to = ""

    def now_s(self) -> float:
        return time.monotonic() - self.began_s

    def run(self) -> None:
        waiting = b""
        os.set_blocking(0, False)
        while True:
            readable, _, _ = select.select([0, *([self.line.ours] if self.line.ours >= 0 else [])], (), (), 0.004)
            if 0 in readable:
                come = os.read(0, 65_536)
                if not come:
                    return
                *orders, waiting = (waiting + come).split(b"\n")
                for order in orders:
                    self._obey(json.loads(order))
            self._live(self.now_s())

    def _live(self, now_s: float) -> None:
        if self.plug_in_s is not None and now_s >= self.plug_in_s:
            self.plug_in_s = None
            self.line.plug_in()
        if self.power_up_s is not None:
            if now_s < self.power_up_s:
                return
            self.power_up_s, self.pen.serial = None, self.swap_to or self.pen.serial
            self.pen.seq = 0
            self._send(self.pen.power_up(now_s))
        if self.line.ours >= 0 and now_s >= self.pen.mute_until_s:
            self._send(self.pen.hear(self.line.read()))
        self._send(self.pen.live(now_s))
        over = not self.pen.left and (self.told_until_s is None or now_s >= self.told_until_s)
        if self.pen.order and over:
            self._answer()

    def _send(self, out: bytes) -> None:
        if out and self.line.ours >= 0:
            self.line.write(out)

    def _answer(self) -> None:
        pen = self.pen
        began_s, ended_s = pen.began_s, pen.ended_s
        if began_s is None:
            began_s, ended_s = self.ordered_s, self.now_s()
        pen.order, self.told_until_s, pen.battery = {}, None, FULL
        sys.stdout.write(json.dumps({"began_s": self.began_s + began_s, "ended_s": self.began_s + ended_s}) + "\n")
        sys.stdout.flush()

    def _obey(self, order: dict) -> None:
        pen, now_s, for_s = self.pen, self.now_s(), order["for_s"]
        pen.order, pen.began_s, pen.ended_s, self.ordered_s = order, None, None, now_s
        sensors = {"values", "swing", "put", "clear"} & set(order)
        if sensors:
            pen.left = round(for_s * 1e6 / pen.period_us)
        else:
            self.told_until_s = now_s + for_s
        pen.loss = order.get("loss", 0.0)
        pen.calm |= order.get("calm", {})
        if "battery" in order:
            pen.battery = order["battery"]
        if "event" in order:
            self._send(pen.event(*order["event"]))
        for name in ("quiet", "mute", "held", "no_status"):
            if name in order:
                setattr(pen, f"{name}_until_s", now_s + order[name])
        if "unplug" in order:
            self.line.pull_out()
            self.plug_in_s = now_s + order["unplug"]
        if "off" in order:
            self.power_up_s, self.swap_to = now_s + order["off"], order.get("serial", "")
        if "overrun" in order:
            pen.lose(order["overrun"])
        if "leap" in order:  # the count goes wrong, the clock does not
            pen.first_index += order["leap"]


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    Life(Path(sys.argv[1]), int(sys.argv[2])).run()
