"""The simulated pen in this process, as the peer of a link bench."""

from devices.simulator.pen import SimulatedPen


class OnBench:
    """A simulated pen as the bench's peer."""

    def __init__(self, pen: SimulatedPen) -> None:
        self.pen = pen

    def live(self, now_s: float) -> bytes:
        self.pen.advance(now_s)
        return b"".join(frame.wire for frame in self.pen.take_outgoing())

    def hear(self, received: bytes) -> bytes:
        self.pen.receive(received)
        return b"".join(frame.wire for frame in self.pen.take_outgoing())
