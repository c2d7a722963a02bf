"""How the pen stands, in words and a sign."""

from dataclasses import dataclass

from console.domain.telemetry import LinkState
from console.services.console import Console

BATTERY_LOW_PERCENT = 20  # the look only; the alarm has its own rule


@dataclass(frozen=True)
class PenWords:
    """A headline, a second line, and whether all is well (done), not yet (ink3) or wrong (caution, stop)."""

    title: str
    detail: str
    tone: str
    icon: str


def pen_name(serial: str) -> str:
    """Give a pen's short name: «Pen 42» from the last digits of its serial number."""
    digits = "".join(one for one in serial if one.isdigit())
    return f"Pen {digits[-2:]}" if digits else "Pen"


def pen_words(console: Console) -> PenWords:
    """Say who answers and what is to be done before needling."""
    notice, status = console.station.notice, console.station.status
    name = pen_name(notice.pen.serial) if notice.pen else "The pen"
    battery = status.battery_percent if status else None
    if notice.state in (LinkState.READY, LinkState.STREAMING):
        charge = f", battery {battery} %" if battery is not None else ""
        if battery is not None and battery < BATTERY_LOW_PERCENT:
            return PenWords(f"{name} answers{charge}", "Charge it before needling", "caution", "caution")
        return PenWords(f"{name} answers{charge}", "Scan a new cartridge before needling", "done", "check")
    if notice.other_pen is not None:
        return PenWords("Another pen answers", f"{pen_name(notice.other_pen.serial)}: touch to accept it", "caution",
                        "caution")
    if notice.state is LinkState.STALE:
        return PenWords(f"{name} is silent", "Check that it is switched on", "caution", "caution")
    if notice.state is LinkState.LOST:
        return PenWords(f"{name} is not connected", "Looking for it; touch for what to do", "caution", "caution")
    if notice.state is LinkState.OPENING:
        return PenWords("Looking for the pen", "Sessions can start without it", "ink3", "search")
    return PenWords("No pen is connected", "Treat in manual mode, or connect one", "ink3", "info")
