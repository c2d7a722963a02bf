"""The anesthetic's clock in words and looks: ring, times of day, status line."""

from dataclasses import dataclass

from console.domain.anesthesia import Dwell, DwellState
from console.domain.session_events import ProductLot
from console.domain.session_state import Application
from console.services.local_time import clock_text
from ui.page import StatusText
from ui.widgets.lists import PhaseRow
from ui.widgets.rings import RingLook

MINUTE_US = 60_000_000
SECOND_US = 1_000_000
NARROW, LOWER_HALF = 0.14, (0.36, 0.64)  # shares of the ring's turn where a label has room


@dataclass(frozen=True)
class Times:
    """The moments of an application (UTC microseconds); None where the label gives no longest time."""

    applied_us: int
    ready_us: int
    remove_us: int | None

    @classmethod
    def of(cls, applied_us: int, onset_s: int, longest_s: int, earliest_us: int | None = None) -> "Times":
        """Work the moments out from a start; the longest time from the earliest that is possible."""
        from_us = applied_us if earliest_us is None else earliest_us
        return cls(applied_us, applied_us + onset_s * SECOND_US,
                   from_us + longest_s * SECOND_US if longest_s else None)


def times_of(on_skin: Application) -> Times:
    """Give the moments of an application."""
    applied = on_skin.applied
    return Times.of(on_skin.since_us, applied.onset_s, applied.max_contact_s, on_skin.earliest_us)


def countdown(seconds: float) -> str:
    """Write seconds as «7:12», rounded up so that 0:00 is reached, not passed."""
    whole = max(0, int(seconds + 0.999))
    return f"{whole // 60}:{whole % 60:02d}"


def span_words(seconds: float) -> str:
    """Write a span as «30 min» or «5 h»."""
    minutes = round(seconds / 60)
    if minutes >= 120 and minutes % 60 == 0:
        return f"{minutes // 60} h"
    return f"{minutes} min"


def lot_words(lot: ProductLot) -> str:
    """Write lot and expiry as the scan field shows them."""
    return ", ".join(part for part in (f"Lot {lot.lot}" if lot.lot else "", f"exp {lot.expiry}" if lot.expiry else "")
                     if part)


def idle_ring(onset_s: float, longest_s: float, words: str, below: str) -> RingLook:
    """Give the ring before anything is on the skin."""
    top = f"Longest {span_words(longest_s)}" if longest_s else ""
    bottom = f"Ready {span_words(onset_s)}" if onset_s else ""
    return RingLook("idle", 0.0, onset_s or 1.0, max(longest_s, onset_s, 2.0), words,
                    countdown(onset_s), below, *_apart(top, bottom, onset_s, longest_s))


def _apart(top: str, bottom: str, onset_s: float, longest_s: float) -> tuple[str, str]:
    """Drop the label that would run into the other or into the numeral; the times of day show both."""
    share = onset_s / longest_s if longest_s else LOWER_HALF[0]
    if share < NARROW:
        return "", bottom
    return top, bottom if LOWER_HALF[0] <= share <= LOWER_HALF[1] else ""


def running_ring(on_skin: Application, clock: Dwell, priority: str) -> RingLook:
    """Give the ring of an application, counting to ready, then to remove."""
    applied, times = on_skin.applied, times_of(on_skin)
    longest = float(applied.max_contact_s or max(applied.onset_s * 2, 1))
    top = f"Remove {clock_text(times.remove_us)}" if times.remove_us else ""
    bottom = f"Ready {clock_text(times.ready_us)}"
    top, bottom = _apart(top, bottom, applied.onset_s, longest)
    below = f"{int(clock.elapsed_s // 60)} min on skin"
    onset = float(applied.onset_s or 1)
    if on_skin.removed_at_us is not None:
        return RingLook("removed", clock.elapsed_s, onset, longest, "Removed and cleansed",
                        countdown(clock.elapsed_s), "on skin in all", top, bottom)
    if clock.state is DwellState.OVER:
        return RingLook("over", clock.elapsed_s, onset, longest, "Remove now", countdown(clock.over_s),
                        "past the longest time", top, bottom, priority)
    if clock.state is DwellState.READY:
        left = countdown(clock.remove_in_s) if times.remove_us else countdown(clock.elapsed_s)
        return RingLook("ready", clock.elapsed_s, onset, longest,
                        "Ready, remove within" if times.remove_us else "Ready since", left, below, top, bottom)
    return RingLook("onset", clock.elapsed_s, onset, longest, "Ready in", countdown(clock.ready_in_s), below, top,
                    bottom)


def phase_rows(times: Times | None, state: str, cover: str, onset_s: int, longest_s: int,
               removed: str = "") -> tuple[PhaseRow, ...]:
    """Give the four times of day. ``state``: planned, onset, ready, over or removed (``removed`` says when)."""
    marks = {
        "planned": ("next", "next", "next", "next"), "onset": ("done", "current", "next", "next"),
        "ready": ("done", "done", "ready", "next"), "over": ("done", "done", "done", "over"),
        "removed": ("done", "done", "done", "done"),
    }[state]
    clocks = ("--:--",) * 4
    if times is not None:
        remove = clock_text(times.remove_us) if times.remove_us else "--:--"
        clocks = (clock_text(times.applied_us), clock_text(times.ready_us), clock_text(times.ready_us),
                  removed or remove)
    hints = (cover, f"{span_words(onset_s)} for this product" if onset_s else "As the label says", "Best from here",
             f"{span_words(longest_s)} on skin at most" if longest_s else
             "The label names none" if onset_s else "As the label says")
    names = ("Applied", "Onset", "Ready", "Removed" if removed else "Remove by")
    return tuple(PhaseRow(*row) for row in zip(names, hints, clocks, marks, strict=True))


def running_status(on_skin: Application, clock: Dwell, facts: tuple[str, ...]) -> StatusText:
    """Give the status line's words while an anesthetic is on the skin."""
    times = times_of(on_skin)
    told = f"Applied {clock_text(times.applied_us)}"
    if times.remove_us:
        told += f", remove by {clock_text(times.remove_us)}"
    if on_skin.applied.back_timed:
        told += ", back-timed"
    facts = (*facts, told)
    if clock.state is DwellState.OVER:
        return StatusText("Over time: remove and cleanse now", facts, notice="caution")
    if clock.state is DwellState.READY:
        return StatusText("Ready: remove and cleanse", facts, dot="done")
    return StatusText(f"Onset: ready at {clock_text(times.ready_us)}", facts, dot="live")
