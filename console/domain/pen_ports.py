"""The ports of a machine and what was found on each, as a person reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

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
        if self.state is PortState.OURS:
            return "this console itself has it open and looks for its pen there"
        return "nothing that speaks Pen Link"


class PortSurvey(Protocol):
    """Looks at the ports of this machine. Both calls may be made from any thread."""

    def names(self) -> tuple[str, ...]:
        """Give the ports there are now; asks nobody, returns at once."""
        ...

    def ask(self, ours: Mapping[str, PenDescription | None]) -> list[PortReport]:
        """Ask each port who is there, about a second; ``ours``, with the pen on each, are left alone."""
        ...


class NoPorts:
    """A machine without ports. Fulfils ``PortSurvey``."""

    def names(self) -> tuple[str, ...]:
        """Give none."""
        return ()

    def ask(self, ours: Mapping[str, PenDescription | None]) -> list[PortReport]:
        """Give none."""
        return []
