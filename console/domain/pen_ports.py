"""The ports of a machine and what was found on each, as a person reads them."""

from dataclasses import dataclass
from enum import StrEnum

from console.domain.errors import OperatorError
from console.domain.telemetry import PenDescription


class PortState(StrEnum):
    """What came of asking a port who is there."""

    PEN = "pen"  # a pen answered
    SILENT = "silent"  # open, but nothing that speaks Pen Link
    OURS = "ours"  # this console itself has it open
    BUSY = "busy"  # another program holds it; it was not asked
    NO_RIGHTS = "no_rights"
    NO_DRIVER = "no_driver"  # a USB bridge for which the system made no port
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PortReport:
    """A port, what answered there (None: nothing that speaks Pen Link), or why it could not be asked."""

    port: str
    description: str
    pen: PenDescription | None
    failure: OperatorError | None
    state: PortState = PortState.SILENT
    usb_id: str = ""  # «1A86:7523», empty where it is no USB device
    bridge: str = ""  # the chip by its name, where it is known

    @property
    def words(self) -> str:
        """Give one sentence: who answers, or why nobody does and what to do."""
        if self.failure is not None:
            return str(self.failure)
        if self.pen is not None:
            return f"{self.pen.model} {self.pen.serial}"
        return "nothing that speaks Pen Link"
