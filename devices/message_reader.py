"""From bytes to what the pen said, with a count of all that made no sense."""

from itertools import groupby

from devices.framing import VERSION, FrameReader, SequenceWatch, parse_frame
from devices.messages import Hello, MalformedBody, PenMessage, UnknownType, decode_pen_message
from devices.telemetry_run import join_telemetry

_JOIN_FROM = 3  # frames; fewer are read one by one as fast


class MessageReader:
    """Reads one pen's byte stream; counters go on over lost ports."""

    def __init__(self) -> None:
        self.frames = FrameReader()
        self.sequence = SequenceWatch()
        self.malformed = 0
        self.unknown_types = 0
        self.own_frames = 0  # of this protocol version, understood or not
        self.foreign_version = 0  # another version that was seen; 0: none
        self._hello: Hello | None = None  # the last one: its boot's telemetry may be joined

    def start_over(self) -> None:
        """Forget what a port that went left half said."""
        self.frames.start_over()
        self.sequence.start_over()

    def feed(self, received: bytes) -> list[PenMessage]:
        """Take bytes as they came; give the messages they complete, in order.

        Telemetry of the last HELLO's boot that follows without a seam comes as one message.
        """
        messages: list[PenMessage] = []
        for _, alike in groupby(self.frames.feed_decoded(received), len):
            frames = list(alike)
            joined = self._join(frames) if len(frames) >= _JOIN_FROM else None
            if joined is not None:
                messages.append(joined)
            else:
                self._read_each(frames, messages)
        return messages

    def _join(self, frames: list[bytes]) -> PenMessage | None:
        if self._hello is None:
            return None
        joined = join_telemetry(frames, self._hello.boot_id, self._hello.period_us)
        if joined is None:
            return None
        seq, message = joined
        self.sequence.note_run(seq, len(frames))
        self.own_frames += len(frames)
        return message

    def _read_each(self, frames: list[bytes], messages: list[PenMessage]) -> None:
        for decoded in frames:
            frame = parse_frame(decoded)
            self.sequence.note(frame.seq)
            if frame.version != VERSION:
                self.foreign_version = frame.version
                continue
            self.own_frames += 1
            try:
                message = decode_pen_message(frame)
            except MalformedBody:
                self.malformed += 1
            except UnknownType:
                self.unknown_types += 1
            else:
                messages.append(message)
                if isinstance(message, Hello):
                    self._hello = message
