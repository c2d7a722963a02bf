"""Telling a past session step by step: one clock, one actor, and the real commands."""

from random import Random

from console.app.demo_book import DemoBook, DemoProduct
from console.app.demo_calendar import Visit
from console.app.demo_telemetry import Reel, Stretch, Upset
from console.domain import needling
from console.domain import session_events as ev
from console.domain.photo_ports import PhotoRow
from console.domain.session import Command, Session
from console.domain.session_state import SessionState
from console.services.clinical_library import ClinicalLibrary

SECOND_US = 1_000_000


class Script:
    """A session in the telling. What is refused is a fault of the teller, so Refusal goes up."""

    def __init__(self, visit: Visit, book: DemoBook, library: ClinicalLibrary, last: SessionState | None,
                 marked_as: str, seed: int, noted: ev.ClinicalVersionsNoted | None = None) -> None:
        self.visit, self.book, self.library, self.last = visit, book, library, last
        self.marked_as, self.noted = marked_as, noted
        self.session = Session(visit.session_id)
        self.at_us = visit.starts_us
        self.actor_id = visit.practitioner.staff_id
        self.chance = Random(f"{seed} {visit.session_id}")
        self.reels: list[Reel] = []
        self.stretches: list[Stretch] = []
        self.upsets: list[Upset] = []
        self.pictured = False  # whether stand-in pictures are drawn
        self.pictures: list[PhotoRow] = []
        self._alarms = 0

    @property
    def state(self) -> SessionState:
        """Give the state so far."""
        return self.session.state

    def is_twist(self, *names: str) -> bool:
        """Tell whether the visit has one of these twists."""
        return self.visit.twist in names

    def wait(self, least_s: float, most_s: float | None = None) -> None:
        """Let time pass, by chance between two spans."""
        span_s = least_s if most_s is None else self.chance.uniform(least_s, most_s)
        self.at_us += round(span_s * SECOND_US)

    def do(self, command: Command, least_s: float = 0.0, most_s: float | None = None) -> None:
        """Let time pass, then carry out a command."""
        if least_s or most_s:
            self.wait(least_s, most_s)
        self.session.decide(command, self.at_us, self.actor_id)

    def fact(self, *payloads: ev.Payload) -> None:
        """Record what the pen or the console did."""
        self.do(needling.facts(*payloads))

    def word(self, name: str) -> str:
        """Give a word of the staff's, one of several by chance."""
        found = self.book.words[name]
        return str(found if isinstance(found, str) else self.chance.choice(found))

    def lot(self, product: DemoProduct, serial: str = "") -> ev.ProductLot:
        """Give what was scanned on the day."""
        return product.scanned(self.visit.day, serial)

    def raise_alarm(self, rule_id: str, arose_us: int, value: int | None = None, limit: int | None = None) -> str:
        """Record that an alarm was raised now; give its id, empty where the clinic has no such rule."""
        rule = next((one for one in self.library.alarms if one.rule_id == rule_id), None)
        if rule is None:
            return ""
        self._alarms += 1
        alarm_id = f"{rule_id}-{self._alarms}"
        self.fact(ev.AlarmRaised(
            alarm_id, rule_id, rule.priority.value, rule.text, value, limit, self.state.active_area or "", arose_us))
        return alarm_id

    def end_alarm(self, alarm_id: str, ended_us: int) -> None:
        """Record that an alarm's cause has ended."""
        if alarm_id:
            self.fact(ev.AlarmEnded(alarm_id, ended_us))
