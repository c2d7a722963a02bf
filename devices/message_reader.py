"""From bytes to what the pen said, with a count of all that made no sense."""

from devices.framing import VERSION, FrameReader, SequenceWatch, WireFrame
from devices.messages import (
    FrameType,
    MalformedBody,
    PenMessage,
    UnknownType,
    decode_pen_message,
    decode_telemetry,
)


class MessageReader:
    """Reads one pen's byte stream; counters go on over lost ports."""

    def __init__(self) -> None:
        self.frames = FrameReader()
        self.sequence = SequenceWatch()
        self.malformed = 0
        self.unknown_types = 0
        self.own_frames = 0  # of this protocol version, understood or not
        self.foreign_version = 0  # another version that was seen; 0: none

    def start_over(self) -> None:
        """Forget what a port that went left half said."""
        self.frames.start_over()
        self.sequence.start_over()

    def feed(self, received: bytes) -> list[PenMessage]:
        """Take bytes as they came; give the messages they complete, in order."""
        messages = []
        for frame in self.frames.feed(received):
            self.sequence.note(frame.seq)
            if frame.version != VERSION:
                self.foreign_version = frame.version
                continue
            self.own_frames += 1
            try:
                messages.append(self._decode(frame))
            except MalformedBody:
                self.malformed += 1
            except UnknownType:
                self.unknown_types += 1
        return messages

    @staticmethod
    def _decode(frame: WireFrame) -> PenMessage:
        if frame.type == FrameType.TELEMETRY:  # by far the most
            return decode_telemetry(frame.body)
        return decode_pen_message(frame)
