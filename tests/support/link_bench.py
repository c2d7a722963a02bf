"""A bench for the link machine: fake time, a pen at the other end, and all that came out."""

from collections import defaultdict
from typing import Protocol

from console.domain.telemetry import Batch, Gap, LinkNotice, LinkState, PenEvent, PenStatus
from devices.clock_map import Moment
from devices.driver import PenDriver
from devices.link_machine import LinkMachine
from devices.link_words import SamplesRead

UTC_US = 1_780_000_000_000_000


class Peer(Protocol):
    def live(self, now_s: float) -> bytes: ...
    def hear(self, received: bytes) -> bytes: ...


class LinkBench:
    """Steps time; moves bytes between the machine and a pen; checks what every output must hold."""

    def __init__(self, pen: Peer | None = None, carry=lambda wire: wire, driver: PenDriver | None = None) -> None:
        self.machine, self.pen, self.carry = LinkMachine(driver), pen, carry
        self.now_s = 0.0
        self.plugged = False
        self.sent = bytearray()
        self.stored: dict[tuple[str, int], dict[int, bytes]] = defaultdict(dict)
        self.live: list[Batch] = []
        self.batches: list[Batch] = []
        self.gaps: list[Gap] = []
        self.notices: list[LinkNotice] = []
        self.events: list[PenEvent] = []
        self.statuses: list[PenStatus] = []
        self.twice = 0
        self.windows: dict[int, list[int]] = defaultdict(list)  # window -> indexes, in order of arrival

    @property
    def moment(self) -> Moment:
        return Moment(self.now_s, UTC_US + round(self.now_s * 1e6))

    def plug_in(self, port: str = "bench") -> None:
        self.plugged = True
        self.machine.port_opened(port, self.moment)
        self.collect()

    def pull_out(self) -> None:
        self.plugged = False
        self.machine.port_gone("the cable is out", self.moment)
        self.machine.tick(self.moment)
        self.collect()

    def say(self, wire: bytes) -> None:
        """Let bytes arrive from the pen's side."""
        self.machine.receive(wire, self.moment)
        self.collect()

    def run(self, seconds: float, step_s: float = 0.01) -> None:
        """Let time pass, bytes flow."""
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s = min(end_s, self.now_s + step_s)
            spoken = self.pen.live(self.now_s) if self.pen else b""
            outgoing = self.machine.take_outgoing(self.moment)
            if self.plugged:
                self.sent += outgoing
                if self.pen and outgoing:
                    spoken += self.pen.hear(outgoing)
                spoken = self.carry(spoken)
                if spoken:
                    self.machine.receive(spoken, self.moment)
            self.machine.tick(self.moment)
            self.collect()

    def settle(self, limit_s: float = 30.0) -> None:
        """Let time pass until the recording has settled."""
        end_s = self.now_s + limit_s
        while self.machine.recording:
            assert self.now_s < end_s, "the recording never settled"
            self.run(0.05)

    def collect(self) -> None:
        for output in self.machine.take_outputs():
            match output:
                case SamplesRead(batch, window):
                    self.take_batch(batch, window)
                case Gap():
                    self.gaps.append(output)
                case LinkNotice():
                    self.notices.append(output)
                case PenEvent():
                    self.events.append(output)
                case PenStatus():
                    self.statuses.append(output)

    def take_batch(self, batch: Batch, window: int) -> None:
        assert batch.count > 0
        assert len(batch.samples) == 10 * batch.count
        if not window:
            self.live.append(batch)
            return
        self.batches.append(batch)
        self.windows[window] += range(batch.first_index, batch.end_index)
        there = self.stored[batch.pen_serial, batch.boot_id]
        for k in range(batch.count):
            index = batch.first_index + k
            self.twice += index in there
            there[index] = batch.samples[10 * k : 10 * k + 10]

    def indexes(self, serial: str, boot_id: int) -> list[int]:
        return sorted(self.stored[serial, boot_id])

    @property
    def state(self) -> LinkState:
        return self.machine.notice().state

    def take_sent(self) -> bytes:
        """Give what the machine wants sent, and forget it."""
        sent = bytes(self.sent) + self.machine.take_outgoing(self.moment)
        self.sent.clear()
        return sent
